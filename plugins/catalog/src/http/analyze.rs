//! `POST /analyze-location`: what a URL holds, before it is registered.

use axum::extract::State;
use axum::response::Response;
use callboard_kit::audit::request::note;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{StatusCode, Uri};
use serde_json::Value;

use super::Api;
use super::answer;
use super::body::{JsonBody, wrong};
use super::error::input;
use super::params::Params;
use crate::analyze::{AnalyzeError, Analyzer, Request};
use crate::query::access;
use crate::query::permissions::LOCATION_ANALYZE;

pub(super) async fn analyze(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let location = body.required("location")?;
    let member = |name: &str| {
        let missing = || wrong("location", &format!("must have required property '{name}'"));
        location.get(name).and_then(Value::as_str).ok_or_else(missing)
    };
    member("type")?;
    let target = member("target")?;
    note("target", target);
    let catalog_filename = body.text("catalogFilename")?;
    let services = api.catalog.services();
    access::require(services.authorizer.as_ref(), LOCATION_ANALYZE, &credentials).await?;
    let analyzer = Analyzer {
        orchestrator: api.catalog.orchestrator(),
        urls: services.urls.as_ref(),
        integrations: api.catalog.integrations(),
        registered: api.catalog.locations(),
    };
    let found =
        analyzer.analyze(Request { target, catalog_filename }).await.map_err(|error| match error {
            AnalyzeError::NotAUrl => input(error),
            AnalyzeError::Lookup { .. } => ApiError::internal(&error),
        })?;
    Ok(answer::json(StatusCode::OK, &found))
}
