//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::routing::get;
use callboard_audit::{AuditSettings, AuditStore};
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::Severity;
use callboard_kit::audit::route::Audited;
use callboard_kit::changes::EntityChanges;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::permission::{PermissionIntegration, add_permission_routes};
use callboard_kit::plugin::{Plugin, Services};
use callboard_store::Database;
use http::Method;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::permissions::{AuditPermissions, EVENT_READ};
use crate::{events, facets, ingestion, stream};

static READ: Audited = Audited::change("event-fetch", &[]);

/// `/api/audit`
#[derive(Clone)]
pub struct AuditPlugin {
    api: Api,
    database: Database,
    newest: Arc<watch::Sender<i64>>,
    changes: Option<Arc<dyn EntityChanges>>,
}

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) services: Services,
    pub(crate) store: AuditStore,
    /// The newest event that is known of, and a wake-up with each that follows.
    pub(crate) newest: watch::Receiver<i64>,
    /// Cancelled when the server stops, so that streams end.
    pub(crate) shutdown: CancellationToken,
}

impl AuditPlugin {
    /// The plugin over the table in this database, which the audit log of the server fills.
    pub fn new(services: Services, database: Database) -> Self {
        let (sender, newest) = watch::channel(0);
        let store = AuditStore::new(database.clone());
        let api = Api { services, store, newest, shutdown: CancellationToken::new() };
        Self { api, database, newest: Arc::new(sender), changes: None }
    }

    /// Also records what ingestion changes, where somebody takes events of low severity.
    pub fn with_changes(mut self, changes: Arc<dyn EntityChanges>) -> Self {
        self.changes = Some(changes);
        self
    }
}

#[async_trait]
impl Plugin for AuditPlugin {
    fn id(&self) -> &'static str {
        "audit"
    }

    fn routes(&self) -> Routes {
        let (read, api) = (Access::Permission(EVENT_READ.name), || self.api.clone());
        add_permission_routes(Routes::new(), Arc::new(AuditPermissions))
            .add_audited(Method::GET, "/events", read, Some(&READ), get(events::list).with_state(api()))
            .add(Method::GET, "/facets", read, get(facets::list).with_state(api()))
    }

    fn permissions(&self) -> Option<Arc<dyn PermissionIntegration>> {
        Some(Arc::new(AuditPermissions))
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        let internal = |error: callboard_store::StoreError| ApiError::internal(&error);
        let settings = AuditSettings::read(&self.api.services.config)
            .map_err(|error| ApiError::input(error.to_string()))?;
        let store = &self.api.store;
        store.migrate().await.map_err(internal)?;
        self.newest.send_replace(store.newest().await.map_err(internal)?);
        let (stops, shutdown) = (lifecycle.shutdown(), self.api.shutdown.clone());
        lifecycle.spawn(async move {
            stops.cancelled().await;
            shutdown.cancel();
        });
        let (age, number) = settings.bounds();
        lifecycle.spawn(store.clone().keep_trimmed(age, number, lifecycle.shutdown()));
        lifecycle.spawn(stream::listen(
            self.database.clone(),
            store.clone(),
            self.newest.clone(),
            lifecycle.shutdown(),
        ));
        let audit = &self.api.services.audit;
        if let Some(changes) = self.changes.clone().filter(|_| audit.wants(Severity::Low)) {
            lifecycle.spawn(ingestion::record(changes, store.clone(), audit.clone(), lifecycle.shutdown()));
        }
        Ok(())
    }
}

impl std::fmt::Debug for AuditPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditPlugin").field("store", &self.api.store).finish_non_exhaustive()
    }
}
