//! A GitLab host, for one step.

use std::sync::Arc;

use callboard_scm::Integration;
use callboard_scm::integrations::gitlab::GitlabConfig;
use serde_json::{Map, Value, json};

use crate::action::schema::string;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::{Api, Credential, Hosts, RepoUrl, path};

/// The host that `repoUrl` names, and the API to speak to it.
pub(super) struct Gitlab<'a> {
    pub(super) integration: &'a Integration,
    pub(super) config: Arc<GitlabConfig>,
    pub(super) at: RepoUrl,
    pub(super) api: Api,
    pub(super) credential: Credential,
}

impl<'a> Gitlab<'a> {
    /// The repository of `repoUrl`.
    pub(super) async fn open(hosts: &'a Hosts, context: &ActionContext) -> Result<Self, ActionError> {
        let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
        Self::at(hosts, context, integration, at).await
    }

    /// Only the host of `repoUrl`; what stands behind it may be left out.
    pub(super) async fn open_host(hosts: &'a Hosts, context: &ActionContext) -> Result<Self, ActionError> {
        let (integration, at) = hosts.host_of(context.text("repoUrl").unwrap_or_default())?;
        Self::at(hosts, context, integration, at).await
    }

    async fn at(
        hosts: &'a Hosts,
        context: &ActionContext,
        integration: &'a Integration,
        at: RepoUrl,
    ) -> Result<Self, ActionError> {
        let Integration::Gitlab(config) = integration else {
            let kind = integration.host_type();
            return Err(ActionError::Input(format!("{} is a {kind} host, not a GitLab one", at.host)));
        };
        let credential = hosts.credential(context, integration, &at).await?;
        let api = hosts.api(integration, "GitLab", &config.api_base_url, &credential);
        Ok(Self { integration, config: config.clone(), at, api, credential })
    }

    /// The project's id, or its path.
    pub(super) fn project_id(&self) -> Result<String, ActionError> {
        match &self.at.project {
            Some(project) => Ok(project.clone()),
            None => Ok(format!("{}/{}", self.at.owner()?, self.at.repo)),
        }
    }

    /// `/projects/<id>` with more parts behind it.
    pub(super) fn project(&self, more: &[&str]) -> Result<String, ActionError> {
        below_project(&self.project_id()?, more)
    }
}

/// `/projects/<id>` with more parts behind it.
pub(super) fn below_project(id: &str, more: &[&str]) -> Result<String, ActionError> {
    let mut parts = vec!["projects", id];
    parts.extend_from_slice(more);
    path(&parts)
}

/// An id that a template may have as a number or as text.
pub(super) fn id_of(context: &ActionContext, name: &str) -> Result<String, ActionError> {
    match context.input.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(ActionError::Input(format!("{name} is neither a number nor text"))),
    }
}

/// Input members that are there, under the names of the API.
pub(super) fn renamed(context: &ActionContext, names: &[(&str, &str)]) -> Map<String, Value> {
    let member =
        |(from, to): &(&str, &str)| context.input.get(*from).map(|value| ((*to).to_owned(), value.clone()));
    names.iter().filter_map(member).collect()
}

/// `repoUrl` and `token`, which every action has.
pub(super) fn common() -> Vec<(&'static str, Value)> {
    vec![
        (
            "repoUrl",
            string(
                "`gitlab.com?repo=project_name&owner=group_name`, where `project_name` is the repository and `group_name` a group or user",
            ),
        ),
        ("token", string("The token to use for authorization to GitLab")),
    ]
}

/// A number or text.
pub(super) fn id(description: &str) -> Value {
    json!({"type": ["number", "string"], "description": description})
}
