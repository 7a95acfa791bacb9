//! `POST /v1/revoke`: a client gives a refresh token back (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};

use crate::clients::Clients;
use crate::clients::error::OAuthError;
use crate::clients::params::{MOST_BYTES, Params};
use crate::clients::refresh::Presented;

/// 200 also for a token that is none: then it is not good either.
pub(super) async fn revoke(
    State(clients): State<Clients>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, OAuthError> {
    if body.len() > MOST_BYTES {
        return Err(OAuthError::invalid_request("The body is too long"));
    }
    let params = Params::body(&headers, &body)?;
    let token = params.required("token")?;
    let client = params.client(&headers)?;
    let client = client.ok_or_else(|| OAuthError::invalid_client("Client authentication is required"))?;
    let proven = clients.prove(&client).await?;
    // A client with a secret has to give it; one that is described by a document has none.
    if !proven && clients.registered.find(&client.id).await?.is_some() {
        return Err(OAuthError::invalid_client("Invalid client credentials"));
    }
    if let Presented::Good(session) = clients.refresh.present(token, clients.now()).await?
        && session.client_id == client.id
    {
        clients.refresh.delete(&session.id).await?;
        clients.record("oauth-token-revoke", &session.user_entity_ref, &client.id, None);
    }
    Ok(StatusCode::OK)
}
