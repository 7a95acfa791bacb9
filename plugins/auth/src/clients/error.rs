//! Errors as OAuth writes them: `{"error", "error_description"}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use callboard_kit::error::ApiError;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::error::AuthError;

/// An error that a client understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OAuthError {
    /// `invalid_request`, `invalid_grant`, …
    pub(super) code: &'static str,
    /// What was wrong and what to do.
    pub(super) description: String,
    status: StatusCode,
}

impl OAuthError {
    fn new(code: &'static str, status: StatusCode, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), status }
    }

    /// The request itself is wrong.
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", StatusCode::BAD_REQUEST, description)
    }

    /// The code or refresh token is not good, or not good for this client.
    pub(super) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", StatusCode::BAD_REQUEST, description)
    }

    /// The client didn't prove who it is.
    pub(super) fn invalid_client(description: impl Into<String>) -> Self {
        Self::new("invalid_client", StatusCode::UNAUTHORIZED, description)
    }

    pub(super) fn unsupported_grant_type(wanted: &str) -> Self {
        let shown: String = wanted.chars().take(100).collect();
        let description = format!("Grant type {shown} is not supported");
        Self::new("unsupported_grant_type", StatusCode::BAD_REQUEST, description)
    }

    pub(super) fn unsupported_response_type() -> Self {
        let description = "Only authorization code flow is supported";
        Self::new("unsupported_response_type", StatusCode::BAD_REQUEST, description)
    }

    /// Not a user, or not one who may.
    pub(super) fn access_denied(description: impl Into<String>) -> Self {
        Self::new("access_denied", StatusCode::FORBIDDEN, description)
    }

    pub(super) fn not_found(description: impl Into<String>) -> Self {
        Self::new("not_found", StatusCode::NOT_FOUND, description)
    }

    /// Too much is going on.
    pub(super) fn unavailable(description: impl Into<String>) -> Self {
        Self::new("temporarily_unavailable", StatusCode::SERVICE_UNAVAILABLE, description)
    }
}

impl From<AuthError> for OAuthError {
    /// The cause goes into the log; the client learns an id.
    fn from(error: AuthError) -> Self {
        let error = ApiError::from(error);
        let code = match error.status {
            StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
            _ => "server_error",
        };
        Self::new(code, error.status, error.message)
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = Json(json!({"error": self.code, "error_description": self.description}));
        let mut response = (self.status, body).into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"clients\""));
        }
        response
    }
}
