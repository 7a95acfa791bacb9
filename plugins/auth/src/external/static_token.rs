//! `type: static`: a token that is compared as it is.

use std::collections::HashMap;

use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::AccessRestrictions;
use sha2::{Digest, Sha256};

use super::External;

/// Fewest characters of a token.
const SHORTEST: usize = 8;

/// Tokens by their SHA-256. Looking up a hash takes no longer for a token that is nearly right than for any other,
/// and the tokens themselves don't stay in memory.
#[derive(Debug, Default)]
pub(super) struct StaticTokens(HashMap<[u8; 32], External>);

impl StaticTokens {
    pub(super) fn add(
        &mut self,
        entry: &Config,
        restrictions: Option<AccessRestrictions>,
    ) -> Result<(), ConfigError> {
        let token = entry.get_str("options.token")?;
        if token.chars().count() < SHORTEST || token.contains(char::is_whitespace) {
            let message = format!("expected at least {SHORTEST} characters without spaces");
            return Err(entry.error("options.token", message));
        }
        let subject = subject(entry)?;
        let external = External { subject, restrictions };
        if self.0.insert(hash(token), external).is_some() {
            return Err(entry.error("options.token", "another entry has the same token"));
        }
        Ok(())
    }

    pub(super) fn find(&self, token: &str) -> Option<&External> {
        self.0.get(&hash(token))
    }
}

/// `options.subject`: one word.
pub(super) fn subject(entry: &Config) -> Result<String, ConfigError> {
    let subject = entry.get_str("options.subject")?;
    if subject.contains(char::is_whitespace) {
        return Err(entry.error("options.subject", "expected a name without spaces"));
    }
    Ok(subject.to_owned())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
