//! What routes and workers share.

use std::path::PathBuf;
use std::sync::Arc;

use callboard_kit::catalog::CatalogApi;
use callboard_kit::plugin::Services;
use callboard_kit::user_info::{RoleSource, UserInfoSource};
use callboard_store::Database;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::sync::{OnceCell, Semaphore};

use crate::action::ActionRegistry;
use crate::autocomplete::AutocompleteProvider;
use crate::config::ScaffolderConfig;
use crate::db::keys;
use crate::db::tasks::Status;
use crate::error::ScaffolderError;
use crate::follow::Followers;
use crate::metrics::ScaffolderMetrics;
use crate::run::Renderer;
use crate::secrets::Vault;
use crate::template::source::TemplateSource;

/// Dry runs at the same time: each holds its files in memory.
const DRY_RUNS: usize = 8;

/// The scaffolder without HTTP.
pub(crate) struct Core {
    pub(crate) config: Arc<ScaffolderConfig>,
    pub(crate) services: Services,
    pub(crate) database: Database,
    pub(crate) registry: Arc<ActionRegistry>,
    pub(crate) renderer: Arc<Renderer>,
    pub(crate) templates: TemplateSource,
    pub(crate) users: Arc<dyn UserInfoSource>,
    pub(crate) roles: Arc<dyn RoleSource>,
    pub(crate) autocomplete: Vec<Arc<dyn AutocompleteProvider>>,
    pub(crate) metrics: ScaffolderMetrics,
    pub(crate) followers: Followers,
    pub(crate) dry_runs: Semaphore,
    vault: OnceCell<Vault>,
}

/// The parts of a [`Core`] that come from elsewhere.
pub(crate) struct Parts {
    pub(crate) services: Services,
    pub(crate) database: Database,
    pub(crate) registry: ActionRegistry,
    pub(crate) renderer: Renderer,
    pub(crate) catalog: Arc<dyn CatalogApi>,
    pub(crate) users: Arc<dyn UserInfoSource>,
    pub(crate) roles: Arc<dyn RoleSource>,
    pub(crate) autocomplete: Vec<Arc<dyn AutocompleteProvider>>,
}

impl Core {
    pub(crate) fn new(parts: Parts) -> Result<Self, ScaffolderError> {
        Ok(Self {
            config: Arc::new(ScaffolderConfig::read(&parts.services.config)?),
            metrics: ScaffolderMetrics::register(&parts.services.metrics),
            services: parts.services,
            database: parts.database,
            registry: Arc::new(parts.registry),
            renderer: Arc::new(parts.renderer),
            templates: TemplateSource::new(parts.catalog),
            users: parts.users,
            roles: parts.roles,
            autocomplete: parts.autocomplete,
            followers: Followers::default(),
            dry_runs: Semaphore::new(DRY_RUNS),
            vault: OnceCell::new(),
        })
    }

    /// What encrypts: `scaffolder.secretsKey`, or a key that the database keeps.
    pub(crate) async fn vault(&self) -> Result<&Vault, ScaffolderError> {
        self.vault
            .get_or_try_init(|| async {
                match &self.config.secrets_key {
                    Some(key) => Ok(Vault::new(key.expose_secret().as_bytes())),
                    None => Ok(Vault::new(&keys::shared(&self.database).await?)),
                }
            })
            .await
    }

    /// Where the workspaces are.
    pub(crate) fn workspaces(&self) -> PathBuf {
        self.config.working_directory.clone()
    }

    /// The secrets of `scaffolder.defaultEnvironment`, which no text may hold either.
    pub(crate) fn environment_secrets(&self) -> Vec<String> {
        self.config.environment.secrets.iter().map(|(_, secret)| secret.expose_secret().to_owned()).collect()
    }

    /// Tells other plugins of a change of state.
    pub(crate) fn announce(&self, task_id: &str, status: Status) {
        self.services.events.publish("scaffolder.task", json!({"id": task_id, "status": status.as_str()}));
    }
}
