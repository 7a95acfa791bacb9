//! JSON bodies, checked as Backstage's OpenAPI validation checks them.

use axum::extract::{FromRequest, Request};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::request::json_object;
use serde_json::{Map, Value};

/// The limit of a JSON body: that of Backstage.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// A JSON object that was sent; empty where nothing was.
#[derive(Debug)]
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        json_object(request, MAX_BYTES).await.map(Self)
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
