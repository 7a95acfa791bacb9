//! Reading text and trees from source hosts. `callboard-scm` implements it on the guarded client.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Answer [`ReadError::NotModified`] if the content still has this tag.
    pub etag: Option<String>,
}

/// One document.
#[derive(Debug, Clone)]
pub struct ReadUrl {
    /// Its bytes, bounded by `backend.reading.maxBytes`.
    pub body: Bytes,
    /// A tag to send next time.
    pub etag: Option<String>,
}

/// A file of a tree or a search.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// Path below the tree's root, `/`-separated; or the whole URL for a search.
    pub path: String,
    /// Its bytes.
    pub body: Bytes,
    /// Whether it may be run, where the host says so.
    pub executable: bool,
}

/// A directory or repository.
#[derive(Debug, Clone)]
pub struct ReadTree {
    /// The files, in path order.
    pub files: Vec<ReadFile>,
    /// Commit or archive tag.
    pub etag: Option<String>,
}

/// The matches of a URL with a glob in its path.
#[derive(Debug, Clone)]
pub struct ReadSearch {
    /// `path` is the URL of the match.
    pub files: Vec<ReadFile>,
    /// A tag for all of them.
    pub etag: Option<String>,
}

/// Why a read failed. The text says what to do; it never holds a token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The content still has the tag that was sent.
    #[error("not modified")]
    NotModified,
    /// 404 at the host.
    #[error("{0}")]
    NotFound(String),
    /// The host, the address or a redirect is not allowed.
    #[error("{0}")]
    NotAllowed(String),
    /// More than the limit.
    #[error("{url} is larger than the limit of {limit} bytes (backend.reading.maxBytes)")]
    TooLarge {
        /// What was read.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The host asks us to wait.
    #[error("{url} answered that its rate limit is used up; the next try is in {}s", retry_after.as_secs())]
    RateLimited {
        /// What was read.
        url: String,
        /// How long to wait.
        retry_after: Duration,
    },
    /// Anything else: a status, a timeout, a broken answer.
    #[error("{0}")]
    Failed(String),
}

/// Reads from whichever host the URL names.
#[async_trait]
pub trait UrlReader: Send + Sync {
    /// One document.
    async fn read_url(&self, url: &str, options: &ReadOptions) -> Result<ReadUrl, ReadError>;

    /// All files below a URL.
    async fn read_tree(&self, url: &str, options: &ReadOptions) -> Result<ReadTree, ReadError>;

    /// The documents that a URL with `*`/`**` in its path matches; a plain URL matches itself or nothing.
    async fn search(&self, url: &str, options: &ReadOptions) -> Result<ReadSearch, ReadError>;

    /// A reader that reads the host of `url` with this token, in place of what the configuration has for it.
    ///
    /// # Errors
    /// [`ReadError::NotAllowed`] where a token can't be used.
    fn with_token(&self, url: &str, _token: &SecretString) -> Result<Arc<dyn UrlReader>, ReadError> {
        Err(ReadError::NotAllowed(format!("{url} can't be read with a token of its own here")))
    }
}
