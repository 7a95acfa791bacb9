//! A repository at GitHub, for one step.

use callboard_scm::Integration;
use serde_json::Value;

use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::{Api, Credential, Hosts, RepoUrl, path};

/// The repository that `repoUrl` names, and the API to speak about it.
pub(super) struct Github<'a> {
    pub(super) integration: &'a Integration,
    pub(super) at: RepoUrl,
    pub(super) owner: String,
    pub(super) api: Api,
    pub(super) credential: Credential,
}

impl<'a> Github<'a> {
    pub(super) async fn open(hosts: &'a Hosts, context: &ActionContext) -> Result<Self, ActionError> {
        let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
        let Integration::Github(config) = integration else {
            return Err(ActionError::Input(format!(
                "{} is a {} host, not a GitHub one",
                at.host,
                integration.host_type()
            )));
        };
        let base = config.api_base_url.as_deref().ok_or_else(|| {
            ActionError::Input(format!(
                "integrations.github ({}) has no apiBaseUrl, which this step needs",
                at.host
            ))
        })?;
        let credential = hosts.credential(context, integration, &at).await?;
        let mut api = hosts.api(integration, "GitHub", base, &credential);
        api.accept = "application/vnd.github+json";
        Ok(Self { integration, owner: at.owner()?.to_owned(), at, api, credential })
    }

    /// `/repos/<owner>/<repo>` with more parts behind it.
    pub(super) fn repo(&self, more: &[&str]) -> Result<String, ActionError> {
        let mut parts = vec!["repos", self.owner.as_str(), self.at.repo.as_str()];
        parts.extend_from_slice(more);
        path(&parts)
    }
}

/// The name in an entity reference: `group:default/team-a` is `team-a` (`entityRefToName`).
pub(super) fn entity_name(reference: &str) -> &str {
    reference.rsplit([':', '/']).next().unwrap_or(reference)
}

/// Copies members of an input that are there, under another name.
pub(super) fn copied(input: &Value, names: &[(&str, &str)]) -> serde_json::Map<String, Value> {
    names
        .iter()
        .filter_map(|(from, to)| input.get(*from).map(|value| ((*to).to_owned(), value.clone())))
        .collect()
}
