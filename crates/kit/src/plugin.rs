//! What a plugin must be, and what every plugin is given.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;

use crate::access::Routes;
use crate::audit::AuditLog;
use crate::auth::{Authenticator, TokenIssuer};
use crate::error::ApiError;
use crate::events::EventBus;
use crate::lifecycle::Lifecycle;
use crate::metrics::Metrics;
use crate::permission::{Authorizer, PermissionIntegration};
use crate::url_reader::UrlReader;

/// The services that every plugin of a server shares. Databases and other clients are handed to the plugin's own
/// constructor, because only some plugins need them.
#[derive(Clone)]
pub struct Services {
    /// The whole configuration; a plugin reads its own section.
    pub config: Arc<Config>,
    /// Verifies tokens.
    pub authenticator: Arc<dyn Authenticator>,
    /// Issues service tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Decides permissions.
    pub authorizer: Arc<dyn Authorizer>,
    /// Reads URLs through the guarded client.
    pub urls: Arc<dyn UrlReader>,
    /// Takes audit events.
    pub audit: Arc<dyn AuditLog>,
    /// Carries events between plugins.
    pub events: EventBus,
    /// Where metrics are registered.
    pub metrics: Metrics,
}

/// A capability behind `/api/<id>`.
#[async_trait]
pub trait Plugin: Send + Sync {
    /// The id that Backstage gives it.
    fn id(&self) -> &'static str;

    /// Its routes, each with who may call it.
    fn routes(&self) -> Routes;

    /// Its own OpenAPI document as JSON, served at `/openapi.json` below the mount.
    fn openapi(&self) -> Option<serde_json::Value> {
        None
    }

    /// Its permissions and rules, if it has any.
    fn permissions(&self) -> Option<Arc<dyn PermissionIntegration>> {
        None
    }

    /// Migrates, loads what must be there before the first request, and spawns background work on `lifecycle`.
    /// Readiness waits for it.
    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError>;
}
