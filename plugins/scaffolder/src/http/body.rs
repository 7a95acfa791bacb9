//! JSON bodies, checked as Backstage's OpenAPI validation checks them.

use axum::extract::{FromRequest, Request};
use callboard_kit::error::{ApiError, ApiResult};
use http::{StatusCode, header};
use serde_json::{Map, Value};

/// The limit of a JSON body: that of Backstage.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// A JSON object that was sent; empty where nothing was.
#[derive(Debug)]
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            media_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_lowercase());
        let too_large = || {
            let message = format!("request entity too large; a body may have {MAX_BYTES} bytes");
            ApiError::new("PayloadTooLargeError", StatusCode::PAYLOAD_TOO_LARGE, message)
        };
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced.and_then(|text| text.parse::<usize>().ok()).is_some_and(|length| length > MAX_BYTES) {
            return Err(too_large());
        }
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BYTES).await.map_err(|error| {
            let error = error.into_inner();
            if error.is::<http_body_util::LengthLimitError>() {
                too_large()
            } else {
                ApiError::input(format!("The request body could not be read: {error}"))
            }
        })?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        let media_type = media_type.unwrap_or_else(|| "undefined".to_owned());
        if media_type != "application/json" {
            return Err(ApiError::input(format!("unsupported media type {media_type}")));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(_) => Err(ApiError::input("request/body must be object")),
            Err(error) => Err(ApiError::input(format!("The request body is not JSON: {error}"))),
        }
    }
}

impl JsonBody {
    /// Any member.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A member that must be there.
    pub(crate) fn required(&self, name: &str) -> ApiResult<&Value> {
        self.get(name)
            .ok_or_else(|| ApiError::input(format!("request/body must have required property '{name}'")))
    }

    /// A string that must be there.
    pub(crate) fn required_text(&self, name: &str) -> ApiResult<&str> {
        self.required(name)?.as_str().ok_or_else(|| wrong(name, "must be string"))
    }

    /// A string that may be missing, or null.
    pub(crate) fn text(&self, name: &str) -> ApiResult<Option<&str>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| wrong(name, "must be string")),
        }
    }

    /// An object; empty where nothing was sent.
    pub(crate) fn object(&self, name: &str) -> ApiResult<Map<String, Value>> {
        match self.get(name) {
            None => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members.clone()),
            Some(_) => Err(wrong(name, "must be object")),
        }
    }
}

/// 400 about a member, as the validation says it.
pub(crate) fn wrong(name: &str, what: &str) -> ApiError {
    ApiError::input(format!("request/body/{name} {what}"))
}
