//! Answers: JSON that is there as bytes, and the tags by which a client learns that it has them already.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use callboard_index::Index;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use parking_lot::RwLock;
use serde::Serialize;
use twox_hash::XxHash3_64;

use crate::query::access::Allowed;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// An entity tag. Weak, because compression on the way changes the bytes and not what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag(HeaderValue);

impl Tag {
    /// The tag of these bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self::of_number(XxHash3_64::oneshot(bytes))
    }

    /// The tag of whatever is asked of the index as it is, by somebody who may read `allowed`. It is the same in
    /// every process that has come as far, and another one for another catalog: the smallest uid is part of it.
    pub(crate) fn of_index(index: &Index, allowed: &Allowed) -> Self {
        let filter = match allowed {
            Allowed::Nothing => None,
            Allowed::Everything => Some(None),
            Allowed::Matching(filter) => Some(Some(filter)),
        };
        Self::of(&(env!("CARGO_PKG_VERSION"), index.sequence(), index.len(), index.first_uid(), filter))
    }

    fn of(parts: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        Self::of_number(hasher.finish())
    }

    fn of_number(number: u64) -> Self {
        let text = format!("W/\"{number:016x}\"");
        // Hexadecimal digits are always a valid header value.
        Self(HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("W/\"\"")))
    }

    /// 304 if the client has this already.
    pub(crate) fn not_modified(&self, headers: &HeaderMap) -> Option<Response> {
        let sent = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
        let own = self.0.to_str().ok()?.trim_start_matches("W/");
        let known =
            sent.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own);
        known.then(|| (StatusCode::NOT_MODIFIED, [(header::ETAG, self.0.clone())]).into_response())
    }
}

/// 304 if the client has the answer of the index as it is; makes no tag for clients that send none.
pub(crate) fn unchanged(index: &RwLock<Index>, allowed: &Allowed, headers: &HeaderMap) -> Option<Response> {
    headers.get(header::IF_NONE_MATCH)?;
    Tag::of_index(&index.read(), allowed).not_modified(headers)
}

/// 200 with JSON that is already written.
pub(crate) fn bytes(body: impl Into<Body>, tag: Option<&Tag>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    if let Some(Tag(tag)) = tag {
        response.headers_mut().insert(header::ETAG, tag.clone());
    }
    response
}

/// JSON with a status.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let mut response = bytes(body, None);
            *response.status_mut() = status;
            response
        }
        Err(error) => callboard_kit::error::ApiError::internal(&error).into_response(),
    }
}

/// 200 with JSON and a tag made of its bytes; 304 if the client has it already.
pub(crate) fn tagged_json(headers: &HeaderMap, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let tag = Tag::of_bytes(&body);
            tag.not_modified(headers).unwrap_or_else(|| bytes(body, Some(&tag)))
        }
        Err(error) => callboard_kit::error::ApiError::internal(&error).into_response(),
    }
}
