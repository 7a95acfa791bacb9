//! `POST /v1/token`: a code or a refresh token for an ordinary user token.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::not_stored;
use crate::clients::Clients;
use crate::clients::authorizations::Authorization;
use crate::clients::error::OAuthError;
use crate::clients::params::{ClientCredentials, MOST_BYTES, Params};
use crate::clients::refresh::{NewSession, Presented, RefreshSession};
use crate::clients::secret;

const REFRESH_SCOPE: &str = "offline_access";

pub(super) async fn token(
    State(clients): State<Clients>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    if body.len() > MOST_BYTES {
        return Err(OAuthError::invalid_request("The body is too long"));
    }
    let params = Params::body(&headers, &body)?;
    let client = params.client(&headers)?;
    match params.required("grant_type")? {
        "authorization_code" => of_code(&clients, &params, client.as_ref()).await,
        "refresh_token" => of_refresh_token(&clients, &params, client.as_ref()).await,
        other => Err(OAuthError::unsupported_grant_type(other)),
    }
}

async fn of_code(
    clients: &Clients,
    params: &Params,
    client: Option<&ClientCredentials>,
) -> Result<Response, OAuthError> {
    let (code, redirect_uri) = (params.required("code")?, params.required("redirect_uri")?);
    let now = clients.now();
    let found = clients.authorizations.of_code(code).await?;
    let session = found.ok_or_else(|| OAuthError::invalid_grant("Invalid authorization code"))?;
    let proven = match client {
        Some(client) if client.id != session.client_id => {
            return Err(OAuthError::invalid_grant("The authorization code is for another client"));
        }
        Some(client) => clients.prove(client).await?,
        None => false,
    };
    if session.code_used_at.is_some() {
        return Err(used_again(clients, &session).await?);
    }
    if session.code_expires_at.is_none_or(|expires_at| now >= expires_at) {
        return Err(OAuthError::invalid_grant("Authorization code expired"));
    }
    if session.redirect_uri != redirect_uri {
        return Err(OAuthError::invalid_grant("Redirect URI mismatch"));
    }
    check_challenge(&session, params.get("code_verifier"), proven)?;
    let user = session.user_entity_ref.as_deref();
    let user = user.ok_or_else(|| OAuthError::invalid_grant("Authorization not approved"))?;
    // Made before the code is used up: whatever fails here leaves the client its code.
    let token = clients.user_token(user).await?;
    if !clients.authorizations.use_code(&session.id, now).await? {
        return Err(used_again(clients, &session).await?);
    }
    if !session.public_client {
        clients.registered.used(&session.client_id, now).await?;
    }
    let scope = session.scope.as_deref().unwrap_or("openid");
    let mut body = answer(&token.token, token.expires_at - now);
    body["id_token"] = token.token.into();
    body["scope"] = scope.into();
    if scope.split_whitespace().any(|word| word == REFRESH_SCOPE) {
        let new = NewSession {
            user,
            client_id: &session.client_id,
            client_name: &session.client_name,
            authorization_id: &session.id,
        };
        if let Some(refresh_token) = clients.refresh.start(&new, now).await? {
            body["refresh_token"] = refresh_token.into();
        }
    }
    clients.record("oauth-token-issue", user, &session.client_id, None);
    Ok(not_stored(body))
}

/// A code that comes twice was stolen, from the client or by it. What came of it ends.
async fn used_again(clients: &Clients, session: &Authorization) -> Result<OAuthError, OAuthError> {
    clients.refresh.delete_of_authorization(&session.id).await?;
    let text = "Authorization code already used";
    let user = session.user_entity_ref.as_deref().unwrap_or_default();
    clients.record("oauth-token-issue", user, &session.client_id, Some(text.to_owned()));
    Ok(OAuthError::invalid_grant(text))
}

/// The code has to come from whoever asked for it: who knows the verifier, or else the client's secret.
fn check_challenge(session: &Authorization, verifier: Option<&str>, proven: bool) -> Result<(), OAuthError> {
    let Some(challenge) = &session.code_challenge else {
        return match (session.public_client, proven) {
            (false, true) => Ok(()),
            _ => Err(OAuthError::invalid_client("A code without a challenge needs the client's secret")),
        };
    };
    let verifier = verifier.ok_or_else(|| OAuthError::invalid_grant("Code verifier required for PKCE"))?;
    let given = match session.code_challenge_method.as_deref() {
        Some("S256") => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
        _ => verifier.to_owned(),
    };
    if secret::same(&given, challenge) {
        Ok(())
    } else {
        Err(OAuthError::invalid_grant("Invalid code verifier"))
    }
}

async fn of_refresh_token(
    clients: &Clients,
    params: &Params,
    client: Option<&ClientCredentials>,
) -> Result<Response, OAuthError> {
    let Some(settings) = &clients.settings().refresh else {
        return Err(OAuthError::invalid_request("Refresh tokens are not enabled"));
    };
    let presented = params.required("refresh_token")?;
    if let Some(client) = client {
        clients.prove(client).await?;
    }
    let now = clients.now();
    let refused = || OAuthError::invalid_grant("Invalid refresh token");
    let session = match clients.refresh.present(presented, now).await? {
        Presented::Good(session) => session,
        Presented::Bad => return Err(refused()),
        Presented::Reused(session) => {
            let text = "a refresh token was used twice; the session has been ended".to_owned();
            clients.record("oauth-token-refresh", &session.user_entity_ref, &session.client_id, Some(text));
            return Err(refused());
        }
    };
    if client.is_some_and(|client| client.id != session.client_id) {
        return Err(OAuthError::invalid_grant("Refresh token was not issued to this client"));
    }
    if settings.ask_catalog {
        check_presence(clients, &session).await?;
    }
    let token = clients.user_token(&session.user_entity_ref).await?;
    let next = clients.refresh.rotate(&session, presented, now).await?.ok_or_else(refused)?;
    let mut body = answer(&token.token, token.expires_at - now);
    body["refresh_token"] = next.into();
    clients.record("oauth-token-refresh", &session.user_entity_ref, &session.client_id, None);
    Ok(not_stored(body))
}

/// Who has left the catalog has left the company. A catalog that doesn't answer is no answer.
async fn check_presence(clients: &Clients, session: &RefreshSession) -> Result<(), OAuthError> {
    let Some(users) = &clients.users else {
        return Err(OAuthError::unavailable("Unable to validate user existence"));
    };
    match users.ownership_entity_refs(&session.user_entity_ref).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => {
            clients.refresh.delete(&session.id).await?;
            let text = "User entity no longer exists in the catalog";
            let user = &session.user_entity_ref;
            clients.record("oauth-token-refresh", user, &session.client_id, Some(text.to_owned()));
            Err(OAuthError::invalid_grant(text))
        }
        Err(error) => {
            tracing::warn!(target: "auth", %error, "the catalog could not be asked about a user");
            Err(OAuthError::unavailable("Unable to validate user existence"))
        }
    }
}

fn answer(token: &str, expires_in: i64) -> Value {
    json!({"access_token": token, "token_type": "Bearer", "expires_in": expires_in})
}
