//! The one error that leaves a plugin over HTTP, in Backstage's error body.
//!
//! Source of the shape: `@backstage/errors` 1.3.2 and `backend-defaults` 0.18.0. Clients switch on `error.name`,
//! so the names are contract. A plugin keeps an error enum of its own without HTTP in it and converts it into
//! [`ApiError`] at the edge.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// An error with the name that Backstage clients know and the status that goes with it.
///
/// `message` is for the caller: what was wrong, where, and what to do. What only the operator may know goes into
/// the log, never in here.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// `error.name` on the wire: `InputError`, `NotFoundError`, …
    pub name: &'static str,
    /// HTTP status of the answer.
    pub status: StatusCode,
    /// `error.message` on the wire.
    pub message: String,
    /// Further members of `error`, for example `cause` or `details`.
    pub extra: Map<String, Value>,
}

impl ApiError {
    /// An error with a name and status of the caller's choice.
    pub fn new(name: &'static str, status: StatusCode, message: impl Into<String>) -> Self {
        Self { name, status, message: message.into(), extra: Map::new() }
    }

    /// 400: the request itself is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new("InputError", StatusCode::BAD_REQUEST, message)
    }

    /// 401: nobody, or somebody who can't prove it.
    pub fn authentication(message: impl Into<String>) -> Self {
        Self::new("AuthenticationError", StatusCode::UNAUTHORIZED, message)
    }

    /// 403: known, and not allowed.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new("NotAllowedError", StatusCode::FORBIDDEN, message)
    }

    /// 404: there is no such thing, or the caller may not know that there is.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("NotFoundError", StatusCode::NOT_FOUND, message)
    }

    /// 409: it clashes with what is there.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new("ConflictError", StatusCode::CONFLICT, message)
    }

    /// 501: known to Backstage, not to this server.
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Self::new("NotImplementedError", StatusCode::NOT_IMPLEMENTED, message)
    }

    /// 503: try again later.
    pub fn service_unavailable(message: impl Into<String>) -> Self {
        Self::new("ServiceUnavailableError", StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// 500 with an id instead of the cause: the cause is logged under that id, so that no SQL text, path or
    /// secret leaves the server.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            let text = inner.to_string();
            if !chain.contains(&text) {
                chain.push_str(": ");
                chain.push_str(&text);
            }
            source = inner.source();
        }
        tracing::error!(log_id = %id, error = %chain, "internal error");
        Self::new(
            "InternalServerError",
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("An internal error occurred; the log has the details under id {id}"),
        )
    }

    /// Adds a member to `error`.
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.extra.insert(key.to_owned(), value);
        self
    }

    /// The body as Backstage writes it; `method` and `url` are those that the plugin's router saw.
    pub fn body(&self, method: &str, url: &str) -> Value {
        let mut error = Map::new();
        error.insert("name".into(), self.name.into());
        error.insert("message".into(), self.message.clone().into());
        for (key, value) in &self.extra {
            error.insert(key.clone(), value.clone());
        }
        json!({
            "error": error,
            "request": {"method": method, "url": url},
            "response": {"statusCode": self.status.as_u16()},
        })
    }
}

impl IntoResponse for ApiError {
    /// Status and a marker; [`crate::http::error_body`] writes the body, because only it knows the request.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a handler returns.
pub type ApiResult<T> = Result<T, ApiError>;
