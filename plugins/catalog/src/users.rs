//! What the catalog tells sign-in about people: what a user owns.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::identity::UserDirectory;
use callboard_model::entity::Entity;

use crate::catalog::Catalog;

#[async_trait]
impl UserDirectory for Catalog {
    async fn ownership_entity_refs(&self, user_entity_ref: &str) -> Result<Option<Vec<String>>, ApiError> {
        let reference = user_entity_ref.to_lowercase();
        let bytes = {
            let index = self.index();
            let index = index.read();
            index.by_ref(&reference).map(|slot| index.bytes(slot))
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let value = serde_json::from_slice(&bytes).map_err(|error| ApiError::internal(&error))?;
        let Ok(entity) = Entity::from_value(value) else { return Ok(None) };
        let groups = entity
            .relations()
            .filter(|(relation_type, target)| *relation_type == "memberOf" && target.starts_with("group:"))
            .map(|(_, target)| target.to_owned());
        Ok(Some(std::iter::once(reference).chain(groups).collect()))
    }
}
