//! Taking tokens apart and putting others together, as an attacker does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde_json::{Value, json};

/// Header and payload of a token.
pub(crate) fn open(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default());
    let header = serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (header, serde_json::from_slice(&parts.next().unwrap()).unwrap())
}

/// The third part.
pub(crate) fn signature(token: &str) -> String {
    token.rsplit('.').next().unwrap().to_owned()
}

/// Puts parts together with whatever signature.
pub(crate) fn close(header: &Value, payload: &Value, signature: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", encode(header), encode(payload))
}

/// Signs with HMAC, for secrets that are shared or mistaken for one.
pub(crate) fn hs256(header: &Value, payload: &Value, secret: &[u8]) -> String {
    let message = close(header, payload, "");
    let message = message.trim_end_matches('.');
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// A key of the attacker: its private and its public half.
pub(crate) fn own_key(id: &str) -> (EncodingKey, Value) {
    let secret = SecretKey::from_slice(&[7; 32]).unwrap();
    let point = secret.public_key().to_encoded_point(false);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id,
        "x": URL_SAFE_NO_PAD.encode(point.x().unwrap()), "y": URL_SAFE_NO_PAD.encode(point.y().unwrap()),
    });
    (EncodingKey::from_ec_der(secret.to_pkcs8_der().unwrap().as_bytes()), jwk)
}

/// Signs with a key of the attacker.
pub(crate) fn es256(header: &Value, payload: &Value, key: &EncodingKey) -> String {
    let message = close(header, payload, "");
    let message = message.trim_end_matches('.');
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

/// The limited token of a full one, made from its parts alone.
pub(crate) fn limited(token: &str) -> String {
    let (header, claims) = open(token);
    let header = json!({"typ": "vnd.backstage.limited-user", "alg": header["alg"], "kid": header["kid"]});
    let payload = json!({"sub": claims["sub"], "iat": claims["iat"], "exp": claims["exp"]});
    close(&header, &payload, claims["uip"].as_str().unwrap())
}
