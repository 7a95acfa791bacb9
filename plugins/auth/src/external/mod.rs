//! Callers from outside: `backend.auth.externalAccess` (`backend-defaults` 0.18.0).

mod legacy;
mod restrictions;
mod static_token;

use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::{AccessRestrictions, Credentials, Principal};
use secrecy::SecretString;

use crate::error::AuthError;
use legacy::LegacySecrets;
use static_token::StaticTokens;

/// Who a token of the configuration stands for.
#[derive(Debug, Clone)]
pub(crate) struct External {
    pub(crate) subject: String,
    pub(crate) restrictions: Option<AccessRestrictions>,
}

/// All external callers.
#[derive(Debug, Default)]
pub(crate) struct ExternalAccess {
    tokens: StaticTokens,
    secrets: LegacySecrets,
}

impl ExternalAccess {
    pub(crate) fn read(config: &Config) -> Result<Self, ConfigError> {
        let mut access = Self::default();
        for entry in config.config_array("backend.auth.externalAccess")? {
            let restrictions = restrictions::read(&entry)?;
            match entry.get_str("type")? {
                "static" => access.tokens.add(&entry, restrictions)?,
                "legacy" => access.secrets.add(&entry, restrictions)?,
                "jwks" => tracing::warn!(
                    target: "auth",
                    "{}",
                    entry.error("type", "'jwks' is not supported yet; its tokens are refused")
                ),
                other => {
                    let message = format!("'{other}' is not a type; use 'static', 'legacy' or 'jwks'");
                    return Err(entry.error("type", message));
                }
            }
        }
        for entry in config.config_array("backend.auth.keys")? {
            access.secrets.add_old_key(&entry)?;
        }
        Ok(access)
    }

    /// Credentials of a token that the configuration knows; `None` if it knows none such.
    pub(crate) fn verify(
        &self,
        token: &str,
        plugin_id: &str,
        now: i64,
    ) -> Option<Result<Credentials, AuthError>> {
        let found = match self.tokens.find(token) {
            Some(external) => Some((external, None)),
            None => self.secrets.verify(token, now),
        };
        let (External { subject, restrictions }, expires_at) = found?;
        if let Some(limits) = restrictions
            && !limits.plugins.iter().any(|limit| limit.plugin == plugin_id)
        {
            let names: Vec<_> = limits.plugins.iter().map(|limit| format!("'{}'", limit.plugin)).collect();
            return Some(Err(AuthError::RestrictedToPlugins(names.join(", "))));
        }
        Some(Ok(Credentials {
            principal: Principal::Service { subject: subject.clone(), restrictions: restrictions.clone() },
            token: Some(SecretString::from(token)),
            expires_at,
        }))
    }
}
