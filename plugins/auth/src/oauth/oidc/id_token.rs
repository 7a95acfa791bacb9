//! The checks of an id token (OpenID Connect Core 1.0, 3.1.3.7). The algorithm is the one that the configuration
//! names, never one that the token chooses; `none` and shared secrets are none of them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::oauth::error::OAuthError;
use crate::tokens::MAX_LENGTH;

/// How much clocks may differ, in seconds.
const SKEW: f64 = 60.0;

/// The claims of an id token that has passed.
pub(crate) type Claims = Map<String, Value>;

/// What an id token must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) algorithm: Algorithm,
    /// The nonce of the sign-in; a token of a refresh need not have one.
    pub(crate) nonce: Option<&'a str>,
    /// The access token that came with it.
    pub(crate) access_token: &'a str,
}

/// The header's `kid`, after its `alg` has been checked.
pub(crate) fn key_id(token: &str, expected: &Expected<'_>) -> Result<Option<String>, OAuthError> {
    let header = part(token, 0).ok_or_else(|| wrong("is no JWT"))?;
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let wanted = format!("{:?}", expected.algorithm);
    if algorithm != wanted {
        return Err(wrong(&format!("must be signed with {wanted} (tokenSignedResponseAlg)")));
    }
    if header.contains_key("crit") {
        return Err(wrong("asks for something critical that is not understood"));
    }
    Ok(header.get("kid").and_then(Value::as_str).map(str::to_owned))
}

/// The claims of a token, if this key signed it and everything in it is as expected.
pub(crate) fn verify(
    token: &str,
    key: &DecodingKey,
    expected: &Expected<'_>,
    now: i64,
) -> Result<Claims, OAuthError> {
    let mut validation = Validation::new(expected.algorithm);
    validation.required_spec_claims.clear();
    // All of these are checked below, with the service's own clock.
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, key, &validation)
        .map_err(|_| wrong("has no valid signature"))?
        .claims;
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(wrong("is not from the issuer that the provider says it is"));
    }
    check_for(&claims, expected.client_id, now)?;
    if let Some(nonce) = expected.nonce {
        let given = claims.get("nonce").and_then(Value::as_str).unwrap_or_default();
        if Sha256::digest(given.as_bytes()) != Sha256::digest(nonce.as_bytes()) {
            return Err(wrong("belongs to another sign-in: its nonce is wrong"));
        }
    }
    if let Some(hash) = claims.get("at_hash") {
        let wanted = half_hash(expected.access_token, expected.algorithm);
        if hash.as_str() != Some(wanted.as_str()) {
            return Err(wrong("belongs to another access token"));
        }
    }
    Ok(claims)
}

/// The claims of a token that came straight from a token endpoint of the configuration. That connection vouches for the
/// issuer (3.1.3.7, 6), so nothing but audience and time is left to check.
pub(crate) fn read_unsigned(token: &str, client_id: &str, now: i64) -> Result<Claims, OAuthError> {
    let claims = part(token, 1).ok_or_else(|| wrong("is no JWT"))?;
    check_for(&claims, client_id, now)?;
    Ok(claims)
}

/// The claims of a token that nobody has checked: good for choosing what to ask next, never for who somebody is.
pub(crate) fn peek_claims(token: &str) -> Option<Claims> {
    part(token, 1)
}

/// Subject, audience and time.
fn check_for(claims: &Claims, client_id: &str, now: i64) -> Result<(), OAuthError> {
    if claims.get("sub").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(wrong("does not say whose it is"));
    }
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audiences.contains(&client_id) {
        return Err(wrong("is meant for another client"));
    }
    match claims.get("azp") {
        Some(party) if party.as_str() != Some(client_id) => return Err(wrong("was made for another client")),
        None if audiences.len() > 1 => {
            return Err(wrong("is meant for several clients and does not say for which it was made"));
        }
        _ => {}
    }
    let now = now as f64;
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    if time("exp").is_none_or(|end| now >= end + SKEW) {
        return Err(wrong("has expired, or does not say when it does"));
    }
    if time("iat").is_none_or(|made| made > now + SKEW) {
        return Err(wrong("comes from the future, or does not say when it was made; check the clocks"));
    }
    if claims.contains_key("nbf") && time("nbf").is_none_or(|start| start > now + SKEW) {
        return Err(wrong("does not hold yet; check the clocks"));
    }
    Ok(())
}

/// A part of a token as JSON.
fn part(token: &str, at: usize) -> Option<Map<String, Value>> {
    if token.len() > MAX_LENGTH || token.split('.').count() != 3 {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at)?).ok()?).ok()
}

/// The left half of the hash that goes with an algorithm.
fn half_hash(access_token: &str, algorithm: Algorithm) -> String {
    let bytes = access_token.as_bytes();
    let half = |hash: &[u8]| URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => half(&Sha384::digest(bytes)),
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => half(&Sha512::digest(bytes)),
        _ => half(&Sha256::digest(bytes)),
    }
}

fn wrong(what: &str) -> OAuthError {
    OAuthError::Failed(format!("the id token {what}"))
}
