//! Harness Code: config and URL forms.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.harness`.
#[derive(Debug, Clone)]
pub struct HarnessConfig {
    /// Host with optional port.
    pub host: String,
    /// Where pages and API are, `https://<host>` unless configured.
    pub base_url: String,
    /// Bearer token.
    pub token: Option<SecretString>,
    /// API key, sent as `x-api-key`.
    pub api_key: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<host>/ng/account/<account>/module/code/orgs/<org>/projects/<project>/repos/<repo>/files/<ref>/~/<path>";

impl HarnessConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(Some("app.harness.io"))?;
        Ok(Self {
            base_url: section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}")),
            host,
            token: section.secret("token")?,
            api_key: section.secret("apiKey")?,
        })
    }

    /// The web page of a file. Repositories may also stand directly below the account or the organization.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let account_at = segments.position("account")?;
        let value_of =
            |name: &str| segments.position(name).map(|at| segments.at(at + 1)).filter(|v| !v.is_empty());
        let repos_at = segments.position("repos").filter(|at| *at > account_at)?;
        let name = segments.at(repos_at + 1);
        if name.is_empty() {
            return None;
        }
        let owner: Vec<&str> = [value_of("orgs"), value_of("projects")].into_iter().flatten().collect();
        let files = segments.at(repos_at + 2) == "files" || segments.at(repos_at + 2) == "edit";
        let tilde = segments.position("~").filter(|at| *at > repos_at + 3);
        let ref_end = tilde.unwrap_or(segments.len());
        let git_ref = files.then(|| segments.join(repos_at + 3, ref_end)).filter(|r| !r.is_empty());
        let path_at = tilde.map_or(segments.len(), |at| at + 1);
        Some(Located {
            owner: owner.join("/"),
            name: name.to_owned(),
            organization: Some(segments.at(account_at + 1).to_owned()).filter(|account| !account.is_empty()),
            git_ref,
            path: segments.rest(path_at),
            kind: "files".to_owned(),
            root: segments.prefix(path_at),
        })
    }

    /// API URL of the repository, without the `routingId` that every call needs.
    pub(crate) fn repository_api(&self, at: &Located) -> String {
        let account = safe_url::segment(at.organization.as_deref().unwrap_or_default());
        let owner =
            if at.owner.is_empty() { String::new() } else { format!("{}/", safe_url::path(&at.owner)) };
        format!(
            "{}/gateway/code/api/v1/repos/{account}/{owner}{}/+",
            self.base_url,
            safe_url::segment(&at.name)
        )
    }
}

/// The page that edits the file.
pub(crate) fn edit_url(url: &str) -> String {
    url.replacen("/files/", "/edit/", 1)
}
