//! GitHub and GitHub Enterprise Server: config and URL forms.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.github`.
#[derive(Debug, Clone)]
pub struct GithubConfig {
    /// Host with optional port.
    pub host: String,
    /// REST API; `https://api.github.com` for github.com.
    pub api_base_url: Option<String>,
    /// Where raw files are served.
    pub raw_base_url: Option<String>,
    /// Personal access token.
    pub token: Option<SecretString>,
    /// GitHub Apps, tried by owner.
    pub apps: Vec<GithubApp>,
}

/// One entry of `integrations.github[].apps`.
#[derive(Debug, Clone)]
pub struct GithubApp {
    /// The app's id.
    pub app_id: String,
    /// RSA private key in PEM.
    pub private_key: SecretString,
    /// Owners that this app may be used for; `None`: all that installed it.
    pub allowed_installation_owners: Option<Vec<String>>,
    /// Use any installation's token for public repositories of owners that did not install the app.
    pub public_access: bool,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<host>/<owner>/<repo>/blob/<ref>/<path>";

impl GithubConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(Some("github.com"))?;
        let mut api_base_url = section.base_url("apiBaseUrl")?;
        let mut raw_base_url = section.base_url("rawBaseUrl")?;
        if host == "github.com" {
            api_base_url = api_base_url.or_else(|| Some("https://api.github.com".to_owned()));
            raw_base_url = raw_base_url.or_else(|| Some("https://raw.githubusercontent.com".to_owned()));
        } else if host.ends_with(".ghe.com") {
            api_base_url = api_base_url.or_else(|| Some(format!("https://api.{host}")));
        } else if api_base_url.is_none() && raw_base_url.is_none() {
            return Err(section
                .error("apiBaseUrl", format!("is required for {host}, for example https://{host}/api/v3")));
        }
        let apps = section
            .list("apps")?
            .iter()
            .map(|app| {
                Ok(GithubApp {
                    app_id: app.text_or_number("appId")?.ok_or_else(|| app.error("appId", "is required"))?,
                    // Keys in environment variables often hold "\n" as two characters.
                    private_key: SecretString::from(app.required("privateKey")?.replace("\\n", "\n")),
                    allowed_installation_owners: app
                        .strings("allowedInstallationOwners")?
                        .map(|owners| owners.iter().map(|owner| owner.to_lowercase()).collect()),
                    public_access: app.boolean("publicAccess")?.unwrap_or(false),
                })
            })
            .collect::<Result<Vec<_>, ScmConfigError>>()?;
        Ok(Self { host, api_base_url, raw_base_url, token: section.secret("token")?, apps })
    }

    /// `/<owner>/<repo>[/(blob|tree|raw|edit)/<ref>[/<path>]]`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let (owner, name) = (segments.at(0), segments.at(1));
        if owner.is_empty() || name.is_empty() {
            return None;
        }
        let kind = segments.at(2);
        let with_ref = matches!(kind, "blob" | "tree" | "raw" | "edit") && !segments.at(3).is_empty();
        if segments.len() > 2 && !with_ref {
            return None;
        }
        Some(Located {
            owner: owner.to_owned(),
            name: name.strip_suffix(".git").unwrap_or(name).to_owned(),
            organization: None,
            git_ref: with_ref.then(|| segments.at(3).to_owned()),
            path: segments.rest(4),
            kind: if with_ref { kind.to_owned() } else { "tree".to_owned() },
            root: segments.prefix(4),
        })
    }

    /// Contents API of a file.
    pub(crate) fn contents_api(&self, api: &str, at: &Located) -> String {
        let reference =
            at.git_ref.as_deref().map(|r| format!("?ref={}", safe_url::query(r))).unwrap_or_default();
        format!("{}/contents/{}{reference}", self.repository_api(api, at), safe_url::path(&at.path))
    }

    /// API URL of the repository.
    pub(crate) fn repository_api(&self, api: &str, at: &Located) -> String {
        format!("{api}/repos/{}/{}", safe_url::segment(&at.owner), safe_url::segment(&at.name))
    }

    /// Raw file, for hosts and callers without a token.
    pub(crate) fn raw(&self, raw: &str, at: &Located) -> String {
        let git_ref = at.git_ref.as_deref().unwrap_or("HEAD");
        let (owner, name) = (safe_url::segment(&at.owner), safe_url::segment(&at.name));
        format!("{raw}/{owner}/{name}/{}/{}", safe_url::path(git_ref), safe_url::path(&at.path))
    }
}

/// `/blob/`, `/tree/` or `/edit/` in front of the ref becomes `/<kind>/`.
pub(crate) fn with_kind(url: &str, kind: &str) -> String {
    let Some((start, path)) = url.split_once("://") else { return url.to_owned() };
    let mut parts: Vec<&str> = path.split('/').collect();
    // host, owner, repository, kind, ref …
    if parts.len() > 4 && matches!(parts[3], "blob" | "tree" | "edit") {
        parts[3] = kind;
    }
    format!("{start}://{}", parts.join("/"))
}
