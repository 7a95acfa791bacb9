//! The scaffolder's errors as HTTP errors; the one place where they meet.

use axum::Json;
use axum::response::{IntoResponse, Response};
use callboard_kit::error::ApiError;
use callboard_store::StoreError;
use http::StatusCode;
use serde_json::json;

use crate::error::ScaffolderError;

impl From<ScaffolderError> for ApiError {
    fn from(error: ScaffolderError) -> Self {
        match error {
            ScaffolderError::NotFound(message) => Self::not_found(message),
            ScaffolderError::Input(message) | ScaffolderError::Template(message) => Self::input(message),
            ScaffolderError::NotAllowed(message) => Self::not_allowed(message),
            ScaffolderError::Conflict(message) => Self::conflict(message),
            ScaffolderError::Values(_) => Self::input("The values do not fit the template's schema"),
            ScaffolderError::Sealed(message) => Self::conflict(message),
            ScaffolderError::Other(error) => error,
            ScaffolderError::Store(StoreError::NulCharacter) => {
                Self::input("Texts can't have the character U+0000")
            }
            ScaffolderError::Store(error) if error.is_unavailable() => {
                Self::service_unavailable("The database can't be reached right now; try again in a moment")
            }
            other => Self::internal(&other),
        }
    }
}

/// What a handler answers that checks values: their errors have a body of their own.
pub(super) enum Refusal {
    /// 400 with `{errors: […]}`.
    Values(Vec<serde_json::Value>),
    /// Anything else.
    Other(ApiError),
}

impl From<ScaffolderError> for Refusal {
    fn from(error: ScaffolderError) -> Self {
        match error {
            ScaffolderError::Values(errors) => Self::Values(errors),
            other => Self::Other(other.into()),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Values(errors) => {
                (StatusCode::BAD_REQUEST, Json(json!({"errors": errors}))).into_response()
            }
            Self::Other(error) => error.into_response(),
        }
    }
}
