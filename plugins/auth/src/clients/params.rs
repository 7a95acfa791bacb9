//! Parameters of a request: a query, a form or JSON.

use std::collections::HashMap;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use super::error::OAuthError;

/// Bytes of all parameters, and of one.
pub(super) const MOST_BYTES: usize = 64 * 1024;
const LONGEST: usize = 8 * 1024;

/// Parameters by name. An empty one is as good as none.
#[derive(Debug, Default)]
pub(super) struct Params(HashMap<String, String>);

/// Who a client says it is, and its proof if it gave one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClientCredentials {
    pub(super) id: String,
    pub(super) secret: Option<String>,
}

impl Params {
    /// Of a query or a form.
    pub(super) fn encoded(text: &[u8]) -> Result<Self, OAuthError> {
        Self::collect(
            url::form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())),
        )
    }

    /// Of a body.
    pub(super) fn body(headers: &HeaderMap, body: &Bytes) -> Result<Self, OAuthError> {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type.trim_start().to_ascii_lowercase().starts_with("application/json") {
            return Self::encoded(body);
        }
        let object = json_object(body)?;
        let texts = object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
        Self::collect(texts)
    }

    fn collect(pairs: impl Iterator<Item = (String, String)>) -> Result<Self, OAuthError> {
        let mut params = HashMap::new();
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            if value.len() > LONGEST {
                return Err(OAuthError::invalid_request(format!("The parameter {name} is too long")));
            }
            if value.contains('\0') {
                return Err(OAuthError::invalid_request(format!(
                    "The parameter {name} holds a NUL character"
                )));
            }
            if params.insert(name.clone(), value).is_some() {
                return Err(OAuthError::invalid_request(format!("The parameter {name} is there twice")));
            }
        }
        Ok(Self(params))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// As [`Self::get`], for what must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name)
            .ok_or_else(|| OAuthError::invalid_request(format!("Missing required parameter: {name}")))
    }

    /// Who the client says it is, in the header or in the body.
    pub(super) fn client(&self, headers: &HeaderMap) -> Result<Option<ClientCredentials>, OAuthError> {
        let Some(value) = headers.get(AUTHORIZATION) else {
            let secret = self.get("client_secret").map(str::to_owned);
            return Ok(self.get("client_id").map(|id| ClientCredentials { id: id.to_owned(), secret }));
        };
        let encoded = value.to_str().ok().and_then(|value| {
            let (scheme, rest) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| rest.trim())
        });
        let decoded = encoded.and_then(|text| STANDARD.decode(text).ok());
        let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
            return Err(OAuthError::invalid_client("The Authorization header holds no client credentials"));
        };
        // Both are form-encoded before they are put together (RFC 6749, 2.3.1).
        let decode = |text: &str| {
            let parsed = url::form_urlencoded::parse(text.as_bytes()).next();
            parsed.map(|(name, _)| name.into_owned()).unwrap_or_default()
        };
        Ok(Some(ClientCredentials { id: decode(id), secret: Some(decode(secret)) }))
    }
}

/// A body that has to be a JSON object.
pub(super) fn json_object(body: &Bytes) -> Result<serde_json::Map<String, Value>, OAuthError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(OAuthError::invalid_request("The body is no JSON object")),
    }
}
