//! Reads GitLab: raw files and archives of its API.

use super::archive::Archive;
use super::host::{Fetch, HostReader, Target, TreeFiles, text};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::gitlab::GitlabConfig;
use crate::integrations::safe_url;
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

pub(crate) struct GitlabReader {
    config: Arc<GitlabConfig>,
    fetch: Fetch,
    /// When the next request may start (`retry.maxApiRequestsPerMinute`).
    next_start: Mutex<Option<Instant>>,
}

impl GitlabReader {
    pub(crate) fn new(config: Arc<GitlabConfig>, fetch: Fetch) -> Self {
        Self { config, fetch, next_start: Mutex::default() }
    }

    fn signed(&self, url: String) -> Request {
        let request = Request::get(url);
        match &self.config.token {
            Some(token) => request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret())),
            None => request,
        }
    }

    /// Spreads requests evenly over the minute.
    async fn wait_for_turn(&self) {
        let Some(per_minute) = self.config.max_requests_per_minute else { return };
        let gap = Duration::from_secs(60) / per_minute;
        let start = {
            let mut next = self.next_start.lock().await;
            let start = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
            *next = Some(start + gap);
            start
        };
        tokio::time::sleep_until(start).await;
    }
}

#[async_trait]
impl HostReader for GitlabReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.wait_for_turn().await;
        self.fetch.document(self.signed(self.config.raw_file(&target.at)), etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        self.wait_for_turn().await;
        let project = self.config.project_api(&target.at);
        let git_ref = target.at.git_ref.as_deref().unwrap_or("HEAD");
        // The newest commit of the ref that touched the part we read: other changes need no new archive.
        let mut commits =
            format!("{project}/repository/commits?ref_name={}&per_page=1", safe_url::query(git_ref));
        let mut archive = format!("{project}/repository/archive.tar.gz?sha=");
        if !wanted.base.is_empty() {
            commits.push_str(&format!("&path={}", safe_url::query(&wanted.base)));
        }
        let answer = self.fetch.json(self.signed(commits.clone())).await?;
        if answer.as_array().is_some_and(Vec::is_empty) {
            return Err(ReadError::NotFound(format!(
                "{commits} knows no commit; the ref or the directory does not exist"
            )));
        }
        let sha = text(&answer, "/0/id", &commits)?.to_owned();
        if etag == Some(sha.as_str()) {
            return Err(ReadError::NotModified);
        }
        archive.push_str(&safe_url::query(git_ref));
        if !wanted.base.is_empty() {
            archive.push_str(&format!("&path={}", safe_url::query(&wanted.base)));
        }
        self.wait_for_turn().await;
        let shape = Archive { strip_first: true, starts_at: String::new() };
        let files = self.fetch.archive(self.signed(archive), shape, wanted).await?;
        Ok(TreeFiles { files, etag: sha })
    }
}
