//! The plugin as the server sees it.

use async_trait::async_trait;
use callboard_kit::access::Routes;
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::{Plugin, Services};
use callboard_store::Database;

use crate::routes;
use crate::storage::Storage;

/// `/api/user-settings`
#[derive(Debug, Clone)]
pub struct UserSettingsPlugin {
    storage: Storage,
    events: EventBus,
}

impl UserSettingsPlugin {
    /// The settings in this database. Changes go to the `signals` topic of the event bus.
    pub fn new(services: Services, database: Database) -> Self {
        Self { storage: Storage::new(database), events: services.events }
    }
}

#[async_trait]
impl Plugin for UserSettingsPlugin {
    fn id(&self) -> &'static str {
        "user-settings"
    }

    fn routes(&self) -> Routes {
        routes::routes(&self.storage, &self.events)
    }

    async fn start(&self, _lifecycle: &Lifecycle) -> Result<(), ApiError> {
        Ok(self.storage.migrate().await?)
    }
}
