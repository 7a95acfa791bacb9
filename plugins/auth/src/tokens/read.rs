//! Reading tokens. The header says which kind of token it claims to be; nothing else of a token is looked at before
//! its signature has been checked with a key that this server chose, never with one that the token brings.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use super::MAX_LENGTH;

/// What a token says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// `typ`; empty if there is none.
    pub(crate) typ: String,
    /// `alg`
    pub(crate) algorithm: String,
    /// `kid`; empty if there is none.
    pub(crate) key_id: String,
}

/// The header of a token; `None` if it isn't a JWT, or asks for something critical that isn't understood.
pub(crate) fn peek(token: &str) -> Option<Header> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let mut parts = token.split('.');
    let (header, _, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.get("crit").is_some() {
        return None;
    }
    let text = |name: &str| header[name].as_str().unwrap_or_default().to_owned();
    header.is_object().then(|| Header { typ: text("typ"), algorithm: text("alg"), key_id: text("kid") })
}

/// What a token claims, unverified: good for choosing a key, and for nothing else.
pub(crate) fn unverified_claims(token: &str) -> Option<Map<String, Value>> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Whether a claim that holds one text or a list of them names one of these.
pub(crate) fn names_one_of(claim: Option<&Value>, wanted: &[String]) -> bool {
    let is_wanted = |value: &Value| value.as_str().is_some_and(|text| wanted.iter().any(|one| one == text));
    match claim {
        Some(Value::Array(values)) => values.iter().any(is_wanted),
        Some(value) => is_wanted(value),
        None => false,
    }
}

/// The claims of a token whose signature this key made with this algorithm, and whose time has not run out at `now`
/// (seconds). `None` says nothing about what was wrong.
pub(crate) fn claims(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    now: i64,
) -> Option<Map<String, Value>> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_aud = false;
    // Time is compared below, without a leeway, and with the clock of the service.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation).ok()?.claims;
    let holds = |name: &str, test: &dyn Fn(f64) -> bool| match claims.get(name) {
        None => true,
        Some(value) => value.as_f64().is_some_and(test),
    };
    let now = now as f64;
    (holds("exp", &|exp| now < exp) && holds("nbf", &|nbf| nbf <= now)).then_some(claims)
}
