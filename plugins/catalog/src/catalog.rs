//! The catalog as its HTTP routes see it: everything that can be asked and done, without HTTP.

use std::sync::Arc;

use callboard_index::Index;
use callboard_kit::changes::EntityChanges;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::Services;
use callboard_model::LocationRef;
use callboard_scm::Integrations;
use callboard_scm::file::FileReader;
use callboard_store::Database;
use parking_lot::RwLock;
use serde_json::Value;
use tokio::sync::watch;

use crate::changes::feed::ChangeFeed;
use crate::changes::retention::{self, Retention};
use crate::changes::{self, Change};
use crate::config::{CatalogConfig, LocationConflict, OrphanStrategy};
use crate::db::write::Committed;
use crate::db::{MIGRATIONS, refresh_state};
use crate::engine::{Committer, Engine, Load};
use crate::error::CatalogError;
use crate::follow::Follower;
use crate::locations::{self, Location, LocationStore, Registered};
use crate::metrics::CatalogMetrics;
use crate::orphans;
use crate::processing::{DryRunError, Orchestrator, dry_run};
use crate::provider::config_locations::{self, FileTargets};
use crate::provider::{self, Mutation};
use crate::refresh;
use crate::signals::Signals;
use crate::stitch::Stitcher;
use crate::unprocessed::{self, UnprocessedEntity, UnprocessedKind};

/// One catalog: its settings, its tables and its index.
pub struct Catalog {
    config: CatalogConfig,
    files: FileTargets,
    services: Services,
    database: Database,
    integrations: Arc<Integrations>,
    orchestrator: Arc<Orchestrator>,
    signals: Arc<Signals>,
    locations: LocationStore,
    metrics: CatalogMetrics,
}

impl Catalog {
    /// Reads the configuration; touches nothing yet.
    ///
    /// # Errors
    /// When the configuration can't be used.
    pub fn new(
        services: Services,
        database: Database,
        integrations: Arc<Integrations>,
    ) -> Result<Self, CatalogError> {
        let config = CatalogConfig::read(&services.config)?;
        Self::with_config(services, database, integrations, config)
    }

    /// As [`Self::new`], with settings that do not all come from the configuration.
    ///
    /// # Errors
    /// When the rules can't be used.
    pub fn with_config(
        services: Services,
        database: Database,
        integrations: Arc<Integrations>,
        config: CatalogConfig,
    ) -> Result<Self, CatalogError> {
        let files = FileTargets::new(&services.config);
        let section = services.config.get("catalog").unwrap_or(Value::Null);
        let resolve = |target: &str| files.resolve(target);
        let reader = FileReader::new(config.max_file_bytes);
        let orchestrator =
            Orchestrator::from_config(&section, &services.urls, &integrations, reader, &resolve)
                .map_err(|error| CatalogError::Setting(error.to_string()))?;
        let metrics = CatalogMetrics::register(&services.metrics);
        let follower = Arc::new(Follower::new(database.clone(), metrics.clone()));
        Ok(Self {
            locations: LocationStore { database: database.clone(), events: services.events.clone() },
            config,
            files,
            services,
            database,
            integrations,
            orchestrator: Arc::new(orchestrator),
            signals: Arc::new(Signals::new(follower)),
            metrics,
        })
    }

    /// Migrates, loads the index, applies the configured locations and spawns the background work.
    ///
    /// # Errors
    /// When the database can't be used or a configured location is malformed.
    pub async fn start(&self, lifecycle: &Lifecycle) -> Result<(), CatalogError> {
        self.database.migrate("catalog", MIGRATIONS).await?;
        self.signals.follower.load().await?;
        refresh_state::free_the_dead(&self.database).await?;
        provider::check_fingerprint(&self.database, &self.config.fingerprint).await?;
        let known = [config_locations::NAME, locations::NAME];
        let removed = provider::remove_unknown(&self.database, &known, self.config.orphan_providers).await?;
        self.signals.announce(removed).await;
        let mutation = config_locations::mutation(&self.config.locations, &self.files)?;
        self.mutate(config_locations::NAME, mutation).await?;
        self.spawn(lifecycle);
        Ok(())
    }

    fn spawn(&self, lifecycle: &Lifecycle) {
        let timing = self.config.timing;
        let shutdown = lifecycle.shutdown();
        let load = Arc::new(Load::default());
        lifecycle.spawn(self.signals.follower.clone().run(timing.poll, shutdown.clone()));
        let stitcher = Stitcher {
            database: self.database.clone(),
            signals: self.signals.clone(),
            metrics: self.metrics.clone(),
            timing,
            load: load.clone(),
        };
        lifecycle.spawn(stitcher.run(shutdown.clone()));
        if self.config.orphans == OrphanStrategy::Delete {
            let (database, signals) = (self.database.clone(), self.signals.clone());
            let grace = orphans::Grace {
                few_locations: timing.orphan_grace,
                many_locations: self.config.processing_interval.map_or(timing.orphan_grace, |i| i.max),
            };
            lifecycle.spawn(orphans::run(database, signals, grace, shutdown.clone()));
        }
        let retention =
            Retention { age: self.config.history_retention, changes: self.config.history_max_changes };
        lifecycle.spawn(retention::run(self.database.clone(), retention, shutdown.clone()));
        match self.config.processing_interval {
            None => {
                tracing::info!("catalog.processingInterval is false: this process does not process entities")
            }
            Some(interval) => {
                let committer = Committer {
                    database: self.database.clone(),
                    owner: uuid::Uuid::new_v4().to_string(),
                    interval,
                    events: self.services.events.clone(),
                    metrics: self.metrics.clone(),
                };
                let engine = Engine {
                    committer,
                    orchestrator: self.orchestrator.clone(),
                    signals: self.signals.clone(),
                    timing,
                    load,
                };
                lifecycle.spawn(engine.run(shutdown));
            }
        }
    }

    /// The settings.
    pub fn config(&self) -> &CatalogConfig {
        &self.config
    }

    /// The services of the server.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The source hosts.
    pub fn integrations(&self) -> &Arc<Integrations> {
        &self.integrations
    }

    /// What processes entities; for validating and dry runs.
    pub fn orchestrator(&self) -> &Arc<Orchestrator> {
        &self.orchestrator
    }

    /// Every final entity, to read from. Hold the lock briefly and never across an await.
    pub fn index(&self) -> Arc<RwLock<Index>> {
        self.signals.follower.index()
    }

    /// The registered locations, to read from.
    pub fn locations(&self) -> &LocationStore {
        &self.locations
    }

    /// Makes true what a provider says, and returns when this process sees it.
    ///
    /// # Errors
    /// When the database fails or an entity is not an object.
    pub async fn mutate(&self, provider: &str, mutation: Mutation) -> Result<(), CatalogError> {
        let committed = provider::apply(&self.database, &self.services.events, provider, mutation).await?;
        self.settle(committed).await
    }

    /// Registers a location.
    ///
    /// # Errors
    /// `Conflict` if it is there and `conflict` says to reject.
    pub async fn create_location(
        &self,
        location: &LocationRef,
        conflict: LocationConflict,
    ) -> Result<Registered, CatalogError> {
        let (registered, committed) = self.locations.create(location, conflict).await?;
        self.settle(committed).await?;
        Ok(registered)
    }

    /// Gives a location another type and target.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` if another location has this type and target.
    pub async fn update_location(&self, id: &str, location: &LocationRef) -> Result<Location, CatalogError> {
        let (location, committed) = self.locations.update(id, location).await?;
        self.settle(committed).await?;
        Ok(location)
    }

    /// Removes a location with everything that only it brought in.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_location(&self, id: &str) -> Result<Location, CatalogError> {
        let (location, committed) = self.locations.delete(id).await?;
        self.settle(committed).await?;
        Ok(location)
    }

    /// All entities that a location would bring in, itself first; stores nothing.
    ///
    /// # Errors
    /// What is wrong with them.
    pub async fn dry_run(&self, location: &LocationRef) -> Result<Vec<Value>, DryRunError> {
        dry_run(&self.orchestrator, location).await
    }

    /// Has an entity and the Locations above it processed now. Returns once that is certain, not once it is done.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn refresh(&self, entity_ref: &str) -> Result<(), CatalogError> {
        let committed = refresh::refresh(&self.database, entity_ref).await?;
        self.settle(committed).await
    }

    /// Has those entities processed now that depend on one of these keys (`url:…`, `file:…`).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_by_keys(&self, keys: &[String]) -> Result<(), CatalogError> {
        let committed = provider::refresh_by_keys(&self.database, keys).await?;
        self.settle(committed).await
    }

    /// Removes an entity by its uid, and answers its reference. It comes back if its description is still there.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_entity(&self, entity_id: &str) -> Result<String, CatalogError> {
        let (entity_ref, committed) = refresh::remove_by_id(&self.database, entity_id).await?;
        self.settle(committed).await?;
        Ok(entity_ref)
    }

    /// Pairs of an entity and one that emitted it, for those of `refs` that have one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn parents(&self, refs: &[String]) -> Result<Vec<(String, String)>, CatalogError> {
        refresh::parents(&self.database, refs).await
    }

    /// Entities that failed or wait for their first run, at most [`unprocessed::MAX_UNPROCESSED`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unprocessed(&self, kind: UnprocessedKind) -> Result<Vec<UnprocessedEntity>, CatalogError> {
        unprocessed::list(&self.database, kind).await
    }

    /// The changes after a number, oldest first, at most [`changes::MAX_PAGE`].
    ///
    /// # Errors
    /// `Gone` if changes in between are no longer kept.
    pub async fn changes_after(&self, sequence: i64, limit: usize) -> Result<Vec<Change>, CatalogError> {
        changes::after(&self.database, sequence, limit).await
    }

    /// The changes of an entity, newest first, from before a number if one is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(
        &self,
        entity_ref: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Change>, CatalogError> {
        changes::history(&self.database, entity_ref, before, limit).await
    }

    /// The oldest change kept and the newest one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_bounds(&self) -> Result<(i64, i64), CatalogError> {
        Ok(changes::bounds(&self.database).await?)
    }

    /// Grows with every change of a user or group that the index has applied.
    pub(crate) fn people_version(&self) -> u64 {
        self.signals.follower.people_version()
    }

    /// Builds the index from what the database holds now, and nothing more: for commands that look and change nothing.
    ///
    /// # Errors
    /// When the database fails or has no catalog.
    pub async fn load_index(&self) -> Result<(), CatalogError> {
        self.signals.follower.load().await
    }

    /// What changed, for other plugins.
    pub fn change_feed(&self) -> Arc<dyn EntityChanges> {
        Arc::new(ChangeFeed(self.database.clone()))
    }

    /// The last change that the index holds, and a wake-up with each that follows.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.signals.follower.subscribe()
    }

    /// Brings the index up to what is committed by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catch_up(&self) -> Result<(), CatalogError> {
        self.signals.follower.catch_up().await
    }

    async fn settle(&self, committed: Committed) -> Result<(), CatalogError> {
        let last = committed.last;
        self.signals.announce(committed).await;
        self.signals.follower.wait_for(last).await
    }
}
