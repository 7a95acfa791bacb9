//! What can go wrong with the record.

use callboard_config::ConfigError;
use callboard_scm::egress::EgressError;
use callboard_store::StoreError;

/// An error of the audit log.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The configuration can't be used; the text names the key.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client that sinks are reached with.
    #[error("the HTTP client for audit sinks could not be made: {0}")]
    Egress(#[from] EgressError),
    /// A directory or file can't be used.
    #[error("{what} {path}: {source}; choose another place with {key}")]
    Io {
        /// `the buffer of audit events`
        what: &'static str,
        /// Where.
        path: String,
        /// The key that decides where.
        key: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another process has the buffer.
    #[error(
        "the buffer of audit events {0} is used by another process; give each its own backend.auditor.buffer.directory"
    )]
    Taken(String),
}
