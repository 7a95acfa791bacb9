//! The built-in actions: a list that can be read.

mod azure;
mod backstage_request;
mod bitbucket_cloud;
mod bitbucket_server;
mod gerrit;
mod gitea;
mod github;
mod gitlab;
mod hosts;
mod own;

use std::sync::Arc;

use callboard_config::ConfigError;
use callboard_kit::plugin::Services;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;

use crate::action::Action;
use backstage_request::BackstageRequest;
use hosts::Hosts;

pub(crate) use hosts::path as api_path;

/// What built-in actions work with.
#[derive(Debug, Clone)]
pub struct ActionServices {
    /// The configured source hosts.
    pub integrations: Arc<Integrations>,
    /// The guarded client.
    pub egress: Egress,
}

/// All actions: the built-in ones, and those that the configuration declares.
///
/// # Errors
/// A value of the configuration that an action needs can't be used.
pub fn all(services: &Services, own: &ActionServices) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let hosts = Arc::new(Hosts::new(own.integrations.clone(), own.egress.clone(), &services.config)?);
    let mut actions = Vec::new();
    actions.extend(github::all(&hosts));
    actions.extend(gitlab::all(&hosts));
    actions.extend(bitbucket_cloud::all(&hosts));
    actions.extend(bitbucket_server::all(&hosts));
    actions.extend(azure::all(&hosts));
    actions.extend(gitea::all(&hosts));
    actions.extend(gerrit::all(&hosts));
    actions.push(BackstageRequest::new(services, &own.egress)?);
    let taken: Vec<&str> = actions.iter().map(|action| action.spec().id).collect();
    let declared = own::all(&services.config, &own.egress, &taken)?;
    actions.extend(declared);
    Ok(actions)
}
