//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::access::Routes;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::permission::PermissionIntegration;
use callboard_kit::plugin::{Plugin, Services};

use crate::error::RbacError;
use crate::http::{self, Api};
use crate::integration::PolicyEntities;
use crate::service::PermissionService;

/// `/api/permission`
#[derive(Clone)]
pub struct PermissionPlugin {
    service: Arc<PermissionService>,
    services: Services,
}

impl PermissionPlugin {
    /// The plugin over the service that decides for all others.
    pub fn new(services: Services, service: Arc<PermissionService>) -> Self {
        Self { service, services }
    }
}

#[async_trait]
impl Plugin for PermissionPlugin {
    fn id(&self) -> &'static str {
        "permission"
    }

    fn routes(&self) -> Routes {
        let audit = self.services.audit.clone();
        http::routes(Api { service: self.service.clone(), audit }, self.permissions())
    }

    fn permissions(&self) -> Option<Arc<dyn PermissionIntegration>> {
        let service = self.service.clone();
        self.service.is_rbac().then(|| Arc::new(PolicyEntities(service)) as Arc<dyn PermissionIntegration>)
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        self.service.start(lifecycle).await.map_err(|error| match &error {
            // The operator reads this at start; what can be put right there must be said there.
            RbacError::File { .. } | RbacError::Config(_) => ApiError::input(error.to_string()),
            _ => ApiError::internal(&error),
        })
    }
}

impl std::fmt::Debug for PermissionPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PermissionPlugin").finish_non_exhaustive()
    }
}
