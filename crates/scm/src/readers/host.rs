//! What a reader for one kind of source host must offer, and the requests they all make.

use super::archive::{self, Archive};
use super::wanted::Wanted;
use crate::egress::{Egress, EgressError, Policy, Request, Response};
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use bytes::Bytes;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use futures::{StreamExt, TryStreamExt, stream};
use http::header::{ETAG, IF_NONE_MATCH};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;

/// A URL and what its host says it means.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// As the caller wrote it.
    pub(crate) url: Url,
    /// Taken apart.
    pub(crate) at: Located,
}

/// A file of a tree.
#[derive(Debug, Clone)]
pub(crate) struct FoundFile {
    /// From the repository's root.
    pub(crate) path: String,
    pub(crate) body: Bytes,
    /// Whether it may be run, where the host says so.
    pub(crate) executable: bool,
}

/// Files below a tree with the tag of the whole. Paths are from the root of the repository or bucket.
pub(crate) struct TreeFiles {
    pub(crate) files: Vec<FoundFile>,
    pub(crate) etag: String,
}

/// Reads from one configured host.
#[async_trait]
pub(crate) trait HostReader: Send + Sync {
    /// One file.
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError>;

    /// The wanted files; [`ReadError::NotModified`] if the tree still has the tag.
    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError>;
}

/// Time for a tree, which may be a large archive.
const TREE_TIMEOUT: Duration = Duration::from_secs(300);
/// Files of one tree that are fetched one by one.
const MAX_LISTED: usize = 2_000;
/// … and so many at once.
const LISTED_AT_ONCE: usize = 5;

/// The guarded client with the rules of one host.
#[derive(Clone)]
pub(crate) struct Fetch {
    pub(crate) egress: Egress,
    pub(crate) policy: Policy,
    /// Where the host's credentials stand, for error texts.
    pub(crate) config_key: String,
}

impl Fetch {
    /// Sends and turns every status but success into an error.
    pub(crate) async fn send(&self, request: Request) -> Result<Response, ReadError> {
        self.send_under(&self.policy, request).await
    }

    async fn send_under(&self, policy: &Policy, request: Request) -> Result<Response, ReadError> {
        let shown = safe_url::redact(&request.url);
        let response = self.egress.request(policy, request).await?;
        let status = response.status();
        match status.as_u16() {
            // Azure DevOps answers bad credentials with 203 and the page for signing in.
            203 => Err(ReadError::Failed(format!(
                "{shown} answered {status} instead of content; check the credentials in {}",
                self.config_key
            ))),
            200..=299 => Ok(response),
            304 => Err(ReadError::NotModified),
            404 => Err(ReadError::NotFound(format!(
                "{shown} was not found; it does not exist, or the credentials in {} may not see it",
                self.config_key
            ))),
            401 | 403 => Err(ReadError::Failed(format!(
                "{shown} answered {status}; check the credentials in {}",
                self.config_key
            ))),
            _ => Err(ReadError::Failed(format!("{shown} answered {status}"))),
        }
    }

    /// One document with its tag. Hosts without a tag of their own get one made of the content.
    pub(crate) async fn document(&self, request: Request, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let own_tag = etag.filter(|tag| !tag.starts_with(CONTENT_TAG));
        let request = match own_tag {
            Some(tag) => request.header(IF_NONE_MATCH, tag),
            None => request,
        };
        let response = self.send(request).await?;
        let host_tag = response.header(ETAG.as_str()).map(str::to_owned);
        tagged(response.bytes().await?, host_tag, etag)
    }

    /// A JSON answer.
    pub(crate) async fn json(&self, request: Request) -> Result<serde_json::Value, ReadError> {
        Ok(self.send(request).await?.json().await?)
    }

    /// Unpacks what is wanted of an archive while it arrives.
    pub(crate) async fn archive(
        &self,
        request: Request,
        shape: Archive,
        wanted: &Wanted,
    ) -> Result<Vec<FoundFile>, ReadError> {
        let mut policy = self.policy.clone();
        policy.timeout = policy.timeout.max(TREE_TIMEOUT);
        let response = self.send_under(&policy, request).await?.with_limit(archive::MAX_DOWNLOAD);
        archive::unpack(response, shape, wanted, self.policy.max_body).await
    }

    /// Fetches listed files one by one, a few at a time.
    pub(crate) async fn listed<F>(
        &self,
        paths: Vec<String>,
        request_of: impl Fn(String) -> F,
    ) -> Result<Vec<FoundFile>, ReadError>
    where
        F: Future<Output = Result<Bytes, ReadError>>,
    {
        if paths.len() > MAX_LISTED {
            return Err(ReadError::Failed(format!(
                "{} files match, more than the limit of {MAX_LISTED}; read a smaller part of the tree",
                paths.len()
            )));
        }
        let total_limit = archive::MAX_KEPT;
        let mut files = Vec::with_capacity(paths.len());
        let mut total = 0u64;
        let mut pending = stream::iter(paths)
            .map(|path| {
                let body = request_of(path.clone());
                async move { body.await.map(|body| FoundFile { path, body, executable: false }) }
            })
            .buffered(LISTED_AT_ONCE);
        while let Some(file) = pending.try_next().await? {
            total += file.body.len() as u64;
            if total > total_limit {
                return Err(ReadError::TooLarge { url: file.path, limit: total_limit });
            }
            files.push(file);
        }
        Ok(files)
    }
}

const CONTENT_TAG: &str = "sha256:";

/// A document with the host's tag, or one made of the content; compares the latter with what the caller knows.
pub(crate) fn tagged(
    body: Bytes,
    host_tag: Option<String>,
    known: Option<&str>,
) -> Result<ReadUrl, ReadError> {
    let etag = match host_tag {
        Some(tag) => tag,
        None => format!("{CONTENT_TAG}{}", hex::encode(Sha256::digest(&body))),
    };
    if known == Some(etag.as_str()) {
        return Err(ReadError::NotModified);
    }
    Ok(ReadUrl { body, etag: Some(etag) })
}

/// A tag for a listing: changes when any path or tag in it does.
pub(crate) fn listing_tag<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (path, tag) in entries {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(tag.as_bytes());
        hash.update([0]);
    }
    format!("{CONTENT_TAG}{}", hex::encode(hash.finalize()))
}

/// A text member of a JSON answer, named in the error if it is missing.
pub(crate) fn text<'a>(answer: &'a serde_json::Value, pointer: &str, of: &str) -> Result<&'a str, ReadError> {
    answer.pointer(pointer).and_then(|value| value.as_str()).filter(|text| !text.is_empty()).ok_or_else(
        || ReadError::Failed(format!("{of} answered without {}", pointer.trim_start_matches('/'))),
    )
}

impl From<EgressError> for ReadError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::NotAllowed(text) => Self::NotAllowed(text),
            EgressError::TooLarge { url, limit } => Self::TooLarge { url, limit },
            EgressError::RateLimited { url, retry_after } => Self::RateLimited { url, retry_after },
            other => Self::Failed(other.to_string()),
        }
    }
}
