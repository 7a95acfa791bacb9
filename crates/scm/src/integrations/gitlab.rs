//! GitLab: config and URL forms.

use super::located::{Located, Segments, base_depth};
use super::safe_url;
use super::section::{ScmConfigError, Section};
use secrecy::SecretString;
use url::Url;

/// One entry of `integrations.gitlab`.
#[derive(Debug, Clone)]
pub struct GitlabConfig {
    /// Host with optional port.
    pub host: String,
    /// REST API, `https://<host>/api/v4` unless configured.
    pub api_base_url: String,
    /// Where the web pages are, `https://<host>` unless configured; may have a path.
    pub base_url: String,
    /// Access token.
    pub token: Option<SecretString>,
    /// `retry.maxRetries`.
    pub max_retries: Option<u32>,
    /// `retry.retryStatusCodes`.
    pub retry_status_codes: Vec<u16>,
    /// `retry.maxApiRequestsPerMinute`.
    pub max_requests_per_minute: Option<u32>,
}

/// The forms that are read, for error texts.
pub(crate) const FORM: &str = "https://<host>/<group>/<project>/-/blob/<ref>/<path>";

impl GitlabConfig {
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, ScmConfigError> {
        let host = section.host(Some("gitlab.com"))?;
        let retry = section.child("retry")?;
        let small = |field: &str| -> Result<Option<u32>, ScmConfigError> {
            let Some(number) = retry.number(field)? else { return Ok(None) };
            u32::try_from(number).map(Some).map_err(|_| retry.error(field, "is too large"))
        };
        let codes = section
            .value_of("retry")
            .and_then(|retry| retry.get("retryStatusCodes"))
            .and_then(|c| c.as_array());
        let retry_status_codes = codes
            .into_iter()
            .flatten()
            .map(|code| {
                code.as_u64()
                    .and_then(|code| u16::try_from(code).ok())
                    .filter(|code| (100..600).contains(code))
                    .ok_or_else(|| retry.error("retryStatusCodes", "expected HTTP status numbers"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            api_base_url: section.base_url("apiBaseUrl")?.unwrap_or_else(|| format!("https://{host}/api/v4")),
            base_url: section.base_url("baseUrl")?.unwrap_or_else(|| format!("https://{host}")),
            token: section.secret("token")?,
            max_retries: small("maxRetries")?,
            max_requests_per_minute: small("maxApiRequestsPerMinute")?.filter(|n| *n > 0),
            retry_status_codes,
            host,
        })
    }

    /// `/<group…>/<project>[/-]/(blob|tree|raw|edit)/<ref>[/<path>]` or the project alone.
    pub(crate) fn locate(&self, url: &Url) -> Option<Located> {
        let segments = Segments::of(url)?;
        let start = base_depth(&self.base_url);
        let dash = segments.position("-").filter(|at| *at >= start + 2);
        // Without "/-/" the kind stands after at least a group and a project.
        let legacy = (start + 2..segments.len())
            .find(|at| matches!(segments.at(*at), "blob" | "tree" | "raw" | "edit"));
        let (project_end, kind_at) = match (dash, legacy) {
            (Some(dash), _) => (dash, Some(dash + 1)),
            (None, Some(kind)) => (kind, Some(kind)),
            (None, None) => (segments.len(), None),
        };
        if project_end < start + 2 {
            return None;
        }
        let kind = kind_at.map_or("tree", |at| segments.at(at));
        if !matches!(kind, "blob" | "tree" | "raw" | "edit") {
            return None;
        }
        let git_ref = kind_at.map(|at| segments.at(at + 1).to_owned()).filter(|r| !r.is_empty());
        let path_at = kind_at.map_or(segments.len(), |at| at + 2);
        let name = segments.at(project_end - 1);
        Some(Located {
            owner: segments.join(start, project_end - 1),
            name: name.strip_suffix(".git").unwrap_or(name).to_owned(),
            organization: None,
            git_ref,
            path: segments.rest(path_at),
            kind: kind.to_owned(),
            root: segments.prefix(path_at),
        })
    }

    /// API URL of the project; the whole path is the id, so its slashes are encoded.
    pub(crate) fn project_api(&self, at: &Located) -> String {
        format!("{}/projects/{}", self.api_base_url, safe_url::segment(&at.slug()))
    }

    /// Raw file.
    pub(crate) fn raw_file(&self, at: &Located) -> String {
        let git_ref = at.git_ref.as_deref().unwrap_or("HEAD");
        format!(
            "{}/repository/files/{}/raw?ref={}",
            self.project_api(at),
            safe_url::segment(&at.path),
            safe_url::query(git_ref)
        )
    }
}

/// `/-/blob/` becomes `/-/edit/`; the short form without `/-/` stays as it is.
pub(crate) fn edit_url(url: &str) -> String {
    for kind in ["blob", "tree", "edit"] {
        let needle = format!("/-/{kind}/");
        if url.contains(&needle) {
            return url.replacen(&needle, "/-/edit/", 1);
        }
    }
    url.to_owned()
}
