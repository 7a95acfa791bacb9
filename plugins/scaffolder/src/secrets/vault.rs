//! Encrypts what a task keeps in the database: secrets, outputs of steps, workspaces.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::error::ScaffolderError;

const NONCE: usize = 24;

/// Seals and opens with one key.
#[derive(Clone)]
pub(crate) struct Vault {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of a key of any length. Keys are long random texts, so one hash is enough to make them fit.
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"callboard scaffolder secrets\0");
        hash.update(secret);
        let key: [u8; 32] = hash.finalize().into();
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)) }
    }

    /// A new key for a database that has none.
    pub(crate) fn generate() -> Vec<u8> {
        let mut secret = vec![0; 32];
        rand::rng().fill_bytes(&mut secret);
        secret
    }

    /// Encrypts. `place` (task and column) is bound to it: moved to another place it does not open.
    pub(crate) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, ScaffolderError> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| ScaffolderError::Sealed("what the task keeps could not be encrypted".to_owned()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts.
    ///
    /// # Errors
    /// It was sealed with another key, for another place, or has been changed.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, ScaffolderError> {
        let unreadable = || {
            let message = "what the task keeps can't be decrypted: scaffolder.secretsKey is another one than when it \
                           was stored, or the database has been changed";
            ScaffolderError::Sealed(message.to_owned())
        };
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(unreadable)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| unreadable())?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| unreadable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_at_its_place() {
        let vault = Vault::new(b"key");
        let sealed = vault.seal("task secrets", b"hush").unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"hush"));
        assert_eq!(vault.open("task secrets", &sealed).unwrap(), b"hush");
        assert!(vault.open("other secrets", &sealed).is_err());
        assert!(Vault::new(b"other").open("task secrets", &sealed).is_err());
        assert!(vault.open("task secrets", &sealed[..20]).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(vault.open("task secrets", &changed).is_err());
        assert_ne!(sealed, vault.seal("task secrets", b"hush").unwrap());
    }
}
