//! What can go wrong in the scaffolder, told apart by what a caller does about it.

use callboard_config::ConfigError;
use callboard_kit::error::ApiError;
use callboard_store::StoreError;
use serde_json::Value;

/// An error of the scaffolder. Never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum ScaffolderError {
    /// There is no such thing, or the caller may not know of it.
    #[error("{0}")]
    NotFound(String),
    /// The request is wrong.
    #[error("{0}")]
    Input(String),
    /// The caller may not.
    #[error("{0}")]
    NotAllowed(String),
    /// It clashes with what is there.
    #[error("{0}")]
    Conflict(String),
    /// Values don't fit the template's schemas: the errors as Backstage's validator (npm `jsonschema`) lists them.
    #[error("the values don't fit the template's schema")]
    Values(Vec<Value>),
    /// The template itself is at fault; the text says where.
    #[error("{0}")]
    Template(String),
    /// What was encrypted can't be read with the key of today.
    #[error("{0}")]
    Sealed(String),
    /// A part of the program broke.
    #[error("{0}")]
    Broken(String),
    /// The task is somebody else's by now.
    #[error("the task has been taken over by another process")]
    LeaseLost,
    /// The working directory can't be used.
    #[error("{path}: {reason}")]
    Disk {
        /// The path.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The configuration can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error("the tasks can't be reached")]
    Store(#[from] StoreError),
    /// What another plugin answered.
    #[error(transparent)]
    Other(#[from] ApiError),
}

impl ScaffolderError {
    /// The directory that could not be used.
    pub(crate) fn disk(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Disk { path: path.display().to_string(), reason: error.to_string() }
    }
}
