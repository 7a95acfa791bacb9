//! Bitbucket Cloud: config and URL forms.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.bitbucketCloud`.
#[derive(Debug, Clone)]
pub struct BitbucketCloudConfig {
    /// Always bitbucket.org, except in tests.
    pub host: String,
    /// REST API, `https://api.bitbucket.org/2.0` unless configured.
    pub api_base_url: String,
    /// Where pages and archives are, `https://<host>` unless configured.
    pub base_url: String,
    /// Where OAuth tokens are issued.
    pub token_url: String,
    /// User of the app password or API token.
    pub username: Option<String>,
    /// App password.
    pub app_password: Option<SecretString>,
    /// API token (with `username`) or access token (without).
    pub token: Option<SecretString>,
    /// OAuth consumer.
    pub client_id: Option<String>,
    /// Secret of the OAuth consumer.
    pub client_secret: Option<SecretString>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://bitbucket.org/<workspace>/<repo>/src/<ref>/<path>";

impl BitbucketCloudConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(Some("bitbucket.org"))?;
        let config = Self {
            base_url: section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}")),
            host,
            api_base_url: section
                .base_url("apiBaseUrl")?
                .unwrap_or_else(|| "https://api.bitbucket.org/2.0".to_owned()),
            token_url: section
                .base_url("tokenUrl")?
                .unwrap_or_else(|| "https://bitbucket.org/site/oauth2/access_token".to_owned()),
            username: section.string("username")?,
            app_password: section.secret("appPassword")?,
            token: section.secret("token")?,
            client_id: section.string("clientId")?,
            client_secret: section.secret("clientSecret")?,
        };
        if config.client_id.is_some() != config.client_secret.is_some() {
            return Err(section.error("clientId", "and clientSecret must be given together"));
        }
        if config.app_password.is_some() && config.username.is_none() {
            return Err(section.error("username", "is required with appPassword"));
        }
        if config.username.is_some() && config.app_password.is_none() && config.token.is_none() {
            return Err(section.error("username", "needs an appPassword or a token beside it"));
        }
        Ok(config)
    }

    /// `/<workspace>/<repo>[/(src|raw)/<ref>[/<path>]]`.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let (owner, name) = (segments.at(0), segments.at(1));
        if owner.is_empty() || name.is_empty() {
            return None;
        }
        let kind = segments.at(2);
        let with_ref = matches!(kind, "src" | "raw") && !segments.at(3).is_empty();
        if segments.len() > 2 && !with_ref && kind != "src" {
            return None;
        }
        Some(Located {
            owner: owner.to_owned(),
            name: name.strip_suffix(".git").unwrap_or(name).to_owned(),
            organization: None,
            git_ref: with_ref.then(|| segments.at(3).to_owned()),
            path: segments.rest(4),
            kind: "src".to_owned(),
            root: segments.prefix(4),
        })
    }

    /// API URL of the repository.
    pub(crate) fn repository_api(&self, at: &Located) -> String {
        format!(
            "{}/repositories/{}/{}",
            self.api_base_url,
            safe_url::segment(&at.owner),
            safe_url::segment(&at.name)
        )
    }

    /// Where a snapshot of a commit is downloaded.
    pub(crate) fn archive(&self, at: &Located, commit: &str) -> String {
        let (owner, name) = (safe_url::segment(&at.owner), safe_url::segment(&at.name));
        format!("{}/{owner}/{name}/get/{}.tar.gz", self.base_url, safe_url::segment(commit))
    }
}

/// The page that edits the file.
pub(crate) fn edit_url(url: &str, at: &Located) -> Option<String> {
    let mut edit = Url::parse(url).ok()?;
    let git_ref = at.git_ref.clone().unwrap_or_default();
    let kept: Vec<(String, String)> = edit
        .query_pairs()
        .filter(|(name, _)| !matches!(name.as_ref(), "mode" | "spa" | "at"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    edit.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair("mode", "edit")
        .append_pair("spa", "0")
        .append_pair("at", &git_ref);
    Some(edit.to_string())
}

/// Lines are anchored as `#<file name>-<line>`, here and at Bitbucket Server.
pub(crate) fn with_line(url: &str, line: u32) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let file = url.path_segments()?.next_back()?.to_owned();
    url.set_fragment(Some(&format!("{file}-{line}")));
    Some(url.to_string())
}
