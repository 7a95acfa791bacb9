//! Reads Harness Code. Its archives are zip files, which can't be unpacked while they arrive, so trees are listed and
//! the wanted files are fetched one by one.

use super::host::{Fetch, HostReader, Target, TreeFiles, text};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::harness::HarnessConfig;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::HeaderName;
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::Arc;

pub(crate) struct HarnessReader {
    config: Arc<HarnessConfig>,
    fetch: Fetch,
}

impl HarnessReader {
    pub(crate) fn new(config: Arc<HarnessConfig>, fetch: Fetch) -> Self {
        Self { config, fetch }
    }

    fn signed(&self, url: String) -> Request {
        let request = Request::get(url);
        match (&self.config.token, &self.config.api_key) {
            (Some(token), _) => {
                request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret()))
            }
            (None, Some(key)) => {
                request.secret_header(HeaderName::from_static("x-api-key"), key.expose_secret())
            }
            (None, None) => request,
        }
    }

    /// The query that every call needs: the account and, with a leading `&`, the ref.
    fn query(at: &Located) -> String {
        let account = safe_url::query(at.organization.as_deref().unwrap_or_default());
        let git_ref = match at.git_ref.as_deref() {
            Some(full) if full.starts_with("refs/") => format!("&git_ref={}", safe_url::query(full)),
            Some(branch) => format!("&git_ref=refs/heads/{}", safe_url::query(branch)),
            None => String::new(),
        };
        format!("routingId={account}{git_ref}")
    }

    fn raw(&self, at: &Located, path: &str) -> Request {
        let url =
            format!("{}/raw/{}?{}", self.config.repository_api(at), safe_url::path(path), Self::query(at));
        self.signed(url)
    }
}

#[async_trait]
impl HostReader for HarnessReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.fetch.document(self.raw(&target.at, &target.at.path), etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let at = &target.at;
        let repository = self.config.repository_api(at);
        let query = Self::query(at);
        let latest = format!("{repository}/content?include_commit=true&{query}");
        let answer = self.fetch.json(self.signed(latest.clone())).await?;
        let commit = text(&answer, "/latest_commit/sha", &latest)?.to_owned();
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let answer = self.fetch.json(self.signed(format!("{repository}/paths?{query}"))).await?;
        let paths = answer
            .get("files")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|path| !safe_url::climbs(path) && wanted.matches(path))
            .map(str::to_owned)
            .collect();
        let fetch_one = async |path: String| Ok(self.fetch.document(self.raw(at, &path), None).await?.body);
        let files = self.fetch.listed(paths, fetch_one).await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
