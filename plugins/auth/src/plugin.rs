//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::access::Routes;
use callboard_kit::audit::AuditLog;
use callboard_kit::error::ApiError;
use callboard_kit::identity::UserDirectory;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::{Plugin, Services};
use callboard_scm::egress::Egress;

use crate::clients::Clients;
use crate::error::AuthError;
use crate::oauth::{self, Environments, Parts};
use crate::routes;
use crate::service::AuthService;

/// `/api/auth`
#[derive(Clone)]
pub struct AuthPlugin {
    config: Arc<Config>,
    auth: Arc<AuthService>,
    audit: Arc<dyn AuditLog>,
    users: Option<Arc<dyn UserDirectory>>,
    environments: Option<Arc<Environments>>,
}

impl AuthPlugin {
    /// The plugin over the service that verifies tokens for all others. It knows no OAuth providers until
    /// [`Self::with_oauth`].
    pub fn new(services: Services, auth: Arc<AuthService>) -> Self {
        Self { config: services.config, auth, audit: services.audit, users: None, environments: None }
    }

    /// Lets people sign in with the OAuth providers of `auth.providers`, which are asked through the guarded client.
    /// `stand_in` is the URL of a server that a test puts in the place of providers at fixed addresses; such an address
    /// becomes the path there.
    ///
    /// # Errors
    /// A provider's section can't be used. On a developer's machine that provider is left out instead.
    pub fn with_oauth(mut self, egress: Egress, stand_in: Option<String>) -> Result<Self, AuthError> {
        let environments = Environments::read(&Parts {
            config: &self.config,
            base_url: &self.auth.settings.issuer,
            database: self.auth.database.clone(),
            egress,
            development: self.auth.development,
            stand_in,
        })?;
        self.environments = Some(Arc::new(environments));
        Ok(self)
    }

    /// Lets sign-in ask the catalog what a user owns. Without it a user owns what the provider's configuration says.
    pub fn with_users(mut self, users: Arc<dyn UserDirectory>) -> Self {
        self.users = Some(users);
        self
    }

    fn clients(&self) -> Clients {
        Clients::new(&self.auth, &self.audit, self.users.as_ref())
    }
}

#[async_trait]
impl Plugin for AuthPlugin {
    fn id(&self) -> &'static str {
        "auth"
    }

    fn routes(&self) -> Routes {
        let routes = routes::routes(&self.auth, &self.audit, self.users.as_ref(), &self.clients());
        let Some(environments) = &self.environments else { return routes };
        let context = oauth::Context {
            environments: environments.clone(),
            auth: self.auth.clone(),
            audit: self.audit.clone(),
            users: self.users.clone(),
        };
        let configured = self.config.keys("auth.providers");
        oauth::add_options(oauth::add_routes(routes, &context), &context, &configured)
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        self.auth.migrate().await?;
        let database = &self.auth.database;
        database.migrate(oauth::MIGRATIONS_OF, &[oauth::MIGRATION]).await.map_err(AuthError::from)?;
        self.clients().clean_up(lifecycle);
        Ok(())
    }
}

impl std::fmt::Debug for AuthPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthPlugin").field("auth", &self.auth).finish_non_exhaustive()
    }
}
