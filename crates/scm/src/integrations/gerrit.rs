//! Gerrit with Gitiles: config and URL forms.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.gerrit`.
#[derive(Debug, Clone)]
pub struct GerritConfig {
    /// Host of the Gitiles URLs, with optional port.
    pub host: String,
    /// Gerrit itself, `https://<host>` unless configured.
    pub base_url: String,
    /// Gitiles, whose URLs stand in the catalog.
    pub gitiles_base_url: String,
    /// Where repositories are cloned from, the base URL unless configured.
    pub clone_url: String,
    /// No links that open Gerrit's editor.
    pub disable_edit_url: bool,
    /// User for basic authentication.
    pub username: Option<String>,
    /// Its HTTP password.
    pub password: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "<gitilesBaseUrl>/<project>/+/refs/heads/<branch>/<path>";

impl GerritConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(None)?;
        let gitiles_base_url = section.base_url("gitilesBaseUrl")?.ok_or_else(|| {
            section
                .error("gitilesBaseUrl", format!("is required, for example https://{host}/plugins/gitiles"))
        })?;
        let base_url = section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}"));
        Ok(Self {
            clone_url: section.base_url("cloneUrl")?.unwrap_or_else(|| base_url.clone()),
            base_url,
            gitiles_base_url,
            disable_edit_url: section.boolean("disableEditUrl")?.unwrap_or(false),
            username: section.string("username")?,
            password: section.secret("password")?,
            host,
        })
    }

    /// `<gitiles path>/<project>/+/(refs/heads/<b>|refs/tags/<t>|<sha>|HEAD)[/<path>]`; `/a` in front is dropped.
    /// `kind` says which of the four the ref is: `branch`, `tag`, `sha` or `head`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let gitiles = Segments::of(&Url::parse(&self.gitiles_base_url).ok()?)?;
        let signed_in = usize::from(segments.at(0) == "a" && gitiles.at(0) != "a");
        let start = signed_in + gitiles.len();
        if segments.join(signed_in, start) != gitiles.rest(0) {
            return None;
        }
        let plus = segments.position("+").filter(|at| *at > start)?;
        let (kind, ref_at) = match (segments.at(plus + 1), segments.at(plus + 2)) {
            ("refs", "heads") => ("branch", plus + 3),
            ("refs", "tags") => ("tag", plus + 3),
            ("HEAD", _) => ("head", plus + 1),
            (sha, _) if sha.len() == 40 && sha.bytes().all(|b| b.is_ascii_hexdigit()) => ("sha", plus + 1),
            _ => return None,
        };
        let git_ref = segments.at(ref_at);
        if git_ref.is_empty() {
            return None;
        }
        Some(Located {
            owner: String::new(),
            name: segments.join(start, plus),
            organization: None,
            git_ref: Some(git_ref.to_owned()),
            path: segments.rest(ref_at + 1),
            kind: kind.to_owned(),
            root: segments.prefix(ref_at + 1),
        })
    }

    /// The page that edits the file; `None` where editing is switched off or the ref is no branch.
    pub(crate) fn edit_url(&self, at: &Located) -> Option<String> {
        if self.disable_edit_url || at.kind != "branch" {
            return None;
        }
        Some(format!(
            "{}/admin/repos/edit/repo/{}/branch/refs/heads/{}/file/{}",
            self.base_url,
            safe_url::segment(&at.name),
            safe_url::segment(at.git_ref.as_deref().unwrap_or_default()),
            safe_url::path(&at.path)
        ))
    }

    /// API URL of the project; signed-in calls go below `/a/`.
    pub(crate) fn project_api(&self, at: &Located) -> String {
        let prefix = if self.password.is_some() { "/a" } else { "" };
        format!("{}{prefix}/projects/{}", self.base_url, safe_url::segment(&at.name))
    }
}
