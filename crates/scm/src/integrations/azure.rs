//! Azure DevOps: config and URL forms. The file path and the branch stand in the query.

use super::located::{Located, Segments};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.azure`.
#[derive(Debug, Clone)]
pub struct AzureConfig {
    /// Host with optional port: dev.azure.com or an on-premises server.
    pub host: String,
    /// Where pages and API are, `https://<host>` unless configured. The scheme of a catalog URL never decides whether
    /// credentials travel encrypted.
    pub base_url: String,
    /// Credentials by organization; the first that fits is used, one without organizations fits all.
    pub credentials: Vec<AzureCredential>,
}

/// One entry of `integrations.azure[].credentials`.
#[derive(Debug, Clone)]
pub struct AzureCredential {
    /// Organizations it is for; empty: every one.
    pub organizations: Vec<String>,
    /// How to sign in.
    pub kind: AzureCredentialKind,
}

impl AzureCredential {
    /// Where its tokens come from, if it needs any.
    pub(crate) fn authority(&self) -> Option<&str> {
        match &self.kind {
            AzureCredentialKind::PersonalAccessToken(_) => None,
            AzureCredentialKind::ClientSecret { authority, .. } => Some(authority),
        }
    }
}

/// How to sign in at Azure DevOps.
#[derive(Debug, Clone)]
pub enum AzureCredentialKind {
    /// `personalAccessToken`.
    PersonalAccessToken(SecretString),
    /// `clientId`, `clientSecret`, `tenantId`: OAuth client credentials at Microsoft Entra.
    ClientSecret {
        /// Application id.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
        /// Directory id.
        tenant_id: String,
        /// Authority, `https://login.microsoftonline.com` unless `authorityHost` says otherwise.
        authority: String,
    },
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str =
    "https://dev.azure.com/<org>/<project>/_git/<repo>?path=/<path>&version=GB<branch>";

impl AzureConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(Some("dev.azure.com"))?;
        let mut credentials = Vec::new();
        for entry in section.list("credentials")? {
            let organizations = entry.strings("organizations")?.unwrap_or_default();
            let kind = if let Some(token) = entry.secret("personalAccessToken")? {
                AzureCredentialKind::PersonalAccessToken(token)
            } else if let Some(client_secret) = entry.secret("clientSecret")? {
                AzureCredentialKind::ClientSecret {
                    client_id: entry.required("clientId")?,
                    client_secret,
                    tenant_id: entry.required("tenantId")?,
                    authority: entry
                        .base_url("authorityHost")?
                        .unwrap_or_else(|| "https://login.microsoftonline.com".to_owned()),
                }
            } else {
                return Err(entry.error(
                    "",
                    "needs a personalAccessToken, or clientId, clientSecret and tenantId; managed identities are not supported yet",
                ));
            };
            credentials.push(AzureCredential { organizations, kind });
        }
        if let Some(token) = section.secret("token")? {
            let kind = AzureCredentialKind::PersonalAccessToken(token);
            credentials.push(AzureCredential { organizations: Vec::new(), kind });
        }
        let base_url = section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}"));
        Ok(Self { host, base_url, credentials })
    }

    /// `/<org>/<project>/_git/<repo>` and its shorter and longer relatives, with `path` and `version` in the query.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let git = segments.position("_git").filter(|at| (1..=3).contains(at))?;
        let name = segments.at(git + 1);
        let visual_studio = url.host_str().is_some_and(|host| host.ends_with(".visualstudio.com"));
        let (organization, project) = match (visual_studio, git) {
            (true, 1) => (url.host_str()?.split('.').next()?.to_owned(), segments.at(0).to_owned()),
            (_, 1) => (segments.at(0).to_owned(), name.to_owned()),
            (_, at) => (segments.join(0, at - 1), segments.at(at - 1).to_owned()),
        };
        if name.is_empty() || segments.len() > git + 2 {
            return None;
        }
        let mut path = String::new();
        let mut git_ref = None;
        for (key, value) in url.query_pairs() {
            match key.as_ref() {
                "path" => path = value.trim_matches('/').to_owned(),
                "version" => git_ref = Some(value.strip_prefix("GB")?.to_owned()),
                _ => {}
            }
        }
        Some(Located {
            owner: project,
            name: name.to_owned(),
            organization: Some(organization),
            git_ref: git_ref.filter(|r| !r.is_empty()),
            path,
            kind: "_git".to_owned(),
            root: segments.prefix(git + 2),
        })
    }

    /// API URL of the repository.
    pub(crate) fn repository_api(&self, at: &Located) -> String {
        // At visualstudio.com the organization is part of the host.
        let organization = match self.host.ends_with(".visualstudio.com") {
            true => String::new(),
            false => format!("/{}", safe_url::path(at.organization.as_deref().unwrap_or_default())),
        };
        format!(
            "{}{organization}/{}/_apis/git/repositories/{}",
            self.base_url,
            safe_url::segment(&at.owner),
            safe_url::segment(&at.name)
        )
    }

    /// Raw file.
    pub(crate) fn items(&self, at: &Located) -> String {
        let version =
            at.git_ref.as_deref().map(|r| format!("&version={}", safe_url::query(r))).unwrap_or_default();
        format!(
            "{}/items?api-version=6.0&path=/{}{version}",
            self.repository_api(at),
            safe_url::query(&at.path)
        )
    }
}

/// A target relative to the `path` of the query.
pub(crate) fn resolve(target: &str, base: &Url, line: Option<u32>) -> Option<String> {
    let path = base
        .query_pairs()
        .find(|(key, _)| key == "path")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let mut stand_in = Url::parse("https://stand-in.invalid/").ok()?;
    stand_in.set_path(&path);
    let resolved = stand_in.join(target).ok()?;
    let new_path = safe_url::decode(resolved.path())?;
    let mut answer = base.clone();
    let mut pairs: Vec<(String, String)> =
        base.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    match pairs.iter_mut().find(|(key, _)| key == "path") {
        Some((_, value)) => *value = new_path,
        None => pairs.push(("path".to_owned(), new_path)),
    }
    if let Some(line) = line {
        pairs.retain(|(key, _)| !key.starts_with("line"));
        let end = line.saturating_add(1);
        for (key, value) in [("line", line), ("lineEnd", end), ("lineStartColumn", 1), ("lineEndColumn", 1)] {
            pairs.push((key.to_owned(), value.to_string()));
        }
    }
    answer.query_pairs_mut().clear().extend_pairs(pairs);
    Some(answer.to_string())
}
