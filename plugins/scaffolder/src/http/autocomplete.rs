//! `POST /v2/autocomplete/:provider/:resource`: what a source host knows, for pickers.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::error::{ApiError, ApiResult};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use super::params::Params;
use crate::autocomplete::{AutocompleteError, Completion};

pub(super) async fn complete(
    State(api): State<Api>,
    Path((provider, resource)): Path<(String, String)>,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    let token = body.required_text("token")?;
    if token.is_empty() {
        return Err(ApiError::input("Missing token query parameter"));
    }
    let context = body.object("context")?;
    let found = api.core.autocomplete.complete(&provider, &resource, token, &context).await;
    let found = found.map_err(|error| match error {
        AutocompleteError::Input(message) => ApiError::input(message),
        AutocompleteError::Host(message) => ApiError::new("Error", StatusCode::BAD_GATEWAY, message),
    })?;
    let results: Vec<Value> = found.into_iter().map(result).collect();
    Ok(Json(json!({"results": results})))
}

fn result(completion: Completion) -> Value {
    match completion.title {
        Some(title) => json!({"id": completion.id, "title": title}),
        None => json!({"id": completion.id}),
    }
}
