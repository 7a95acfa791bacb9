//! Reads GitHub and GitHub Enterprise: contents API with credentials, raw files without.

use super::archive::Archive;
use super::github_app::AppTokens;
use super::host::{Fetch, HostReader, Target, TreeFiles};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::github::GithubConfig;
use crate::integrations::safe_url;
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::{ACCEPT, AUTHORIZATION, IF_NONE_MATCH};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

pub(crate) struct GithubReader {
    config: Arc<GithubConfig>,
    fetch: Fetch,
    apps: AppTokens,
}

impl GithubReader {
    pub(crate) fn new(config: Arc<GithubConfig>, fetch: Fetch) -> Self {
        let apps = AppTokens::new(config.clone(), fetch.clone());
        Self { config, fetch, apps }
    }

    /// An app's token for the owner, else the configured one.
    pub(crate) async fn token(&self, owner: &str) -> Result<Option<SecretString>, ReadError> {
        match self.apps.token(owner).await? {
            Some(token) => Ok(Some(token)),
            None => Ok(self.config.token.clone()),
        }
    }

    fn signed(&self, url: String, token: Option<&SecretString>) -> Request {
        let request = Request::get(url);
        match token {
            Some(token) => request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret())),
            None => request,
        }
    }

    fn api(&self) -> Result<&str, ReadError> {
        self.config.api_base_url.as_deref().ok_or_else(|| {
            ReadError::Failed(format!(
                "{} has no apiBaseUrl, which reading a tree needs",
                self.fetch.config_key
            ))
        })
    }
}

#[async_trait]
impl HostReader for GithubReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let token = self.token(&target.at.owner).await?;
        let raw = self.config.raw_base_url.as_deref().filter(|_| token.is_none());
        let url = match (raw, self.config.api_base_url.as_deref()) {
            (Some(raw), _) => self.config.raw(raw, &target.at),
            (None, Some(api)) => self.config.contents_api(api, &target.at),
            (None, None) => {
                let raw = self.config.raw_base_url.as_deref().unwrap_or_default();
                self.config.raw(raw, &target.at)
            }
        };
        let request = self.signed(url, token.as_ref()).header(ACCEPT, "application/vnd.github.v3.raw");
        self.fetch.document(request, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let token = self.token(&target.at.owner).await?;
        let repository = self.config.repository_api(self.api()?, &target.at);
        let git_ref = target.at.git_ref.as_deref().unwrap_or("HEAD");
        let commit = format!("{repository}/commits/{}", safe_url::path(git_ref));
        // This form of answer is the commit's id and nothing else. Its tag is that id, and a 304 costs no rate limit.
        let request =
            self.signed(commit.clone(), token.as_ref()).header(ACCEPT, "application/vnd.github.sha");
        let request = match etag {
            Some(known) => request.header(IF_NONE_MATCH, &format!("\"{known}\"")),
            None => request,
        };
        let sha = self.fetch.send(request).await?.bytes().await?;
        let sha = String::from_utf8_lossy(&sha).trim().to_owned();
        if sha.len() < 40 || !sha.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ReadError::Failed(format!("{commit} did not answer with a commit id")));
        }
        if etag == Some(sha.as_str()) {
            return Err(ReadError::NotModified);
        }
        let request = self.signed(format!("{repository}/tarball/{sha}"), token.as_ref());
        let shape = Archive { strip_first: true, starts_at: String::new() };
        let files = self.fetch.archive(request, shape, wanted).await?;
        Ok(TreeFiles { files, etag: sha })
    }
}
