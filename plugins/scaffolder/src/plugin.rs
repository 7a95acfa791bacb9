//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::access::Routes;
use callboard_kit::catalog::CatalogApi;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::notifications::NotificationSender;
use callboard_kit::permission::PermissionIntegration;
use callboard_kit::plugin::{Plugin, Services};
use callboard_kit::user_info::{RoleSource, UserInfoSource};
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;
use callboard_store::Database;
use tokio_util::sync::CancellationToken;

use crate::action::{Action, ActionRegistry};
use crate::actions::{self, ActionServices};
use crate::autocomplete::AutocompleteProvider;
use crate::core::{Core, Parts};
use crate::db::MIGRATIONS;
use crate::error::ScaffolderError;
use crate::http::Api;
use crate::permissions::ScaffolderPermissions;
use crate::run::Renderer;
use crate::worker::Worker;

/// What the scaffolder works with, beside the services of every plugin.
#[derive(Clone)]
pub struct ScaffolderParts {
    /// Where tasks are stored.
    pub database: Database,
    /// The configured source hosts.
    pub integrations: Arc<Integrations>,
    /// The guarded client.
    pub egress: Egress,
    /// The catalog.
    pub catalog: Arc<dyn CatalogApi>,
    /// What users own, for approvals.
    pub users: Arc<dyn UserInfoSource>,
    /// Which roles users have, for approvals.
    pub roles: Arc<dyn RoleSource>,
    /// Sends notifications; `None` while no plugin does.
    pub notifications: Option<Arc<dyn NotificationSender>>,
    /// Actions beside the built-in ones; one with the id of a built-in action replaces it.
    pub actions: Vec<Arc<dyn Action>>,
    /// Completion for pickers.
    pub autocomplete: Vec<Arc<dyn AutocompleteProvider>>,
}

/// `/api/scaffolder`
#[derive(Clone)]
pub struct ScaffolderPlugin {
    core: Arc<Core>,
    /// Cancelled when the server stops; the routes are there before it starts.
    shutdown: CancellationToken,
}

impl ScaffolderPlugin {
    /// Reads the configuration; touches nothing yet.
    ///
    /// # Errors
    /// When the configuration can't be used.
    pub fn new(services: Services, parts: ScaffolderParts) -> Result<Self, ScaffolderError> {
        let own = ActionServices {
            integrations: parts.integrations.clone(),
            egress: parts.egress,
            catalog: parts.catalog.clone(),
            notifications: parts.notifications,
        };
        let actions = actions::all(&services, &own)?.into_iter().chain(parts.actions);
        let core = Core::new(Parts {
            registry: ActionRegistry::new(actions),
            renderer: Renderer::new(&parts.integrations),
            services,
            database: parts.database,
            catalog: parts.catalog,
            users: parts.users,
            roles: parts.roles,
            autocomplete: parts.autocomplete,
        })?;
        Ok(Self { core: Arc::new(core), shutdown: CancellationToken::new() })
    }
}

#[async_trait]
impl Plugin for ScaffolderPlugin {
    fn id(&self) -> &'static str {
        "scaffolder"
    }

    fn routes(&self) -> Routes {
        crate::http::routes(Api { core: self.core.clone(), shutdown: Arc::new(self.shutdown.clone()) })
    }

    fn openapi(&self) -> Option<serde_json::Value> {
        crate::http::document()
    }

    fn permissions(&self) -> Option<Arc<dyn PermissionIntegration>> {
        Some(Arc::new(ScaffolderPermissions(self.core.database.clone())))
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        self.core.database.migrate("scaffolder", MIGRATIONS).await.map_err(ScaffolderError::from)?;
        self.core.vault().await?;
        let (stops, shutdown) = (lifecycle.shutdown(), self.shutdown.clone());
        lifecycle.spawn(async move {
            stops.cancelled().await;
            shutdown.cancel();
        });
        Worker::start(self.core.clone(), lifecycle);
        Ok(())
    }
}
