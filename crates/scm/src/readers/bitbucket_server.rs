//! Reads Bitbucket Server and Data Center.

use super::archive::Archive;
use super::host::{Fetch, HostReader, Target, TreeFiles, text};
use super::oauth::basic;
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::bitbucket_server::BitbucketServerConfig;
use crate::integrations::safe_url;
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use std::sync::Arc;

pub(crate) struct BitbucketServerReader {
    config: Arc<BitbucketServerConfig>,
    fetch: Fetch,
}

impl BitbucketServerReader {
    pub(crate) fn new(config: Arc<BitbucketServerConfig>, fetch: Fetch) -> Self {
        Self { config, fetch }
    }

    fn signed(&self, url: String) -> Request {
        let request = Request::get(url);
        let value = match (&self.config.username, &self.config.password, &self.config.token) {
            (Some(user), Some(password), _) => basic(user, password.expose_secret()),
            (_, _, Some(token)) => format!("Bearer {}", token.expose_secret()),
            _ => return request,
        };
        request.secret_header(AUTHORIZATION, &value)
    }
}

#[async_trait]
impl HostReader for BitbucketServerReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.fetch.document(self.signed(self.config.raw_file(&target.at)), etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let repository = self.config.repository_api(&target.at);
        let until = target
            .at
            .git_ref
            .as_deref()
            .map(|r| format!("&until={}", safe_url::query(r)))
            .unwrap_or_default();
        let url = format!("{repository}/commits?limit=1{until}");
        let answer = self.fetch.json(self.signed(url.clone())).await?;
        let commit = text(&answer, "/values/0/id", &url)?.to_owned();
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let mut archive =
            format!("{repository}/archive?format=tgz&prefix=repository&at={}", safe_url::query(&commit));
        if !wanted.base.is_empty() {
            archive.push_str(&format!("&path={}", safe_url::query(&wanted.base)));
        }
        let shape = Archive { strip_first: true, starts_at: String::new() };
        let files = self.fetch.archive(self.signed(archive), shape, wanted).await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
