//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::access::Routes;
use callboard_kit::audit::AuditLog;
use callboard_kit::error::ApiError;
use callboard_kit::identity::UserDirectory;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::{Plugin, Services};

use crate::clients::Clients;
use crate::routes;
use crate::service::AuthService;

/// `/api/auth`
#[derive(Clone)]
pub struct AuthPlugin {
    auth: Arc<AuthService>,
    audit: Arc<dyn AuditLog>,
    users: Option<Arc<dyn UserDirectory>>,
}

impl AuthPlugin {
    /// The plugin over the service that verifies tokens for all others.
    pub fn new(services: Services, auth: Arc<AuthService>) -> Self {
        Self { auth, audit: services.audit, users: None }
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
        routes::routes(&self.auth, &self.audit, self.users.as_ref(), &self.clients())
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        self.auth.migrate().await?;
        self.clients().clean_up(lifecycle);
        Ok(())
    }
}

impl std::fmt::Debug for AuthPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthPlugin").field("auth", &self.auth).finish_non_exhaustive()
    }
}
