//! The catalog's permissions and rules as the permission framework sees them, and conditions applied to entities.

use async_trait::async_trait;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{Condition, Permission, PermissionIntegration};
use callboard_model::filter::Filter;
use http::StatusCode;
use serde_json::Value;

use super::permissions::{CATALOG_ENTITY, LISTED};
use super::rules::{self, RuleError};
use crate::Catalog;

#[async_trait]
impl PermissionIntegration for Catalog {
    fn plugin_id(&self) -> &'static str {
        "catalog"
    }

    fn permissions(&self) -> &'static [Permission] {
        &LISTED
    }

    fn rules(&self) -> Value {
        rules::metadata()
    }

    async fn apply(
        &self,
        resource_type: &str,
        resource_refs: &[&str],
        condition: &Condition,
    ) -> Result<Vec<bool>, ApiError> {
        if resource_type != CATALOG_ENTITY {
            return Err(ApiError::input(format!("Unexpected resource types: {resource_type}.")));
        }
        let filter = filter(condition)?;
        let index = self.index();
        let index = index.read();
        let matches = |entity_ref: &&str| {
            let slot = index.by_ref(&entity_ref.to_lowercase());
            slot.is_some_and(|slot| index.slot_matches(slot, &filter))
        };
        Ok(resource_refs.iter().map(matches).collect())
    }
}

fn filter(condition: &Condition) -> ApiResult<Filter> {
    rules::to_filter(condition).map_err(|error| match error {
        RuleError::UnknownRule { .. } => {
            ApiError::new("Error", StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
        _ => ApiError::input(error.to_string()),
    })
}
