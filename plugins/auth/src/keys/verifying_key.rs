//! One public key: what it verifies, and how it is read.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::{Map, Value};

use super::algorithm;
use crate::error::AuthError;
use crate::tokens::{self, Header};

/// A public key. A shared secret is never one, wherever it stands.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    /// `kid`
    pub(crate) id: Option<String>,
    /// The one algorithm that it is for, if it says so.
    algorithm: Option<Algorithm>,
    key: DecodingKey,
}

impl VerifyingKey {
    /// Reads a member of a JWKS. `None` for what can't verify a signature here: other kinds of keys, keys for
    /// encryption, shared secrets.
    pub(crate) fn from_jwk(jwk: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
        if matches!(&jwk.common.public_key_use, Some(usage) if *usage != PublicKeyUse::Signature) {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        let algorithm = match jwk.common.key_algorithm {
            Some(named) => Some(algorithm::parse(&named.to_string())?),
            None => None,
        };
        (key.family() != AlgorithmFamily::Hmac).then(|| Self { id: jwk.common.key_id, algorithm, key })
    }

    /// Reads a public key in PEM (SPKI).
    pub(crate) fn from_pem(id: &str, algorithm: Algorithm, pem: &[u8]) -> Result<Self, AuthError> {
        let key = match algorithm.family() {
            AlgorithmFamily::Rsa => DecodingKey::from_rsa_pem(pem),
            AlgorithmFamily::Ed => DecodingKey::from_ed_pem(pem),
            AlgorithmFamily::Ec | AlgorithmFamily::Hmac => DecodingKey::from_ec_pem(pem),
        }
        .map_err(|error| AuthError::Key(error.to_string()))?;
        Ok(Self { id: Some(id.to_owned()), algorithm: Some(algorithm), key })
    }

    /// The key as a member of a JWKS.
    pub(super) fn jwk(&self) -> Result<Value, AuthError> {
        let (Some(id), Some(algorithm)) = (&self.id, self.algorithm) else {
            return Err(AuthError::Key("a key without an id or an algorithm is not published".to_owned()));
        };
        let jwk = Jwk::from_decoding_key(&self.key, Some(algorithm))
            .map_err(|error| AuthError::Key(error.to_string()))?;
        super::signing_key::public_jwk(&jwk, id, algorithm)
    }

    /// Whether a token with this algorithm can have been signed with it.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        self.key.family() == algorithm.family() && self.algorithm.is_none_or(|own| own == algorithm)
    }

    /// Whether this key made the signature (base64url) of a message, for tokens whose form isn't quite the standard.
    pub(crate) fn has_signed(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        self.fits(algorithm)
            && jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.key, algorithm)
                .unwrap_or(false)
    }

    /// The claims of a token that this key has signed and that holds at `now`. The key decides which algorithm is
    /// right; what the token says has to agree.
    pub(crate) fn claims(&self, token: &str, header: &Header, now: i64) -> Option<Map<String, Value>> {
        let algorithm = algorithm::parse(&header.algorithm).filter(|algorithm| self.fits(*algorithm))?;
        tokens::claims(token, &self.key, algorithm, now)
    }
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyingKey").field("id", &self.id).finish_non_exhaustive()
    }
}
