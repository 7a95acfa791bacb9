//! What can be wrong with a configuration.

use std::fmt;

use crate::node::Origin;

/// A configuration that cannot be used: where, which key, what was expected.
/// Reads `app-config.yaml:12:7: backend.listen.port: expected a number, got "abc"`. Never shows a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Where the value was written; for a missing value, where the nearest object around it begins.
    pub origin: Option<Origin>,
    /// The full dotted key; empty where the error is not about one key.
    pub key: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl ConfigError {
    /// An error about a source as a whole.
    pub(crate) fn source(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin: Some(origin), key: String::new(), message: message.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}
