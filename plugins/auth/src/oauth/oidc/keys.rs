//! The public keys of a provider. An id that isn't known makes them be read again, but not more often than every
//! half minute, so that tokens with invented ids cost the provider nothing.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::remembered::Remembered;
use crate::oauth::client::Client;
use crate::oauth::error::OAuthError;

/// Seconds between two looks for an unknown id, and until keys are read again anyway.
const PAUSE: i64 = 30;
const KEPT: i64 = 3_600;
/// Keys that are looked at.
const MOST_KEYS: usize = 100;

/// The keys of one provider.
#[derive(Default)]
pub(crate) struct Keys {
    known: Remembered<Vec<Jwk>>,
}

impl Keys {
    /// The key that a token's header means.
    pub(crate) async fn find(
        &self,
        client: &Client,
        url: &str,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: i64,
    ) -> Result<DecodingKey, OAuthError> {
        for within in [KEPT, PAUSE] {
            let reading = async { read(&client.get_public(url).await?, url) };
            let keys = self.known.get(now, within, reading).await?;
            if let Some(key) = choose(&keys, kid, algorithm)? {
                return Ok(key);
            }
        }
        Err(OAuthError::Failed(
            "the id token is signed with a key that the provider does not publish".to_owned(),
        ))
    }
}

/// The keys of a document; kinds that aren't understood are left out.
fn read(document: &Value, url: &str) -> Result<Vec<Jwk>, OAuthError> {
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| OAuthError::Failed(format!("{url} is no JWKS: it has no keys")))?;
    Ok(keys.iter().take(MOST_KEYS).filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

/// The key with this id, or without one the only key that fits.
fn choose(keys: &[Jwk], kid: Option<&str>, algorithm: Algorithm) -> Result<Option<DecodingKey>, OAuthError> {
    let mut fitting = keys.iter().filter(|key| {
        kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid)) && fits(key, algorithm)
    });
    let (first, second) = (fitting.next(), fitting.next());
    if kid.is_none() && second.is_some() {
        return Err(OAuthError::Failed("the id token does not say which of the keys signed it".to_owned()));
    }
    first
        .map(|key| DecodingKey::from_jwk(key).map_err(|error| OAuthError::Failed(error.to_string())))
        .transpose()
}

/// Whether a key may have made a signature of this algorithm. A shared secret never has.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = !matches!(&key.common.public_key_use, Some(other) if *other != PublicKeyUse::Signature);
    let named = key
        .common
        .key_algorithm
        .as_ref()
        .is_none_or(|named| format!("{named:?}") == format!("{algorithm:?}"));
    let kind = match algorithm {
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => false,
        Algorithm::ES256 | Algorithm::ES384 => matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_)),
        Algorithm::EdDSA => matches!(key.algorithm, AlgorithmParameters::OctetKeyPair(_)),
        _ => matches!(key.algorithm, AlgorithmParameters::RSA(_)),
    };
    signs && named && kind
}
