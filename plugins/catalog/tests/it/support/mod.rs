//! A catalog under test: real databases, real processing, and a source host that is a map in memory.

mod host;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::AllowAll;
use callboard_kit::plugin::Services;
use callboard_model::LocationRef;
use callboard_plugin_catalog::Catalog;
use callboard_plugin_catalog::config::{CatalogConfig, LocationConflict, Timing};
use callboard_plugin_catalog::locations::{Location, Registered};
use callboard_scm::Integrations;
use callboard_store::Database;
pub(crate) use callboard_testkit::{TestDatabase, eventually, for_each_database};
use serde_json::{Value, json};

pub(crate) use host::FakeHost;

/// One process: a catalog that runs.
pub(crate) struct Process {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) events: EventBus,
    lifecycle: Lifecycle,
}

/// Short periods, so that nobody waits.
pub(crate) fn quick() -> Timing {
    Timing {
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(50),
        orphan_grace: Duration::from_millis(100),
        stitch_delay: Duration::from_millis(200),
    }
}

impl Process {
    /// Starts with the defaults and all kinds allowed.
    pub(crate) async fn start(database: &Database, host: &FakeHost) -> Self {
        Self::start_with(database, host, json!({}), quick()).await
    }

    /// Starts with members of the `catalog` section.
    pub(crate) async fn start_with(
        database: &Database,
        host: &FakeHost,
        section: Value,
        timing: Timing,
    ) -> Self {
        let (catalog, events) = catalog(database, host, section, timing);
        let lifecycle = Lifecycle::default();
        catalog.start(&lifecycle).await.expect("the catalog starts");
        Self { catalog, events, lifecycle }
    }

    /// Stops as a server does that is told to.
    pub(crate) async fn stop(self) {
        self.lifecycle.stop().await;
    }

    /// Registers a URL.
    pub(crate) async fn register(&self, url: &str) -> Location {
        let location = LocationRef::new("url", url).expect("a location");
        match self.catalog.create_location(&location, LocationConflict::Reject).await {
            Ok(Registered::Created(location) | Registered::Refreshed(location)) => location,
            Err(error) => panic!("{url} can't be registered: {error}"),
        }
    }

    /// The entity as it is served.
    pub(crate) fn entity(&self, entity_ref: &str) -> Option<Value> {
        let index = self.catalog.index();
        let index = index.read();
        let slot = index.by_ref(entity_ref)?;
        Some(serde_json::from_slice(&index.bytes(slot)).expect("JSON"))
    }

    pub(crate) fn description(&self, entity_ref: &str) -> Option<String> {
        self.entity(entity_ref)?["metadata"]["description"].as_str().map(str::to_owned)
    }

    pub(crate) fn uid(&self, entity_ref: &str) -> String {
        let entity = self.entity(entity_ref).expect("an entity");
        entity["metadata"]["uid"].as_str().expect("a uid").to_owned()
    }

    pub(crate) fn count(&self) -> u64 {
        self.catalog.index().read().len()
    }

    pub(crate) async fn appears(&self, entity_ref: &str) {
        eventually(&format!("{entity_ref} appears"), async || self.entity(entity_ref).is_some()).await;
    }

    pub(crate) async fn vanishes(&self, entity_ref: &str) {
        eventually(&format!("{entity_ref} vanishes"), async || self.entity(entity_ref).is_none()).await;
    }

    pub(crate) async fn is_described(&self, entity_ref: &str, description: &str) {
        eventually(&format!("{entity_ref} is {description}"), async || {
            self.description(entity_ref).as_deref() == Some(description)
        })
        .await;
    }

    /// Has a location read again, and returns when it has been.
    pub(crate) async fn reread(&self, location: &Location, host: &FakeHost) {
        let before = host.reads(&location.target);
        self.catalog.refresh(&location.entity_ref).await.expect("a refresh");
        eventually("the location is read again", async || host.reads(&location.target) > before).await;
    }
}

/// A catalog that has not started.
pub(crate) fn catalog(
    database: &Database,
    host: &FakeHost,
    section: Value,
    timing: Timing,
) -> (Arc<Catalog>, EventBus) {
    let mut catalog = json!({"rules": [{"allow": [
        "Component", "API", "Location", "Group", "User", "System", "Domain", "Resource"]}]});
    for (key, value) in section.as_object().expect("members of the section") {
        catalog[key] = value.clone();
    }
    let config = Arc::new(Config::from_value(json!({"catalog": catalog})));
    let integrations = Arc::new(Integrations::from_config(&config).expect("integrations"));
    let events = EventBus::default();
    let services = Services {
        config: config.clone(),
        authenticator: Arc::new(Nobody),
        tokens: Arc::new(Nobody),
        authorizer: Arc::new(AllowAll),
        urls: Arc::new(host.clone()),
        audit: Arc::new(LogAudit),
        events: events.clone(),
        metrics: Metrics::default(),
    };
    let mut settings = CatalogConfig::read(&config).expect("a catalog section");
    settings.timing = timing;
    let catalog = Catalog::with_config(services, database.clone(), integrations, settings);
    (Arc::new(catalog.expect("a catalog")), events)
}

/// A component as YAML.
pub(crate) fn component(name: &str, description: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  \
         description: {description}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}

/// A Location entity with one target.
pub(crate) fn location(name: &str, target: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  type: url\n  \
         target: {target}\n"
    )
}

/// Several documents in one file.
pub(crate) fn documents(parts: &[String]) -> String {
    parts.join("---\n")
}

/// A file in a directory.
pub(crate) fn write(directory: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// No one is ever asked who they are here.
struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(&self, _token: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("not in this test"))
    }

    async fn authenticate_cookie(&self, _cookie: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("not in this test"))
    }
}

#[async_trait]
impl TokenIssuer for Nobody {
    async fn plugin_token(&self, _from: &str, _to: &str, _by: &Credentials) -> Result<String, ApiError> {
        Err(ApiError::authentication("not in this test"))
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<Value, ApiError> {
        Ok(json!({"keys": []}))
    }
}
