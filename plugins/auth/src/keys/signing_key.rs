//! One key pair that signs. The private half never leaves the process.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, AlgorithmFamily, EncodingKey};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::algorithm;
use crate::error::AuthError;

/// A key pair, its id and its algorithm.
pub(crate) struct SigningKey {
    /// `kid`
    pub(crate) id: String,
    algorithm: Algorithm,
    key: EncodingKey,
    /// The public half as a JWK.
    pub(crate) public: Value,
}

impl SigningKey {
    /// Makes a new one.
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, AuthError> {
        Self::new(Uuid::new_v4().to_string(), algorithm, algorithm::generate(algorithm)?)
    }

    /// Reads the private half: PKCS #8 in PEM.
    pub(super) fn from_pem(id: &str, algorithm: Algorithm, pem: &[u8]) -> Result<Self, AuthError> {
        let key = match algorithm.family() {
            AlgorithmFamily::Rsa => EncodingKey::from_rsa_pem(pem),
            AlgorithmFamily::Ed => EncodingKey::from_ed_pem(pem),
            AlgorithmFamily::Ec | AlgorithmFamily::Hmac => EncodingKey::from_ec_pem(pem),
        };
        Self::new(id.to_owned(), algorithm, key.map_err(|error| AuthError::Key(error.to_string()))?)
    }

    fn new(id: String, algorithm: Algorithm, key: EncodingKey) -> Result<Self, AuthError> {
        let jwk =
            Jwk::from_encoding_key(&key, algorithm).map_err(|error| AuthError::Key(error.to_string()))?;
        let public = public_jwk(&jwk, &id, algorithm)?;
        Ok(Self { id, algorithm, key, public })
    }

    /// `base64url(header).base64url(payload)`
    pub(crate) fn message(&self, typ: &str, payload: &Value) -> String {
        // This order of members is part of the wire: others rebuild the header of a limited token from its parts.
        let header = json!({"typ": typ, "alg": algorithm::name(self.algorithm), "kid": self.id});
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        )
    }

    /// The signature of a message, as base64url.
    pub(crate) fn signature(&self, message: &str) -> Result<String, AuthError> {
        jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.algorithm)
            .map_err(|error| AuthError::Key(error.to_string()))
    }

    /// A whole signed token.
    pub(crate) fn token(&self, typ: &str, payload: &Value) -> Result<String, AuthError> {
        let message = self.message(typ, payload);
        let signature = self.signature(&message)?;
        Ok(format!("{message}.{signature}"))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a JWKS shows of a key, in Backstage's order: nothing but what verifies.
pub(super) fn public_jwk(jwk: &Jwk, id: &str, algorithm: Algorithm) -> Result<Value, AuthError> {
    let all = serde_json::to_value(jwk).map_err(|error| AuthError::Key(error.to_string()))?;
    let mut public = Map::new();
    for name in ["kty", "x", "y", "crv", "n", "e"] {
        if let Some(value) = all.get(name) {
            public.insert(name.to_owned(), value.clone());
        }
    }
    public.insert("kid".to_owned(), id.into());
    public.insert("alg".to_owned(), algorithm::name(algorithm).into());
    Ok(public.into())
}
