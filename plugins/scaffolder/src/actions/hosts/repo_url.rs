//! `repoUrl`: `host?owner=…&repo=…`, with organization, workspace or project where the host has them.

use callboard_scm::{Integration, climbs};
use url::Url;

use super::Hosts;
use crate::action::ActionError;

/// A repository as a template names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RepoUrl {
    pub(crate) host: String,
    pub(crate) owner: Option<String>,
    /// Empty only at GitLab, where `project` may stand in for it.
    pub(crate) repo: String,
    pub(crate) organization: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) project: Option<String>,
}

impl RepoUrl {
    /// The owner, which the host's type has been checked to need.
    pub(crate) fn owner(&self) -> Result<&str, ActionError> {
        self.owner.as_deref().ok_or_else(|| self.missing("owner"))
    }

    /// The organization above the project, at Azure DevOps.
    pub(crate) fn organization(&self) -> Result<&str, ActionError> {
        self.organization.as_deref().ok_or_else(|| self.missing("organization"))
    }

    /// The workspace, at Bitbucket Cloud; the parent project, at Gerrit.
    pub(crate) fn workspace(&self) -> Result<&str, ActionError> {
        self.workspace.as_deref().ok_or_else(|| self.missing("workspace"))
    }

    /// The project, at Bitbucket and Azure DevOps.
    pub(crate) fn project(&self) -> Result<&str, ActionError> {
        self.project.as_deref().ok_or_else(|| self.missing("project"))
    }

    /// A member that this action needs beside those that the host's type needs.
    fn missing(&self, member: &str) -> ActionError {
        ActionError::Input(format!(
            "Invalid URL provider was included in the repo URL to create {}, missing {member}",
            self.host
        ))
    }

    /// Whether everything is there that the host's type needs.
    fn check(&self, integration: &Integration, repo_url: &str) -> Result<(), ActionError> {
        let needed: &[&str] = match integration {
            Integration::BitbucketCloud(_) => &["workspace", "project", "repo"],
            Integration::BitbucketServer(_) | Integration::Azure(_) => &["project", "repo"],
            Integration::Gitlab(_) if self.project.is_some() => &[],
            Integration::Gitea(_) | Integration::Gerrit(_) => &["repo"],
            _ => &["repo", "owner"],
        };
        for name in needed {
            let there = match *name {
                "owner" => self.owner.is_some(),
                "workspace" => self.workspace.is_some(),
                "project" => self.project.is_some(),
                _ => !self.repo.is_empty(),
            };
            if !there {
                return Err(ActionError::Input(format!(
                    "Invalid repo URL passed to publisher: https://{repo_url}, missing {name}"
                )));
            }
        }
        // Groups have subgroups at GitLab, and projects of Gerrit are paths; elsewhere a name is one part.
        let takes_paths = matches!(integration, Integration::Gitlab(_) | Integration::Gerrit(_));
        let is_path = |part: &Option<String>| part.as_deref().is_some_and(|part| part.contains('/'));
        if !takes_paths && (self.repo.contains('/') || is_path(&self.owner) || is_path(&self.workspace)) {
            return Err(ActionError::Input(format!(
                "Invalid repo URL passed to publisher, got {repo_url}, a slash can't stand in the name of an owner or \
                 repository there"
            )));
        }
        Ok(())
    }
}

impl Hosts {
    /// Takes a `repoUrl` apart and finds its host (`parseRepoUrl`, scaffolder-node 0.13.7).
    pub(crate) fn repository(&self, repo_url: &str) -> Result<(&Integration, RepoUrl), ActionError> {
        let (integration, parsed) = self.host_of(repo_url)?;
        parsed.check(integration, repo_url)?;
        Ok((integration, parsed))
    }

    /// The same where only the host counts, and the rest may be left out.
    pub(crate) fn host_of(&self, repo_url: &str) -> Result<(&Integration, RepoUrl), ActionError> {
        let invalid = |why: &str| {
            ActionError::Input(format!("Invalid repo URL passed to publisher, got {repo_url}, {why}"))
        };
        let url = Url::parse(&format!("https://{repo_url}")).map_err(|_| invalid("it is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ActionError::Input(
                "a repo URL must not hold a user or password; use the input token".to_owned(),
            ));
        }
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => return Err(invalid("it has no host")),
        };
        let integration = self.integrations.by_host(&host).ok_or_else(|| {
            ActionError::Input(format!(
                "No matching integration configuration for host {host}, please check your integrations config"
            ))
        })?;
        let member = |name: &str| -> Result<Option<String>, ActionError> {
            let Some((_, value)) = url.query_pairs().find(|(key, _)| key == name) else { return Ok(None) };
            let value = value.trim_matches('/').to_owned();
            // No part may reach another place of the host's API (CVE-2026-29185, CVE-2026-106560).
            let odd = |part: &str| part == "." || part.is_empty() || part.chars().any(char::is_control);
            if climbs(&value) || (!value.is_empty() && value.split('/').any(odd)) || value.contains('\\') {
                return Err(invalid(&format!("{name} is no name")));
            }
            Ok(Some(value).filter(|value| !value.is_empty()))
        };
        let parsed = RepoUrl {
            owner: member("owner")?,
            repo: member("repo")?.unwrap_or_default(),
            organization: member("organization")?,
            workspace: member("workspace")?,
            project: member("project")?,
            host,
        };
        Ok((integration, parsed))
    }
}
