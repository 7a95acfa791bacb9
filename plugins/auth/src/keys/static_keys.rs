//! Keys in files: `static.keys[]`. The first one signs; the others verify what was signed before they were replaced.

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::algorithm;
use super::{SigningKey, VerifyingKey};
use crate::error::AuthError;

/// The keys of one list.
#[derive(Debug)]
pub(crate) struct StaticKeys {
    pub(super) signing: Arc<SigningKey>,
    pub(super) verifying: Vec<Arc<VerifyingKey>>,
    pub(super) jwks: Vec<Value>,
}

impl StaticKeys {
    /// Reads the files that `keys[]` below `section` names. Errors name the key and the file, never its content.
    pub(super) fn read(section: &Config) -> Result<Self, ConfigError> {
        let entries = section.config_array("static.keys")?;
        let Some(first) = entries.first() else {
            return Err(section.error("static.keys", "expected at least one key; the first one signs"));
        };
        if !first.has("privateKeyFile") {
            return Err(first.missing("privateKeyFile", "a file; the first key signs"));
        }
        let mut signing = None;
        let (mut verifying, mut jwks) = (Vec::new(), Vec::new());
        for entry in &entries {
            let id = entry.get_str("keyId")?;
            if verifying.iter().any(|other: &Arc<VerifyingKey>| other.id.as_deref() == Some(id)) {
                return Err(entry.error("keyId", "another key has the same id"));
            }
            let algorithm = read_algorithm(entry)?;
            let failed = |key: &str, error: &AuthError| {
                entry.error(key, format!("is no {} key: {error}", algorithm::name(algorithm)))
            };
            let public = VerifyingKey::from_pem(id, algorithm, &file(entry, "publicKeyFile")?)
                .map_err(|error| failed("publicKeyFile", &error))?;
            let jwk = public.jwk().map_err(|error| failed("publicKeyFile", &error))?;
            if entry.has("privateKeyFile") {
                let private = SigningKey::from_pem(id, algorithm, &file(entry, "privateKeyFile")?)
                    .map_err(|error| failed("privateKeyFile", &error))?;
                if private.public != jwk {
                    let message = "is not the private half of publicKeyFile";
                    return Err(entry.error("privateKeyFile", message));
                }
                signing.get_or_insert_with(|| Arc::new(private));
            }
            verifying.push(Arc::new(public));
            jwks.push(jwk);
        }
        let signing =
            signing.ok_or_else(|| first.missing("privateKeyFile", "a file; the first key signs"))?;
        Ok(Self { signing, verifying, jwks })
    }
}

fn read_algorithm(entry: &Config) -> Result<Algorithm, ConfigError> {
    let name = entry.opt_str("algorithm")?.unwrap_or("ES256");
    algorithm::parse(name).ok_or_else(|| {
        entry.error("algorithm", format!("'{name}' is not supported; {}", super::settings::ALGORITHMS))
    })
}

fn file(entry: &Config, key: &str) -> Result<Vec<u8>, ConfigError> {
    let path = entry.get_str(key)?;
    std::fs::read(path).map_err(|error| entry.error(key, format!("{path} can't be read: {error}")))
}
