//! Where keys come from: `auth.keyStore`, `auth.identityTokenAlgorithm` and `backend.auth.pluginKeyStore`.

use callboard_config::{Config, ConfigError};
use jsonwebtoken::Algorithm;

use super::algorithm;
use super::static_keys::StaticKeys;

/// What to use instead of an algorithm that isn't one here.
pub(super) const ALGORITHMS: &str = "use ES256, ES384, EdDSA, RS256, RS384, RS512, PS256, PS384 or PS512";

/// Where the keys of one purpose come from.
#[derive(Debug)]
pub(crate) enum KeySource {
    /// Made here and changed in time; the public halves are shared through the database.
    Database(Algorithm),
    /// Made here and changed in time; known to this process only, so its tokens end with it.
    Memory(Algorithm),
    /// Read from files once.
    Files(StaticKeys),
}

impl KeySource {
    /// For user tokens; `config` is the whole configuration.
    pub(crate) fn of_users(config: &Config) -> Result<Self, ConfigError> {
        let name = config.opt_str("auth.identityTokenAlgorithm")?.unwrap_or("ES256");
        let algorithm = algorithm::parse(name).ok_or_else(|| {
            let message = format!("'{name}' is not supported; {ALGORITHMS}");
            config.error("auth.identityTokenAlgorithm", message)
        })?;
        Self::read(config, "auth.keyStore", "provider", algorithm)
    }

    /// For tokens from plugin to plugin.
    pub(crate) fn of_plugins(config: &Config) -> Result<Self, ConfigError> {
        Self::read(config, "backend.auth.pluginKeyStore", "type", Algorithm::ES256)
    }

    fn read(config: &Config, path: &str, key: &str, algorithm: Algorithm) -> Result<Self, ConfigError> {
        let Some(section) = config.opt_config(path)? else { return Ok(Self::Database(algorithm)) };
        match section.opt_str(key)?.unwrap_or("database") {
            "database" => Ok(Self::Database(algorithm)),
            "memory" => Ok(Self::Memory(algorithm)),
            "static" => Ok(Self::Files(StaticKeys::read(&section)?)),
            // A key setting that isn't followed is worse than none.
            other => {
                Err(section.error(key, format!("'{other}' is not supported; use database, memory or static")))
            }
        }
    }
}
