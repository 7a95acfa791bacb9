//! The built-in actions: a list that can be read.

mod azure;
mod backstage_request;
mod bitbucket_cloud;
mod bitbucket_server;
mod catalog_fetch;
mod catalog_register;
mod catalog_write;
mod debug_log;
mod debug_wait;
mod files;
mod gerrit;
mod gitea;
mod github;
mod gitlab;
mod hosts;
mod notification_send;
mod own;

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use callboard_kit::catalog::CatalogApi;
use callboard_kit::error::ApiError;
use callboard_kit::notifications::NotificationSender;
use callboard_kit::plugin::Services;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;

use crate::action::{Action, ActionError};
use backstage_request::BackstageRequest;
use hosts::Hosts;

pub(crate) use hosts::path as api_path;

/// What built-in actions work with.
#[derive(Clone)]
pub struct ActionServices {
    /// The configured source hosts.
    pub integrations: Arc<Integrations>,
    /// The guarded client.
    pub egress: Egress,
    /// The catalog, asked on the behalf of whoever created the task.
    pub catalog: Arc<dyn CatalogApi>,
    /// Sends notifications; `None` while no plugin does.
    pub notifications: Option<Arc<dyn NotificationSender>>,
}

/// All actions: the built-in ones, and those that the configuration declares.
///
/// # Errors
/// A value of the configuration that an action needs can't be used.
pub fn all(services: &Services, own: &ActionServices) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let mut actions: Vec<Arc<dyn Action>> = vec![
        Arc::new(catalog_fetch::CatalogFetch::new(own.catalog.clone())),
        Arc::new(catalog_register::CatalogRegister::new(own.catalog.clone(), own.integrations.clone())),
        Arc::new(catalog_write::CatalogWrite::new()),
        Arc::new(debug_log::DebugLog::new()),
        Arc::new(debug_wait::DebugWait::new()),
        Arc::new(notification_send::NotificationSend::new(own.notifications.clone())),
    ];
    actions.extend(files::all(&services.urls, &own.integrations, &services.config)?);
    actions.extend(on_hosts(&services.config, &own.integrations, &own.egress)?);
    let taken: Vec<&str> = actions.iter().map(|action| action.spec().id).collect();
    actions.extend(calling(services, &own.egress, &taken)?);
    Ok(actions)
}

/// Those that work at source hosts.
///
/// # Errors
/// A value of the configuration that they need can't be used.
pub fn on_hosts(
    config: &Config,
    integrations: &Arc<Integrations>,
    egress: &Egress,
) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let hosts = Arc::new(Hosts::new(integrations.clone(), egress.clone(), config)?);
    let mut actions = Vec::new();
    actions.extend(github::all(&hosts));
    actions.extend(gitlab::all(&hosts));
    actions.extend(bitbucket_cloud::all(&hosts));
    actions.extend(bitbucket_server::all(&hosts));
    actions.extend(azure::all(&hosts));
    actions.extend(gitea::all(&hosts));
    actions.extend(gerrit::all(&hosts));
    Ok(actions)
}

/// Those that call something else: a plugin of this portal, or what the configuration declares (`scaffolder.actions`),
/// whose ids may not be among `taken`.
///
/// # Errors
/// A declaration that can't work, with its place in the configuration.
pub fn calling(
    services: &Services,
    egress: &Egress,
    taken: &[&str],
) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let request = BackstageRequest::action(services, egress)?;
    let taken: Vec<&str> = taken.iter().copied().chain([request.spec().id]).collect();
    let mut actions = own::all(&services.config, egress, &taken)?;
    actions.push(request);
    Ok(actions)
}

/// What another plugin answered, as the failure of a step.
fn answered(error: &ApiError) -> ActionError {
    let message = error.message.clone();
    match error.status.as_u16() {
        400 => ActionError::Input(message),
        401 | 403 => ActionError::NotAllowed(message),
        404 => ActionError::NotFound(message),
        409 => ActionError::Conflict(message),
        _ => ActionError::Failed(message),
    }
}
