//! An answer whose body is read in pieces, by a deadline and up to a limit.

use super::error::{EgressError, shown};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use url::Url;

/// An answer. Dropping it ends the transfer.
#[derive(Debug)]
pub struct Response {
    pub(crate) inner: reqwest::Response,
    pub(crate) limit: u64,
    pub(crate) taken: u64,
    pub(crate) deadline: Instant,
    pub(crate) allowed: Duration,
    /// Held until the body is read: an open body is a request under way.
    pub(crate) _slot: OwnedSemaphorePermit,
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// A header's text; `None` if it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The URL that answered, after redirects.
    pub fn url(&self) -> &Url {
        self.inner.url()
    }

    /// Replaces the body limit of the policy.
    pub fn with_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// The next piece, decompressed; `None` at the end. One byte past the limit is an error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, EgressError> {
        let url = shown(self.inner.url());
        let next = tokio::time::timeout_at(self.deadline, self.inner.chunk())
            .await
            .map_err(|_| EgressError::Timeout { url: url.clone(), after: self.allowed })?
            .map_err(|error| EgressError::Failed { url: url.clone(), reason: cause(&error) })?;
        let Some(piece) = next else { return Ok(None) };
        self.taken = self.taken.saturating_add(piece.len() as u64);
        if self.taken > self.limit {
            return Err(EgressError::TooLarge { url, limit: self.limit });
        }
        Ok(Some(piece))
    }

    /// The whole body.
    pub async fn bytes(mut self) -> Result<Bytes, EgressError> {
        // A body that announces its size is refused before the first byte.
        if let Some(length) = self.inner.content_length()
            && length > self.limit
        {
            return Err(EgressError::TooLarge { url: shown(self.inner.url()), limit: self.limit });
        }
        let mut body = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    /// The whole body as JSON.
    pub async fn json(self) -> Result<serde_json::Value, EgressError> {
        let url = shown(self.inner.url());
        let body = self.bytes().await?;
        serde_json::from_slice(&body)
            .map_err(|error| EgressError::Failed { url, reason: format!("the answer is not JSON: {error}") })
    }
}

/// The innermost reason of a client error. The outer texts repeat it, or name the URL with its query.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let Some(mut innermost) = std::error::Error::source(error) else {
        return "the connection failed".to_owned();
    };
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
