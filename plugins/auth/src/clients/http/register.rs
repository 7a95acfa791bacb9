//! `POST /v1/register`: a client registers itself (RFC 7591).

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::not_stored;
use crate::clients::Clients;
use crate::clients::error::OAuthError;
use crate::clients::params::{MOST_BYTES, json_object};
use crate::clients::{metadata, redirect};

pub(super) async fn register(State(clients): State<Clients>, body: Bytes) -> Result<Response, OAuthError> {
    if body.len() > MOST_BYTES {
        return Err(OAuthError::invalid_request("The body is too long"));
    }
    let request = json_object(&body)?;
    let uris = metadata::redirect_uris(request.get("redirect_uris").unwrap_or(&serde_json::Value::Null))?;
    let allowed = clients.settings().registration.as_deref().unwrap_or_default();
    for uri in &uris {
        let url = redirect::parse(uri)?;
        if !redirect::is_allowed(&url, allowed) {
            return Err(OAuthError::invalid_request("Invalid redirect_uri: it is not allowed here"));
        }
    }
    let name = request.get("client_name").and_then(metadata::name);
    let name = name.unwrap_or_else(|| "Unnamed client".to_owned());
    let client = clients.registered.add(&name, &uris, clients.now()).await?;
    clients.record("oauth-client-register", "anonymous", &client.id, None);
    let body = json!({
        "client_id": client.id,
        "client_secret": client.secret,
        "client_name": name,
        "redirect_uris": uris,
    });
    Ok((StatusCode::CREATED, not_stored(body)).into_response())
}
