//! A repository at Bitbucket Cloud, for one step.

use std::sync::Arc;

use callboard_scm::Integration;
use callboard_scm::integrations::bitbucket_cloud::BitbucketCloudConfig;
use serde_json::Value;

use crate::action::schema::string;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::{Api, Credential, Hosts, RepoUrl, path};

/// The repository, and the API to speak about it.
pub(super) struct BitbucketCloud<'a> {
    pub(super) integration: &'a Integration,
    pub(super) config: Arc<BitbucketCloudConfig>,
    pub(super) workspace: String,
    pub(super) repo: String,
    pub(super) project: String,
    pub(super) api: Api,
    pub(super) credential: Credential,
}

impl<'a> BitbucketCloud<'a> {
    /// The repository of `repoUrl`.
    pub(super) async fn open(hosts: &'a Hosts, context: &ActionContext) -> Result<Self, ActionError> {
        let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
        Self::at(hosts, context, integration, at).await
    }

    /// The repository with these names at the public host.
    pub(super) async fn named(
        hosts: &'a Hosts,
        context: &ActionContext,
        workspace: &str,
        repo: &str,
    ) -> Result<Self, ActionError> {
        let (integration, mut at) = hosts.host_of("bitbucket.org")?;
        at.workspace = Some(workspace.to_owned());
        at.project = Some(String::new());
        at.repo = repo.to_owned();
        Self::at(hosts, context, integration, at).await
    }

    async fn at(
        hosts: &'a Hosts,
        context: &ActionContext,
        integration: &'a Integration,
        at: RepoUrl,
    ) -> Result<Self, ActionError> {
        let Integration::BitbucketCloud(config) = integration else {
            let kind = integration.host_type();
            return Err(ActionError::Input(format!("{} is a {kind} host, not Bitbucket Cloud", at.host)));
        };
        let credential = hosts.credential(context, integration, &at).await?;
        let api = hosts.api(integration, "Bitbucket Cloud", &config.api_base_url, &credential);
        Ok(Self {
            integration,
            config: config.clone(),
            workspace: at.workspace()?.to_owned(),
            project: at.project()?.to_owned(),
            repo: at.repo,
            api,
            credential,
        })
    }

    /// `/repositories/<workspace>/<repo>` with more parts behind it.
    pub(super) fn repository(&self, more: &[&str]) -> Result<String, ActionError> {
        let mut parts = vec!["repositories", self.workspace.as_str(), self.repo.as_str()];
        parts.extend_from_slice(more);
        path(&parts)
    }
}

/// `repoUrl` and `token`, which most actions have.
pub(super) fn common() -> Vec<(&'static str, Value)> {
    vec![
        ("repoUrl", string("`bitbucket.org?workspace=workspace&project=KEY&repo=reponame`")),
        ("token", string("The token to use for authorization to Bitbucket Cloud")),
    ]
}
