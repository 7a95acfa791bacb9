//! The built-in actions: a list that can be read.

mod gitea;
mod github;
mod hosts;

use std::sync::Arc;

use callboard_config::ConfigError;
use callboard_kit::plugin::Services;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;

use crate::action::Action;
use hosts::Hosts;

/// What built-in actions work with.
#[derive(Debug, Clone)]
pub struct ActionServices {
    /// The configured source hosts.
    pub integrations: Arc<Integrations>,
    /// The guarded client.
    pub egress: Egress,
}

/// All built-in actions.
///
/// # Errors
/// A value of the configuration that an action needs can't be used.
pub fn all(services: &Services, own: &ActionServices) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let hosts = Arc::new(Hosts::new(own.integrations.clone(), own.egress.clone(), &services.config)?);
    let mut actions = Vec::new();
    actions.extend(github::all(&hosts));
    actions.extend(gitea::all(&hosts));
    Ok(actions)
}
