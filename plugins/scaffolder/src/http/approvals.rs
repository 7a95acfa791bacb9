//! `POST /v2/tasks/:id/approvals`: deciding about a step that waits. Beyond Backstage.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::audit::request::note;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::Uri;
use serde_json::{Value, json};

use super::Api;
use super::body::{JsonBody, wrong};
use super::params::Params;

pub(super) async fn decide(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    let step_id = body.required_text("stepId")?;
    let approved = match body.required_text("decision")? {
        "approve" => true,
        "reject" => false,
        _ => return Err(wrong("decision", "must be equal to one of the allowed values: approve, reject")),
    };
    let comment = body.text("comment")?;
    note("stepId", step_id);
    note("decision", if approved { "approve" } else { "reject" });
    api.core.decide(&id, step_id, approved, comment, &credentials).await?;
    Ok(Json(json!({"status": if approved { "approved" } else { "rejected" }})))
}
