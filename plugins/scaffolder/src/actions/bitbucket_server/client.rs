//! A repository at a Bitbucket Server, for one step.

use std::sync::Arc;

use callboard_scm::Integration;
use callboard_scm::integrations::bitbucket_server::BitbucketServerConfig;
use serde_json::Value;

use crate::action::schema::string;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::{Api, Credential, Hosts, path};

/// The repository, and the API to speak about it.
pub(super) struct BitbucketServer<'a> {
    pub(super) integration: &'a Integration,
    config: Arc<BitbucketServerConfig>,
    pub(super) project: String,
    pub(super) repo: String,
    pub(super) api: Api,
    pub(super) credential: Credential,
}

impl<'a> BitbucketServer<'a> {
    pub(super) async fn open(hosts: &'a Hosts, context: &ActionContext) -> Result<Self, ActionError> {
        let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
        let Integration::BitbucketServer(config) = integration else {
            let kind = integration.host_type();
            return Err(ActionError::Input(format!("{} is a {kind} host, not a Bitbucket Server", at.host)));
        };
        let credential = hosts.credential(context, integration, &at).await?;
        let api = hosts.api(integration, "Bitbucket Server", &config.api_base_url, &credential);
        Ok(Self {
            integration,
            config: config.clone(),
            project: at.project()?.to_owned(),
            repo: at.repo,
            api,
            credential,
        })
    }

    /// `/projects/<project>/repos` with more parts behind it.
    pub(super) fn repositories(&self, more: &[&str]) -> Result<String, ActionError> {
        let mut parts = vec!["projects", self.project.as_str(), "repos"];
        parts.extend_from_slice(more);
        path(&parts)
    }

    /// Where the server itself is, which its API is a part of.
    pub(super) fn base(&self) -> &str {
        self.config.api_base_url.split("/rest/").next().unwrap_or(&self.config.api_base_url)
    }
}

/// `repoUrl` and `token`.
pub(super) fn common() -> Vec<(&'static str, Value)> {
    vec![
        ("repoUrl", string("`bitbucket.example.com?project=KEY&repo=reponame`")),
        ("token", string("The token to use for authorization to Bitbucket Server")),
    ]
}
