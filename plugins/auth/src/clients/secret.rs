//! Secrets that are handed out: random, and kept only as hashes.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::error::AuthError;

/// Hashes that are computed at once. Each takes 16 MiB and some tens of milliseconds.
const AT_ONCE: usize = 2;
const SALT: usize = 16;
const HASH: usize = 64;

/// 32 random bytes as base64url.
pub(super) fn random() -> String {
    let bytes: [u8; 32] = rand::random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 as base64url: enough for what is random and long, where it has to be found by its hash.
pub(super) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// Whether two texts are the same, in a time that doesn't tell how far they are.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Makes and compares slow hashes, few at a time.
#[derive(Debug, Clone)]
pub(super) struct SlowHash(Arc<Semaphore>);

impl Default for SlowHash {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl SlowHash {
    /// `salt.hash` with scrypt (N = 16384, r = 8, p = 1), as `auth-backend` 0.30.1 keeps refresh tokens.
    pub(super) async fn make(&self, secret: &str) -> Result<String, AuthError> {
        let salt: [u8; SALT] = rand::random();
        let hash = self.scrypt(secret.to_owned(), salt.to_vec()).await?;
        Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(salt), URL_SAFE_NO_PAD.encode(hash)))
    }

    /// Whether the secret is the one that was hashed.
    pub(super) async fn verify(&self, secret: &str, stored: &str) -> Result<bool, AuthError> {
        let decoded = stored.split_once('.').and_then(|(salt, hash)| {
            Some((URL_SAFE_NO_PAD.decode(salt).ok()?, URL_SAFE_NO_PAD.decode(hash).ok()?))
        });
        let Some((salt, expected)) = decoded else { return Ok(false) };
        let hash = self.scrypt(secret.to_owned(), salt).await?;
        Ok(hash.ct_eq(&expected).into())
    }

    async fn scrypt(&self, secret: String, salt: Vec<u8>) -> Result<Vec<u8>, AuthError> {
        let _slot = self.0.acquire().await.map_err(|error| AuthError::Key(error.to_string()))?;
        let work = move || {
            let params = scrypt::Params::new(14, 8, 1).map_err(|error| AuthError::Key(error.to_string()))?;
            let mut hash = vec![0; HASH];
            scrypt::scrypt(secret.as_bytes(), &salt, &params, &mut hash)
                .map_err(|error| AuthError::Key(error.to_string()))?;
            Ok(hash)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| AuthError::Key(error.to_string()))?
    }
}
