//! What can be wrong with roles, policies, their files and their database.

use callboard_config::ConfigError;
use callboard_kit::error::ApiError;
use callboard_store::StoreError;

/// An error about permissions.
#[derive(Debug, thiserror::Error)]
pub enum RbacError {
    /// What was sent is not what the route takes.
    #[error("{0}")]
    Input(String),
    /// It may not be changed here, or not by this caller.
    #[error("{0}")]
    NotAllowed(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It is there already.
    #[error("{0}")]
    Conflict(String),
    /// A file can't be used.
    #[error("{path}:{line}: {problem}")]
    File {
        /// As in the configuration.
        path: String,
        /// Counted from 1; 0 for the file as a whole.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The configuration can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Another backend, asked for its permissions or conditions, did not answer as it should.
    #[error("{0}")]
    Remote(String),
    /// The database.
    #[error("roles and policies can't be reached")]
    Store(#[from] StoreError),
}

impl From<RbacError> for ApiError {
    fn from(error: RbacError) -> Self {
        let message = error.to_string();
        match &error {
            RbacError::Input(_) => Self::input(message),
            RbacError::NotAllowed(_) => Self::not_allowed(message),
            RbacError::NotFound(_) => Self::not_found(message),
            RbacError::Conflict(_) => Self::conflict(message),
            RbacError::Store(StoreError::NulCharacter) => {
                Self::input("Names of roles, members and permissions can't have the character U+0000")
            }
            RbacError::Store(store) if store.is_unavailable() => {
                Self::service_unavailable("The database is not available at the moment; try again")
            }
            RbacError::File { .. } | RbacError::Config(_) | RbacError::Remote(_) | RbacError::Store(_) => {
                Self::internal(&error)
            }
        }
    }
}
