//! The catalog as other plugins use it on a caller's behalf. The `catalog` plugin implements it; what the caller may not
//! read or do there, it may not read or do through this either.

use async_trait::async_trait;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::error::ApiError;

/// Reading entities and registering locations.
#[async_trait]
pub trait CatalogApi: Send + Sync {
    /// The entities with these references (in any case), in their order; `None` for one that is not there or that the
    /// caller may not read.
    async fn entities(
        &self,
        entity_refs: &[String],
        credentials: &Credentials,
    ) -> Result<Vec<Option<Value>>, ApiError>;

    /// Registers a location.
    ///
    /// # Errors
    /// 409 if it is there already, 403 if the caller may not, 400 for a type that may not be registered.
    async fn add_location(&self, kind: &str, target: &str, credentials: &Credentials)
    -> Result<(), ApiError>;

    /// The entities that a location brings in, itself first. Stores nothing.
    ///
    /// # Errors
    /// What is wrong with them; 403 if the caller may not register locations.
    async fn preview_location(
        &self,
        kind: &str,
        target: &str,
        credentials: &Credentials,
    ) -> Result<Vec<Value>, ApiError>;
}
