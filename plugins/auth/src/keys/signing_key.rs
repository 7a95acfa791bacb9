//! One ES256 key pair. The private half never leaves the process.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::AuthError;

/// A key pair and its id.
pub(crate) struct SigningKey {
    /// `kid`
    pub(crate) id: String,
    key: EncodingKey,
    /// The public half as a JWK.
    pub(crate) public: Value,
}

impl SigningKey {
    /// Makes a new one.
    pub(crate) fn generate() -> Result<Self, AuthError> {
        let secret = random_secret()?;
        let der = secret.to_pkcs8_der().map_err(|error| AuthError::Key(error.to_string()))?;
        let point = secret.public_key().to_encoded_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(AuthError::Key("the public key has no coordinates".to_owned()));
        };
        let id = Uuid::new_v4().to_string();
        let public = json!({
            "kty": "EC",
            "x": URL_SAFE_NO_PAD.encode(x),
            "y": URL_SAFE_NO_PAD.encode(y),
            "crv": "P-256",
            "kid": id,
            "alg": "ES256",
        });
        Ok(Self { id, key: EncodingKey::from_ec_der(der.as_bytes()), public })
    }

    /// `base64url(header).base64url(payload)`
    pub(crate) fn message(&self, typ: &str, payload: &Value) -> String {
        // This order of members is part of the wire: others rebuild the header of a limited token from its parts.
        let header = json!({"typ": typ, "alg": "ES256", "kid": self.id});
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        )
    }

    /// The signature of a message, as base64url.
    pub(crate) fn signature(&self, message: &str) -> Result<String, AuthError> {
        jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::ES256)
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

/// Nearly every 32 bytes are a key; those few that are not below the order of the curve are drawn again.
fn random_secret() -> Result<SecretKey, AuthError> {
    for _ in 0..8 {
        let bytes: [u8; 32] = rand::random();
        if let Ok(secret) = SecretKey::from_slice(&bytes) {
            return Ok(secret);
        }
    }
    Err(AuthError::Key("no random key could be made".to_owned()))
}
