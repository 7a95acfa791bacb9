//! `/.callboard/sessions`: which tools and agents act for a user, as the user sees it, and ending that.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::StatusCode;
use serde_json::{Value, json};

use crate::clients::Clients;
use crate::error::AuthError;

/// `GET /.callboard/sessions` → `{items: [{id, clientName, clientId, createdAt, lastUsedAt, expiresAt}]}`
pub(super) async fn list(State(clients): State<Clients>, caller: Caller) -> ApiResult<Json<Value>> {
    let user = caller.0.user_entity_ref().ok_or(AuthError::NoCredentials)?;
    let mut items = Vec::new();
    for session in clients.refresh.of_user(user, clients.now()).await? {
        items.push(json!({
            "id": session.id,
            "clientName": session.client_name,
            "clientId": session.client_id,
            "createdAt": iso(session.created_at)?,
            "lastUsedAt": iso(session.last_used_at)?,
            "expiresAt": iso(session.expires_at)?,
        }));
    }
    Ok(Json(json!({"items": items})))
}

/// `DELETE /.callboard/sessions/{id}` → 204; 404 for one that isn't the user's own.
pub(super) async fn end(
    State(clients): State<Clients>,
    Path(id): Path<String>,
    caller: Caller,
) -> ApiResult<StatusCode> {
    let user = caller.0.user_entity_ref().ok_or(AuthError::NoCredentials)?;
    if !clients.refresh.delete_of_user(&id, user).await? {
        return Err(ApiError::not_found("There is no such session of yours"));
    }
    clients.record("oauth-session-end", user, &id, None);
    Ok(StatusCode::NO_CONTENT)
}

fn iso(seconds: i64) -> Result<String, ApiError> {
    let time = jiff::Timestamp::from_second(seconds).map_err(|error| ApiError::internal(&error))?;
    Ok(time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())
}
