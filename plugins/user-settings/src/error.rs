//! What can go wrong with a setting.

use callboard_kit::error::ApiError;
use callboard_store::StoreError;
use http::StatusCode;

use crate::storage::{MAX_ITEMS, MAX_KEYS, MAX_NAME, MAX_VALUE};

/// An error about a setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("Unable to find '{key}' in bucket '{bucket}'")]
    NotFound { bucket: String, key: String },
    #[error("Missing required field \"value\"")]
    NoValue,
    #[error("The body is not what this route takes: {0}")]
    Body(String),
    #[error("The body can't be read, or is larger than the limit of {MAX_VALUE} bytes for a value")]
    BodyTooLarge,
    #[error("'{name}' has {length} bytes; names of buckets and keys have at most {MAX_NAME}")]
    NameTooLong { name: String, length: usize },
    #[error("The value has {length} bytes as JSON; the limit is {MAX_VALUE}")]
    ValueTooLarge { length: usize },
    #[error("There are {MAX_KEYS} settings already, which is the limit for a user; delete one first")]
    TooManyKeys,
    #[error("{0} items are more than the limit of {MAX_ITEMS} for one request")]
    TooManyItems(usize),
    #[error("the settings can't be reached")]
    Store(#[from] StoreError),
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        let message = error.to_string();
        match error {
            SettingsError::NotFound { .. } => Self::not_found(message),
            SettingsError::BodyTooLarge | SettingsError::ValueTooLarge { .. } => {
                Self::new("PayloadTooLargeError", StatusCode::PAYLOAD_TOO_LARGE, message)
            }
            SettingsError::Store(StoreError::NulCharacter) => {
                Self::input("Names of buckets and keys can't have the character U+0000")
            }
            SettingsError::Store(error) if error.is_unavailable() => {
                Self::service_unavailable("The database is not available at the moment; try again")
            }
            SettingsError::Store(error) => Self::internal(&error),
            _ => Self::input(message),
        }
    }
}
