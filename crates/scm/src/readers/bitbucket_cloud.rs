//! Reads Bitbucket Cloud.

use super::archive::Archive;
use super::host::{Fetch, HostReader, Target, TreeFiles, text};
use super::oauth::{TokenCache, basic, issue};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::bitbucket_cloud::BitbucketCloudConfig;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use std::sync::Arc;

pub(crate) struct BitbucketCloudReader {
    config: Arc<BitbucketCloudConfig>,
    fetch: Fetch,
    tokens: TokenCache,
}

impl BitbucketCloudReader {
    pub(crate) fn new(config: Arc<BitbucketCloudConfig>, fetch: Fetch) -> Self {
        Self { config, fetch, tokens: TokenCache::default() }
    }

    /// The value of the header; `None` without credentials.
    pub(crate) async fn authorization(&self) -> Result<Option<String>, ReadError> {
        let config = &self.config;
        if let (Some(id), Some(secret)) = (&config.client_id, &config.client_secret) {
            let client = basic(id, secret.expose_secret());
            let form = [("grant_type", "client_credentials")];
            let token =
                self.tokens.get(|| issue(&self.fetch, &config.token_url, &form, Some(&client))).await?;
            return Ok(Some(format!("Bearer {}", token.expose_secret())));
        }
        Ok(match (&config.username, config.token.as_ref().or(config.app_password.as_ref()), &config.token) {
            (Some(user), Some(secret), _) => Some(basic(user, secret.expose_secret())),
            (None, _, Some(token)) => Some(format!("Bearer {}", token.expose_secret())),
            _ => None,
        })
    }

    async fn signed(&self, url: String) -> Result<Request, ReadError> {
        let request = Request::get(url);
        Ok(match self.authorization().await? {
            Some(value) => request.secret_header(AUTHORIZATION, &value),
            None => request,
        })
    }

    async fn git_ref(&self, at: &Located) -> Result<String, ReadError> {
        if let Some(git_ref) = &at.git_ref {
            return Ok(git_ref.clone());
        }
        let url = self.config.repository_api(at);
        let answer = self.fetch.json(self.signed(url.clone()).await?).await?;
        Ok(text(&answer, "/mainbranch/name", &url)?.to_owned())
    }
}

#[async_trait]
impl HostReader for BitbucketCloudReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let git_ref = self.git_ref(&target.at).await?;
        let repository = self.config.repository_api(&target.at);
        let url =
            format!("{repository}/src/{}/{}", safe_url::segment(&git_ref), safe_url::path(&target.at.path));
        self.fetch.document(self.signed(url).await?, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let git_ref = self.git_ref(&target.at).await?;
        let repository = self.config.repository_api(&target.at);
        let url = format!("{repository}/commits/{}?pagelen=1", safe_url::segment(&git_ref));
        let answer = self.fetch.json(self.signed(url.clone()).await?).await?;
        let commit = text(&answer, "/values/0/hash", &url)?.to_owned();
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let request = self.signed(self.config.archive(&target.at, &commit)).await?;
        let shape = Archive { strip_first: true, starts_at: String::new() };
        let files = self.fetch.archive(request, shape, wanted).await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
