//! JSON bodies, checked as Backstage's OpenAPI validation checks them.

use axum::extract::{FromRequest, Request};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::request::json_object;
use serde_json::{Map, Value};

/// The limit of a JSON body: that of Backstage, whose client splits what is longer.
const MAX_BYTES: usize = 100 * 1024;

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

    /// Fails if there is a member that none of `known` names.
    pub(crate) fn only(&self, known: &[&str]) -> ApiResult<()> {
        match self.0.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                Err(ApiError::input(format!("request/body must NOT have additional properties: '{key}'")))
            }
        }
    }

    /// A string that must be there.
    pub(crate) fn required_text(&self, name: &str) -> ApiResult<&str> {
        self.required(name)?.as_str().ok_or_else(|| wrong(name, "must be string"))
    }

    /// A string.
    pub(crate) fn text(&self, name: &str) -> ApiResult<Option<&str>> {
        self.get(name).map(|value| value.as_str().ok_or_else(|| wrong(name, "must be string"))).transpose()
    }

    /// A whole number of 0 or more.
    pub(crate) fn count(&self, name: &str) -> ApiResult<Option<usize>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_i64() {
            Some(number) if number < 0 => Err(wrong(name, "must be >= 0")),
            Some(number) => Ok(Some(usize::try_from(number).unwrap_or(usize::MAX))),
            None => Err(wrong(name, "must be integer")),
        }
    }

    /// A list of strings.
    pub(crate) fn texts(&self, name: &str) -> ApiResult<Option<Vec<String>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| wrong(name, "must be array"))?;
        let text = |(at, item): (usize, &Value)| match item.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(wrong(&format!("{name}/{at}"), "must be string")),
        };
        list.iter().enumerate().map(text).collect::<ApiResult<_>>().map(Some)
    }
}

/// 400 about a member, as the validation says it.
pub(crate) fn wrong(name: &str, what: &str) -> ApiError {
    ApiError::input(format!("request/body/{name} {what}"))
}
