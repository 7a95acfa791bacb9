//! The algorithms with which tokens are signed, by the names of JWS, and new private keys for them.

use jsonwebtoken::{Algorithm, AlgorithmFamily, EncodingKey};
use p256::pkcs8::EncodePrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;

use crate::error::AuthError;

/// Bits of a new RSA key.
const RSA_BITS: usize = 2_048;
/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410).
const ED25519_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// `alg`
pub(crate) fn name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

/// An algorithm with a public key by its name; those with a shared secret are none.
pub(crate) fn parse(name: &str) -> Option<Algorithm> {
    name.parse::<Algorithm>().ok().filter(|algorithm| algorithm.family() != AlgorithmFamily::Hmac)
}

/// A new private key. An RSA key takes up to seconds.
pub(super) fn generate(algorithm: Algorithm) -> Result<EncodingKey, AuthError> {
    let failed = |error: String| AuthError::Key(error);
    match algorithm {
        Algorithm::ES256 => {
            let der = draw(|bytes| p256::SecretKey::from_slice(&bytes[..32]).ok())?.to_pkcs8_der();
            Ok(EncodingKey::from_ec_der(der.map_err(|error| failed(error.to_string()))?.as_bytes()))
        }
        Algorithm::ES384 => {
            let der = draw(|bytes| p384::SecretKey::from_slice(&bytes[..48]).ok())?.to_pkcs8_der();
            Ok(EncodingKey::from_ec_der(der.map_err(|error| failed(error.to_string()))?.as_bytes()))
        }
        Algorithm::EdDSA => {
            let secret: [u8; 32] = rand::random();
            Ok(EncodingKey::from_ed_der(&[&ED25519_PREFIX[..], &secret].concat()))
        }
        other if other.family() == AlgorithmFamily::Rsa => {
            let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS);
            let der = key.map_err(|error| failed(error.to_string()))?.to_pkcs1_der();
            Ok(EncodingKey::from_rsa_der(der.map_err(|error| failed(error.to_string()))?.as_bytes()))
        }
        other => Err(failed(format!("no key can be made for {}", name(other)))),
    }
}

/// Nearly all random bytes are a key; those few that are not below the order of the curve are drawn again.
fn draw<T>(key: impl Fn(&[u8; 64]) -> Option<T>) -> Result<T, AuthError> {
    for _ in 0..8 {
        let mut bytes = [0; 64];
        rand::fill(&mut bytes);
        if let Some(key) = key(&bytes) {
            return Ok(key);
        }
    }
    Err(AuthError::Key("no random key could be made".to_owned()))
}
