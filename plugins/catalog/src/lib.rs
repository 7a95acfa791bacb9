//! The software catalog: ingestion, stitching, the index and the API.

pub mod analyze;
pub mod catalog;
pub mod changes;
pub mod config;
mod db;
mod engine;
pub mod error;
mod follow;
mod groups;
mod http;
mod in_process;
pub mod locations;
mod metrics;
mod mutation;
mod orphans;
pub mod processing;
pub mod provider;
mod query;
mod refresh;
pub mod rules;
mod signals;
mod stitch;
pub mod unprocessed;
mod users;
pub mod validate;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::access::Routes;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::permission::PermissionIntegration;
use callboard_kit::plugin::{Plugin, Services};
use callboard_scm::Integrations;
use callboard_store::Database;
use tokio_util::sync::CancellationToken;

use crate::http::{Api, Streams};

pub use catalog::Catalog;
pub use error::CatalogError;

/// The catalog as a plugin of the server.
#[derive(Clone)]
pub struct CatalogPlugin {
    catalog: Arc<Catalog>,
    /// Cancelled when the server stops; the routes are there before it starts.
    shutdown: CancellationToken,
    streams: Streams,
}

impl CatalogPlugin {
    /// Reads the configuration; touches nothing yet.
    ///
    /// # Errors
    /// When the configuration can't be used.
    pub fn new(
        services: Services,
        database: Database,
        integrations: Arc<Integrations>,
    ) -> Result<Self, CatalogError> {
        Ok(Self::over(Arc::new(Catalog::new(services, database, integrations)?)))
    }

    /// The plugin over a catalog that has been made already.
    pub fn over(catalog: Arc<Catalog>) -> Self {
        Self { catalog, shutdown: CancellationToken::new(), streams: Streams::default() }
    }

    /// The catalog without HTTP.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }
}

#[async_trait]
impl Plugin for CatalogPlugin {
    fn id(&self) -> &'static str {
        "catalog"
    }

    fn routes(&self) -> Routes {
        crate::http::routes(Api {
            catalog: self.catalog.clone(),
            shutdown: Arc::new(self.shutdown.clone()),
            streams: self.streams.clone(),
        })
    }

    fn openapi(&self) -> Option<serde_json::Value> {
        crate::http::document()
    }

    fn permissions(&self) -> Option<Arc<dyn PermissionIntegration>> {
        Some(self.catalog.clone())
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        let (stops, shutdown) = (lifecycle.shutdown(), self.shutdown.clone());
        lifecycle.spawn(async move {
            stops.cancelled().await;
            shutdown.cancel();
        });
        self.catalog.start(lifecycle).await.map_err(|error| match &error {
            // The operator reads this at start; what can be put right there must be said there.
            CatalogError::Config(_) | CatalogError::Setting(_) => ApiError::input(error.to_string()),
            _ => ApiError::internal(&error),
        })
    }
}
