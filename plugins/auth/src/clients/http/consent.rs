//! `/v1/sessions/{id}`: what the portal shows a user about a client's request, and the user's answer.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use callboard_kit::http::Caller;
use serde_json::{Value, json};

use super::not_stored;
use crate::clients::Clients;
use crate::clients::authorizations::Authorization;
use crate::clients::error::OAuthError;
use crate::clients::redirect;

/// `GET /v1/sessions/{id}`
pub(super) async fn show(
    State(clients): State<Clients>,
    Path(id): Path<String>,
) -> Result<Json<Value>, OAuthError> {
    let session = clients.authorizations.pending(&id, clients.now()).await?;
    Ok(Json(json!({
        "id": session.id,
        "clientId": session.client_id,
        "clientName": session.client_name,
        "scope": session.scope,
        "redirectUri": session.redirect_uri,
    })))
}

/// `POST /v1/sessions/{id}/approve`: with the user's token.
pub(super) async fn approve(
    State(clients): State<Clients>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, OAuthError> {
    let user = user(&caller)?;
    let session = clients.authorizations.pending(&id, clients.now()).await?;
    let code = clients.authorizations.approve(&id, user, clients.now()).await?.ok_or_else(answered)?;
    clients.record("oauth-client-approve", user, &session.client_id, None);
    answer(&session, &[("code", Some(&code)), ("state", session.state.as_deref())])
}

/// `POST /v1/sessions/{id}/reject`: with the user's token.
pub(super) async fn reject(
    State(clients): State<Clients>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, OAuthError> {
    let user = user(&caller)?;
    let session = clients.authorizations.pending(&id, clients.now()).await?;
    if !clients.authorizations.reject(&id, user).await? {
        return Err(answered());
    }
    clients.record("oauth-client-reject", user, &session.client_id, None);
    let parameters = [
        ("error", Some("access_denied")),
        ("error_description", Some("User denied the request")),
        ("state", session.state.as_deref()),
    ];
    answer(&session, &parameters)
}

/// The user who is at the browser. One for whom a plugin acts is none: consent is given in person.
fn user(caller: &Caller) -> Result<&str, OAuthError> {
    use callboard_kit::credentials::Principal;
    match &caller.0.principal {
        Principal::User { entity_ref, actor: None } => Ok(entity_ref),
        _ => Err(OAuthError::access_denied("A signed-in user has to answer")),
    }
}

fn answer(session: &Authorization, parameters: &[(&str, Option<&str>)]) -> Result<Response, OAuthError> {
    let url = redirect::parse(&session.redirect_uri)?;
    Ok(not_stored(json!({"redirectUrl": redirect::with(&url, parameters)})))
}

fn answered() -> OAuthError {
    OAuthError::not_found("Authorization session not found or expired")
}
