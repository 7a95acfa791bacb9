//! Reads Gerrit: files through its API, trees as archives of Gitiles.

use super::archive::Archive;
use super::host::{Fetch, HostReader, Target, TreeFiles, tagged, text};
use super::oauth::basic;
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::gerrit::GerritConfig;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use base64::Engine;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Stands before every JSON answer, against script inclusion.
const JSON_PREFIX: &[u8] = b")]}'";

pub(crate) struct GerritReader {
    config: Arc<GerritConfig>,
    fetch: Fetch,
}

impl GerritReader {
    pub(crate) fn new(config: Arc<GerritConfig>, fetch: Fetch) -> Self {
        Self { config, fetch }
    }

    fn signed(&self, url: String) -> Request {
        let request = Request::get(url);
        match (&self.config.username, &self.config.password) {
            (user, Some(password)) => request.secret_header(
                AUTHORIZATION,
                &basic(user.as_deref().unwrap_or_default(), password.expose_secret()),
            ),
            _ => request,
        }
    }

    /// `branches/<name>`, `tags/<name>` or `commits/<sha>` below the project.
    fn ref_api(&self, at: &Located) -> String {
        let git_ref = safe_url::segment(at.git_ref.as_deref().unwrap_or("HEAD"));
        let collection = match at.kind.as_str() {
            "sha" => "commits",
            "tag" => "tags",
            _ => "branches",
        };
        format!("{}/{collection}/{git_ref}", self.config.project_api(at))
    }

    async fn commit(&self, at: &Located) -> Result<String, ReadError> {
        if at.kind == "sha" {
            return Ok(at.git_ref.clone().unwrap_or_default());
        }
        let url = self.ref_api(at);
        let body = self.fetch.send(self.signed(url.clone())).await?.bytes().await?;
        let json = body.strip_prefix(JSON_PREFIX).ok_or_else(|| {
            ReadError::Failed(format!(
                "{url} did not answer as Gerrit does; check baseUrl in {}",
                self.fetch.config_key
            ))
        })?;
        let answer: serde_json::Value = serde_json::from_slice(json)
            .map_err(|error| ReadError::Failed(format!("{url} answered broken JSON: {error}")))?;
        Ok(text(&answer, "/revision", &url)?.to_owned())
    }

    /// Gitiles for signed-in users stands below `/a` of Gerrit.
    fn gitiles(&self) -> Result<String, ReadError> {
        if self.config.password.is_none() {
            return Ok(self.config.gitiles_base_url.clone());
        }
        match self.config.gitiles_base_url.strip_prefix(&self.config.base_url) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                Ok(format!("{}/a{rest}", self.config.base_url))
            }
            _ => Err(ReadError::Failed(format!(
                "{}: trees need a gitilesBaseUrl below baseUrl when a password is set",
                self.fetch.config_key
            ))),
        }
    }
}

#[async_trait]
impl HostReader for GerritReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let mut at = target.at.clone();
        if at.kind == "tag" {
            // There is no route for files of a tag.
            at.git_ref = Some(self.commit(&at).await?);
            at.kind = "sha".to_owned();
        }
        let url = format!("{}/files/{}/content", self.ref_api(&at), safe_url::segment(&at.path));
        let body = self.fetch.send(self.signed(url.clone())).await?.bytes().await?;
        let decoded =
            base64::engine::general_purpose::STANDARD.decode(body.trim_ascii()).map_err(|error| {
                ReadError::Failed(format!("{url} answered something other than base64: {error}"))
            })?;
        tagged(decoded.into(), None, etag)
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let commit = self.commit(&target.at).await?;
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let below =
            if wanted.base.is_empty() { String::new() } else { format!("/{}", safe_url::path(&wanted.base)) };
        let url = format!(
            "{}/{}/+archive/{}{below}.tar.gz",
            self.gitiles()?,
            safe_url::path(&target.at.name),
            safe_url::segment(&commit)
        );
        let shape = Archive { strip_first: false, starts_at: wanted.base.clone() };
        let files = self.fetch.archive(self.signed(url), shape, wanted).await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
