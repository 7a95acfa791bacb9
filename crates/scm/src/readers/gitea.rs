//! Reads Gitea and Forgejo.

use super::archive::Archive;
use super::host::{Fetch, HostReader, Target, TreeFiles, tagged, text};
use super::oauth::basic;
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::gitea::GiteaConfig;
use crate::integrations::safe_url;
use async_trait::async_trait;
use base64::Engine;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use std::sync::Arc;

pub(crate) struct GiteaReader {
    config: Arc<GiteaConfig>,
    fetch: Fetch,
}

impl GiteaReader {
    pub(crate) fn new(config: Arc<GiteaConfig>, fetch: Fetch) -> Self {
        Self { config, fetch }
    }

    fn signed(&self, url: String) -> Request {
        let request = Request::get(url);
        match (&self.config.username, &self.config.password) {
            (Some(user), Some(password)) => {
                request.secret_header(AUTHORIZATION, &basic(user, password.expose_secret()))
            }
            (None, Some(token)) => {
                request.secret_header(AUTHORIZATION, &format!("token {}", token.expose_secret()))
            }
            _ => request,
        }
    }
}

#[async_trait]
impl HostReader for GiteaReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let at = &target.at;
        let git_ref =
            at.git_ref.as_deref().map(|r| format!("?ref={}", safe_url::query(r))).unwrap_or_default();
        let url =
            format!("{}/contents/{}{git_ref}", self.config.repository_api(at), safe_url::path(&at.path));
        let answer = self.fetch.json(self.signed(url.clone())).await?;
        if answer.get("encoding").and_then(|e| e.as_str()) != Some("base64") {
            return Err(ReadError::Failed(format!("{url} is not a file whose content Gitea answers")));
        }
        let content = answer.get("content").and_then(|c| c.as_str()).unwrap_or_default();
        let body = base64::engine::general_purpose::STANDARD
            .decode(content.split_ascii_whitespace().collect::<String>())
            .map_err(|error| ReadError::Failed(format!("{url} answered broken base64: {error}")))?;
        let sha = text(&answer, "/sha", &url).ok().map(str::to_owned);
        tagged(body.into(), sha, etag)
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let repository = self.config.repository_api(&target.at);
        let git_ref = target.at.git_ref.as_deref().unwrap_or("HEAD");
        let url = format!("{repository}/git/commits/{}", safe_url::segment(git_ref));
        let answer = self.fetch.json(self.signed(url.clone())).await?;
        let commit = text(&answer, "/sha", &url)?.to_owned();
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let archive = format!("{repository}/archive/{}.tar.gz", safe_url::segment(&commit));
        let shape = Archive { strip_first: true, starts_at: String::new() };
        let files = self.fetch.archive(self.signed(archive), shape, wanted).await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
