//! `type: legacy`: JWTs that an old backend signs with a shared secret.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::AccessRestrictions;
use jsonwebtoken::{Algorithm, DecodingKey};

use super::External;
use super::static_token::subject;
use crate::tokens;

/// `sub` of all legacy tokens.
const SUBJECT: &str = "backstage-server";
/// Who an old key of `backend.auth.keys` stands for.
const OLD_KEY_SUBJECT: &str = "external:backstage-plugin";

/// Secrets are written with or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The secrets, in the order of the configuration.
#[derive(Default)]
pub(super) struct LegacySecrets(Vec<(DecodingKey, External)>);

impl LegacySecrets {
    pub(super) fn add(
        &mut self,
        entry: &Config,
        restrictions: Option<AccessRestrictions>,
    ) -> Result<(), ConfigError> {
        let key = key(entry, "options.secret")?;
        self.0.push((key, External { subject: subject(entry)?, restrictions }));
        Ok(())
    }

    /// One of `backend.auth.keys`.
    pub(super) fn add_old_key(&mut self, entry: &Config) -> Result<(), ConfigError> {
        let external = External { subject: OLD_KEY_SUBJECT.to_owned(), restrictions: None };
        self.0.push((key(entry, "secret")?, external));
        Ok(())
    }

    /// Whose token it is and when it ends.
    pub(super) fn verify(&self, token: &str, now: i64) -> Option<(&External, Option<i64>)> {
        let header = tokens::peek(token)?;
        // A token with a `typ` of ours is never a legacy one.
        if header.algorithm != "HS256" || header.typ.starts_with("vnd.backstage") {
            return None;
        }
        self.0.iter().find_map(|(key, external)| {
            let claims = tokens::claims(token, key, Algorithm::HS256, now)?;
            let ours = claims.get("sub").and_then(|sub| sub.as_str()) == Some(SUBJECT)
                && !claims.contains_key("aud");
            ours.then(|| (external, claims.get("exp").and_then(serde_json::Value::as_i64)))
        })
    }
}

impl std::fmt::Debug for LegacySecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(_, external)| external)).finish()
    }
}

fn key(entry: &Config, path: &str) -> Result<DecodingKey, ConfigError> {
    let text = entry.get_str(path)?;
    let bytes = URL_SAFE.decode(text).or_else(|_| STANDARD.decode(text));
    match bytes {
        Ok(bytes) if !bytes.is_empty() => Ok(DecodingKey::from_secret(&bytes)),
        _ => Err(entry.error(path, "expected a secret in base64")),
    }
}
