//! Making tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{LIMITED_USER, MAX_LENGTH, PLUGIN, USER, peek};
use crate::error::AuthError;
use crate::keys::SigningKey;

/// A user token and when it ends.
#[derive(Debug, Clone)]
pub(crate) struct UserToken {
    pub(crate) token: String,
    /// Seconds since the epoch.
    pub(crate) expires_at: i64,
}

/// A user token. `ownership` goes into it as `ent` if it is given.
pub(crate) fn user_token(
    key: &SigningKey,
    issuer: &str,
    user_entity_ref: &str,
    ownership: Option<&[String]>,
    now: i64,
    lifetime: i64,
) -> Result<UserToken, AuthError> {
    let expires_at = now + lifetime;
    // `uip` is the signature of the limited token that belongs to this one: whoever has the full token can make
    // the limited token without a key, and the limited token can't be turned back.
    let limited = key.message(LIMITED_USER, &limited_payload(user_entity_ref, now, expires_at));
    let mut claims = Map::new();
    claims.insert("iss".into(), issuer.into());
    claims.insert("sub".into(), user_entity_ref.into());
    if let Some(refs) = ownership {
        claims.insert("ent".into(), refs.into());
    }
    claims.insert("aud".into(), "backstage".into());
    claims.insert("iat".into(), now.into());
    claims.insert("exp".into(), expires_at.into());
    claims.insert("uip".into(), key.signature(&limited)?.into());
    let token = key.token(USER, &Value::Object(claims))?;
    if token.len() > MAX_LENGTH {
        let user = user_entity_ref.to_owned();
        return Err(AuthError::TokenTooLong { user, length: token.len(), limit: MAX_LENGTH });
    }
    Ok(UserToken { token, expires_at })
}

/// The payload of a limited token; its text is signed, so members and their order are fixed.
fn limited_payload(user_entity_ref: &str, issued_at: i64, expires_at: i64) -> Value {
    json!({"sub": user_entity_ref, "iat": issued_at, "exp": expires_at})
}

/// The limited token of a full user token that has been verified.
pub(crate) fn limited_user_token(token: &str) -> Result<String, AuthError> {
    let header = peek(token).ok_or(AuthError::UserToken)?;
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Value =
        payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(AuthError::UserToken)?;
    let (Some(user), Some(issued_at), Some(expires_at), Some(signature)) =
        (claims["sub"].as_str(), claims["iat"].as_i64(), claims["exp"].as_i64(), claims["uip"].as_str())
    else {
        return Err(AuthError::UserToken);
    };
    let limited_header = json!({"typ": LIMITED_USER, "alg": header.algorithm, "kid": header.key_id});
    Ok(format!(
        "{}.{}.{signature}",
        URL_SAFE_NO_PAD.encode(limited_header.to_string()),
        URL_SAFE_NO_PAD.encode(limited_payload(user, issued_at, expires_at).to_string()),
    ))
}

/// A token with which `from` calls `target`, for a user if there is a limited token.
pub(crate) fn plugin_token(
    key: &SigningKey,
    from: &str,
    target: &str,
    limited_user_token: Option<&str>,
    now: i64,
    expires_at: i64,
) -> Result<String, AuthError> {
    let mut claims = Map::new();
    claims.insert("sub".into(), from.into());
    claims.insert("aud".into(), target.into());
    claims.insert("iat".into(), now.into());
    claims.insert("exp".into(), expires_at.into());
    if let Some(token) = limited_user_token {
        claims.insert("obo".into(), token.into());
    }
    key.token(PLUGIN, &Value::Object(claims))
}
