//! `POST /validate-entity`: check one entity as the pipeline would.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::Api;
use super::answer;
use super::body::JsonBody;
use super::params::Params;
use crate::query::access;
use crate::query::permissions::ENTITY_VALIDATE;
use crate::validate::validate_entity;

pub(super) async fn validate(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let entity = body.required("entity")?.clone();
    let location = body.required_text("location")?;
    note("location", location);
    access::require(api.catalog.services().authorizer.as_ref(), ENTITY_VALIDATE, &credentials).await?;
    match validate_entity(api.catalog.orchestrator(), entity, location).await {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(failures) => {
            let errors: Vec<Value> = failures.iter().map(|failure| failure.to_wire()).collect();
            Ok(answer::json(StatusCode::BAD_REQUEST, &json!({"errors": errors})))
        }
    }
}
