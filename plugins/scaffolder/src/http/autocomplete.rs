//! `POST /v2/autocomplete/:provider/:resource`: what a source host knows, for pickers.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::error::{ApiError, ApiResult};
use http::Uri;
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use super::params::Params;

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
    let known = api.core.autocomplete.iter().find(|known| known.id() == provider);
    let known = known.ok_or_else(|| ApiError::input(format!("Unsupported provider: {provider}")))?;
    let results = known.complete(&resource, token, &context).await?;
    Ok(Json(json!({"results": results})))
}
