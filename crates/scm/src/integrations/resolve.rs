//! The pure URL questions that the catalog asks: relative targets, edit pages, source locations, same repository.

use super::{
    Integration, Integrations, Located, ScmUrlError, azure, bitbucket_cloud, github, gitlab, harness,
    safe_url,
};
use url::Url;

/// A repository as the catalog names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Type of the integration: `github`, `gitlab`, …
    pub host_type: &'static str,
    /// Host with optional port.
    pub host: String,
    /// User, group with subgroups, workspace or project; may be empty.
    pub owner: String,
    /// Repository, project or bucket.
    pub name: String,
    /// What stands above the owner at Azure DevOps and Harness.
    pub organization: Option<String>,
}

impl Repository {
    /// `owner/name`, or only the name where the host has no owners.
    pub fn slug(&self) -> String {
        if self.owner.is_empty() { self.name.clone() } else { format!("{}/{}", self.owner, self.name) }
    }
}

impl Integrations {
    /// An absolute target stays as it is. A relative one is resolved against `base`, the URL of a file at a source
    /// host; a leading `/` means the repository's root. `line` adds the host's form of a line anchor.
    ///
    /// GitHub results are in `tree` form, as Backstage's are.
    pub fn resolve_url(&self, target: &str, base: &str, line: Option<u32>) -> Result<String, ScmUrlError> {
        if Url::parse(target).is_ok() {
            return Ok(target.to_owned());
        }
        let base_url = Url::parse(base).map_err(|_| ScmUrlError::NotAUrl(safe_url::redact(base)))?;
        let Some(integration) = self.by_url_for_reading(base) else {
            return resolve_in_path(target, &base_url, None, line).ok_or_else(|| not_a_url(target));
        };
        let resolved = match integration {
            Integration::Azure(config) if config.locate(&base_url).is_some() => {
                azure::resolve(target, &base_url, line)
            }
            _ => {
                let root = integration.locate_parsed(&base_url).map(|located| located.root);
                resolve_in_path(target, &base_url, root.as_deref(), line)
            }
        };
        let mut resolved = resolved.ok_or_else(|| not_a_url(target))?;
        match integration {
            Integration::Github(_) => resolved = github::with_kind(&resolved, "tree"),
            Integration::BitbucketCloud(_) | Integration::BitbucketServer(_) => {
                if let Some(line) = line {
                    resolved = bitbucket_cloud::with_line(&resolved, line).unwrap_or(resolved);
                }
            }
            // A relative target must not reach into another bucket (CVE-2026-106493).
            _ if integration.is_object_store() && self.same_repository(base, &resolved) != Some(true) => {
                return Err(ScmUrlError::Traversal(safe_url::redact(&resolved)));
            }
            _ => {}
        }
        Ok(resolved)
    }

    /// The page that edits the file of `url`. `None`: no integration for the host, a URL pinned to a commit (40 or more
    /// hex digits), which can't be edited, or a host with editing switched off.
    pub fn resolve_edit_url(&self, url: &str) -> Option<String> {
        let integration = self.by_url(url)?;
        if names_a_commit(url) {
            return None;
        }
        let located = Url::parse(url).ok().and_then(|parsed| integration.locate_parsed(&parsed));
        match integration {
            Integration::Github(_) => Some(github::with_kind(url, "edit")),
            Integration::Gitlab(_) => Some(gitlab::edit_url(url)),
            Integration::BitbucketCloud(_) => bitbucket_cloud::edit_url(url, &located?),
            Integration::BitbucketServer(_) => Some(url.split('?').next().unwrap_or(url).to_owned()),
            Integration::Gitea(config) => Some(config.edit_url(&located?)),
            Integration::Gerrit(config) => config.edit_url(&located?),
            Integration::Harness(_) => Some(harness::edit_url(url)),
            Integration::AwsCodeCommit(_) => Some(super::aws::code_commit_edit_url(url)),
            Integration::Azure(_)
            | Integration::AwsS3(_)
            | Integration::GoogleGcs(_)
            | Integration::AzureBlob(_) => Some(url.to_owned()),
        }
    }

    /// The directory of the file, in the host's form of a directory. `None`: no integration for the host.
    pub fn source_location(&self, url: &str) -> Option<String> {
        self.by_url(url)?;
        self.resolve_url("./", url, None).ok()
    }

    /// The repository of a URL at a known source host; a file, a directory or the repository's own page.
    pub fn repository(&self, url: &str) -> Option<Repository> {
        let integration = self.by_url_for_reading(url)?;
        let Located { owner, name, organization, .. } = integration.locate(url).ok()?;
        Some(Repository {
            host_type: integration.host_type(),
            host: integration.host().to_owned(),
            owner,
            name,
            organization,
        })
    }

    /// Whether both URLs are of one repository (or bucket) at one host. `None` if either is not a URL of a source host
    /// or could climb out of its repository.
    pub fn same_repository(&self, a: &str, b: &str) -> Option<bool> {
        let (first, second) = (self.repository(a)?, self.repository(b)?);
        let same_text = |x: &str, y: &str| x.eq_ignore_ascii_case(y);
        Some(
            first.host == second.host
                && same_text(&first.owner, &second.owner)
                && same_text(&first.name, &second.name)
                && first.organization == second.organization,
        )
    }
}

/// Resolves by URL rules; `/`-rooted targets go below `root`. The query of the base is kept: it may hold the ref.
fn resolve_in_path(target: &str, base: &Url, root: Option<&str>, line: Option<u32>) -> Option<String> {
    let mut resolved = match target.strip_prefix('/') {
        Some(below_root) => {
            let mut at_root = base.clone();
            at_root.set_path(&format!("{}/", root.unwrap_or_default()));
            at_root.join(&format!("./{below_root}")).ok()?
        }
        None => base.join(target).ok()?,
    };
    resolved.set_query(base.query());
    resolved.set_fragment(line.map(|line| format!("L{line}")).as_deref());
    Some(resolved.to_string())
}

fn not_a_url(target: &str) -> ScmUrlError {
    ScmUrlError::NotAUrl(safe_url::redact(target))
}

/// 40 or more hex digits between word boundaries.
fn names_a_commit(url: &str) -> bool {
    url.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| {
        word.len() >= 40 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}
