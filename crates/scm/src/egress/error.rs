//! Why a request did not get an answer. No text holds a token, a user or a query.

use std::time::Duration;

/// A request that failed or was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EgressError {
    /// The URL, its host or an address of it is not allowed.
    #[error("{0}")]
    NotAllowed(String),
    /// The host name could not be resolved.
    #[error("the host {host} could not be resolved: {reason}")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// Not done by the deadline.
    #[error("{url} did not answer within {}s", after.as_secs())]
    Timeout {
        /// The URL without user and query.
        url: String,
        /// Total time allowed.
        after: Duration,
    },
    /// The body goes on after the limit.
    #[error("{url} is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The URL without user and query.
        url: String,
        /// The limit in bytes, after decompression.
        limit: u64,
    },
    /// The host asks to wait longer than the deadline allows.
    #[error("{url} answered that its rate limit is used up; the next try is in {}s", retry_after.as_secs())]
    RateLimited {
        /// The URL without user and query.
        url: String,
        /// How long to wait.
        retry_after: Duration,
    },
    /// Connection, TLS or protocol trouble.
    #[error("{url} could not be read: {reason}")]
    Failed {
        /// The URL without user and query.
        url: String,
        /// The cause.
        reason: String,
    },
}

/// A URL as errors and logs show it: no user, no query, no fragment.
pub(crate) fn shown(url: &url::Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}
