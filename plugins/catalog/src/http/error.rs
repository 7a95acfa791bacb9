//! The catalog's errors as HTTP errors; the one place where they meet.

use callboard_kit::error::ApiError;
use http::StatusCode;

use crate::error::CatalogError;

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        match &error {
            CatalogError::NotFound(message) => Self::not_found(message),
            CatalogError::Conflict(message) => Self::conflict(message),
            CatalogError::Input(message) => Self::input(message),
            CatalogError::Gone { oldest } => {
                Self::new("GoneError", StatusCode::GONE, error.to_string()).with("oldest", (*oldest).into())
            }
            CatalogError::Behind { .. } => Self::service_unavailable(error.to_string()),
            _ if error.is_unavailable() => {
                Self::service_unavailable("The database can't be reached right now; try again in a moment")
            }
            _ => Self::internal(&error),
        }
    }
}

/// 400 with the text of an error about what the caller sent.
pub(crate) fn input(error: impl std::error::Error) -> ApiError {
    ApiError::input(error.to_string())
}
