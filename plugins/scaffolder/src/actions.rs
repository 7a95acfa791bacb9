//! The built-in actions: a list that can be read.

mod catalog_fetch;
mod catalog_register;
mod catalog_write;
mod debug_log;
mod debug_wait;
mod files;
mod gitea;
mod github;
mod hosts;
mod notification_send;

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use callboard_kit::catalog::CatalogApi;
use callboard_kit::error::ApiError;
use callboard_kit::notifications::NotificationSender;
use callboard_kit::plugin::Services;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;

use crate::action::{Action, ActionError};
use hosts::Hosts;

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

/// All built-in actions.
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
    actions.extend(files::all(&services.urls, &own.integrations));
    actions.extend(on_hosts(&services.config, &own.integrations, &own.egress)?);
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
    actions.extend(gitea::all(&hosts));
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
