//! Bitbucket Server and Data Center: config and URL forms.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.bitbucketServer`.
#[derive(Debug, Clone)]
pub struct BitbucketServerConfig {
    /// Host with optional port.
    pub host: String,
    /// REST API, `https://<host>/rest/api/1.0` unless configured.
    pub api_base_url: String,
    /// HTTP access token.
    pub token: Option<SecretString>,
    /// User for basic authentication; wins over the token when a password is given too.
    pub username: Option<String>,
    /// Password for basic authentication.
    pub password: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<host>/projects/<project>/repos/<repo>/browse/<path>?at=<ref>";

impl BitbucketServerConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(None)?;
        Ok(Self {
            api_base_url: section
                .base_url("apiBaseUrl")?
                .unwrap_or_else(|| format!("https://{host}/rest/api/1.0")),
            token: section.secret("token")?,
            username: section.string("username")?,
            password: section.secret("password")?,
            host,
        })
    }

    /// `…/projects/<p>/repos/<r>[/(browse|raw|src)[/<path>]]?at=<ref>`; `users/<u>` is the project `~<u>`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let start = (0..segments.len())
            .find(|at| matches!(segments.at(*at), "projects" | "users") && segments.at(at + 2) == "repos")?;
        let (project, name) = (segments.at(start + 1), segments.at(start + 3));
        if project.is_empty() || name.is_empty() {
            return None;
        }
        let kind = segments.at(start + 4);
        if !matches!(kind, "" | "browse" | "raw" | "src") {
            return None;
        }
        let owner = if segments.at(start) == "users" { format!("~{project}") } else { project.to_owned() };
        let git_ref = url.query_pairs().find(|(key, _)| key == "at").map(|(_, value)| value.into_owned());
        Some(Located {
            owner,
            name: name.to_owned(),
            organization: None,
            git_ref: git_ref.filter(|r| !r.is_empty()),
            path: segments.rest(start + 5),
            kind: "browse".to_owned(),
            root: segments.prefix(start + 5),
        })
    }

    /// API URL of the repository.
    pub(crate) fn repository_api(&self, at: &Located) -> String {
        format!(
            "{}/projects/{}/repos/{}",
            self.api_base_url,
            safe_url::segment(&at.owner),
            safe_url::segment(&at.name)
        )
    }

    /// Raw file.
    pub(crate) fn raw_file(&self, at: &Located) -> String {
        let git_ref =
            at.git_ref.as_deref().map(|r| format!("?at={}", safe_url::query(r))).unwrap_or_default();
        format!("{}/raw/{}{git_ref}", self.repository_api(at), safe_url::path(&at.path))
    }
}
