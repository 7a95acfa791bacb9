//! Gitea and Forgejo: config and URL forms.

use super::located::{Located, Segments, base_depth};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.gitea`.
#[derive(Debug, Clone)]
pub struct GiteaConfig {
    /// Host with optional port.
    pub host: String,
    /// Where the web pages are, `https://<host>` unless configured; may have a path.
    pub base_url: String,
    /// User for basic authentication.
    pub username: Option<String>,
    /// Password; alone it is an access token.
    pub password: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<host>/<owner>/<repo>/src/branch/<branch>/<path>";

impl GiteaConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(None)?;
        Ok(Self {
            base_url: section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}")),
            username: section.string("username")?,
            password: section.secret("password")?,
            host,
        })
    }

    /// `/<owner>/<repo>[/(src|raw)/(branch|tag|commit)/<ref>[/<path>]]`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let start = base_depth(&self.base_url);
        let (owner, name) = (segments.at(start), segments.at(start + 1));
        if owner.is_empty() || name.is_empty() {
            return None;
        }
        let kind = segments.at(start + 2);
        let with_ref = matches!(kind, "src" | "raw" | "_edit")
            && matches!(segments.at(start + 3), "branch" | "tag" | "commit")
            && !segments.at(start + 4).is_empty();
        if segments.len() > start + 2 && !with_ref {
            return None;
        }
        Some(Located {
            owner: owner.to_owned(),
            name: name.strip_suffix(".git").unwrap_or(name).to_owned(),
            organization: None,
            git_ref: with_ref.then(|| segments.at(start + 4).to_owned()),
            path: segments.rest(start + 5),
            kind: "src".to_owned(),
            root: segments.prefix(start + 5),
        })
    }

    /// The page that edits the file.
    pub(crate) fn edit_url(&self, at: &Located) -> String {
        let (owner, name) = (safe_url::segment(&at.owner), safe_url::segment(&at.name));
        let git_ref = safe_url::segment(at.git_ref.as_deref().unwrap_or_default());
        format!("{}/{owner}/{name}/_edit/{git_ref}/{}", self.base_url, safe_url::path(&at.path))
    }

    /// API URL of the repository.
    pub(crate) fn repository_api(&self, at: &Located) -> String {
        format!(
            "{}/api/v1/repos/{}/{}",
            self.base_url,
            safe_url::segment(&at.owner),
            safe_url::segment(&at.name)
        )
    }
}
