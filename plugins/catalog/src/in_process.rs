//! The catalog for other plugins of this process: the same questions and the same permissions as over HTTP.

use async_trait::async_trait;
use callboard_kit::catalog::CatalogApi;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_model::LocationRef;
use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::config::LocationConflict;
use crate::query::access;
use crate::query::permissions::{ENTITY_READ, LOCATION_CREATE};

#[async_trait]
impl CatalogApi for Catalog {
    async fn entities(
        &self,
        entity_refs: &[String],
        credentials: &Credentials,
    ) -> Result<Vec<Option<Value>>, ApiError> {
        let filter =
            access::allowed(self.services().authorizer.as_ref(), ENTITY_READ, credentials).await?.filter();
        let found: Vec<_> = {
            let index = self.index();
            let index = index.read();
            let bytes = |entity_ref: &String| {
                let slot = index.by_ref(&entity_ref.to_lowercase());
                slot.filter(|slot| index.slot_matches(*slot, &filter)).map(|slot| index.bytes(slot))
            };
            entity_refs.iter().map(bytes).collect()
        };
        let parse = |bytes: Option<bytes::Bytes>| {
            bytes
                .map(|bytes| serde_json::from_slice(&bytes))
                .transpose()
                .map_err(|error| ApiError::internal(&error))
        };
        found.into_iter().map(parse).collect()
    }

    async fn add_location(
        &self,
        kind: &str,
        target: &str,
        credentials: &Credentials,
    ) -> Result<(), ApiError> {
        if self.config().readonly {
            return Err(ApiError::not_allowed("This operation not allowed in readonly mode"));
        }
        let location = self.registrable(kind, target, credentials).await?;
        self.create_location(&location, LocationConflict::Reject).await?;
        Ok(())
    }

    async fn preview_location(
        &self,
        kind: &str,
        target: &str,
        credentials: &Credentials,
    ) -> Result<Vec<Value>, ApiError> {
        let location = self.registrable(kind, target, credentials).await?;
        self.dry_run(&location).await.map_err(|error| ApiError::input(error.to_string()))
    }
}

impl Catalog {
    /// A location that the caller may register.
    async fn registrable(
        &self,
        kind: &str,
        target: &str,
        credentials: &Credentials,
    ) -> ApiResult<LocationRef> {
        access::require(self.services().authorizer.as_ref(), LOCATION_CREATE, credentials).await?;
        let location = LocationRef::new(kind, target)
            .map_err(|error| ApiError::input(format!("Malformed location: {error}")))?;
        let types = self.orchestrator().allowed_location_types();
        if types.contains(&location.kind) {
            return Ok(location);
        }
        let types = json!(types);
        Err(ApiError::input(format!("Registered locations must be of an allowed type {types}")))
    }
}
