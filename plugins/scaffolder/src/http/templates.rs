//! `GET /v2/templates/:namespace/:kind/:name/parameter-schema`: the form of a template.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::Uri;
use serde_json::Value;

use super::Api;
use super::params::Params;
use crate::permissions::templates::TemplateAccess;
use crate::template::form;

pub(super) async fn parameter_schema(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    uri: Uri,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    let core = &api.core;
    let template = core.templates.find(&format!("{kind}:{namespace}/{name}"), &credentials).await?;
    let access = TemplateAccess::of(core.services.authorizer.as_ref(), &credentials).await?;
    Ok(Json(form::parameter_schema(&form::visible(template, &access))))
}
