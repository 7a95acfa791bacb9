//! Callers from outside: `backend.auth.externalAccess` (`backend-defaults` 0.18.0).

mod jwks;
mod legacy;
mod restrictions;
mod static_token;

use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::{AccessRestrictions, Credentials, Principal};
use callboard_scm::egress::Egress;
use secrecy::SecretString;
use serde_json::Value;

use crate::error::AuthError;
use jwks::JwksIssuers;
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
    issuers: JwksIssuers,
}

/// A token that was recognised.
#[derive(Debug)]
pub(crate) struct Recognised {
    pub(crate) credentials: Credentials,
    /// Whether recognising it took long enough to remember it.
    pub(crate) costly: bool,
}

impl ExternalAccess {
    pub(crate) fn read(config: &Config, egress: &Egress) -> Result<Self, ConfigError> {
        let mut access = Self::default();
        for entry in config.config_array("backend.auth.externalAccess")? {
            let restrictions = restrictions::read(&entry)?;
            match entry.get_str("type")? {
                "static" => access.tokens.add(&entry, restrictions)?,
                "legacy" => access.secrets.add(&entry, restrictions)?,
                "jwks" => access.issuers.add(&entry, restrictions, egress)?,
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

    /// Credentials of a token that the configuration knows.
    ///
    /// # Errors
    /// [`AuthError::IllegalToken`] if it knows none such; [`AuthError::RestrictedToPlugins`].
    pub(crate) async fn verify(
        &self,
        token: &str,
        plugin_id: &str,
        now: i64,
    ) -> Result<Recognised, AuthError> {
        let mut costly = false;
        let (External { subject, restrictions }, expires_at) = if let Some(external) = self.tokens.find(token)
        {
            (external.clone(), None)
        } else if let Some((external, expires_at)) = self.secrets.verify(token, now) {
            (external.clone(), expires_at)
        } else {
            costly = true;
            self.issuers.verify(token, now).await.ok_or(AuthError::IllegalToken)?
        };
        if let Some(limits) = &restrictions
            && !limits.plugins.iter().any(|limit| limit.plugin == plugin_id)
        {
            let names: Vec<_> = limits.plugins.iter().map(|limit| format!("'{}'", limit.plugin)).collect();
            return Err(AuthError::RestrictedToPlugins(names.join(", ")));
        }
        let credentials = Credentials {
            principal: Principal::Service { subject, restrictions },
            token: Some(SecretString::from(token)),
            expires_at,
        };
        Ok(Recognised { credentials, costly })
    }
}

/// A text of words separated by spaces or commas, or a list of such.
fn words(config: &Config, path: &str) -> Result<Vec<String>, ConfigError> {
    let texts = match config.get(path) {
        None => Vec::new(),
        Some(Value::String(text)) => vec![text],
        Some(_) => config.opt_string_array(path)?.unwrap_or_default(),
    };
    let words = texts.iter().flat_map(|text| text.split(|c: char| c.is_whitespace() || c == ','));
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}
