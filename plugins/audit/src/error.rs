//! What can be wrong with a request to the audit log.

use callboard_kit::error::ApiError;
use callboard_store::StoreError;

/// An error of the plugin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditApiError {
    /// A parameter that can't be used.
    #[error("request/query/{name} {expected}")]
    Parameter { name: &'static str, expected: String },
    /// A parameter that there is not.
    #[error("Unknown query parameter '{0}'")]
    Unknown(String),
    /// The database.
    #[error("the audit log can't be reached")]
    Store(#[from] StoreError),
}

impl From<AuditApiError> for ApiError {
    fn from(error: AuditApiError) -> Self {
        match &error {
            AuditApiError::Parameter { .. } | AuditApiError::Unknown(_) => Self::input(error.to_string()),
            AuditApiError::Store(StoreError::NulCharacter) => {
                Self::input("The audit log has no text with the character U+0000")
            }
            AuditApiError::Store(store) if store.is_unavailable() => {
                Self::service_unavailable("The database is not available at the moment; try again")
            }
            AuditApiError::Store(_) => Self::internal(&error),
        }
    }
}
