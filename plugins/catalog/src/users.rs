//! What the catalog tells sign-in about people: who they are and what they own.

use async_trait::async_trait;
use bytes::Bytes;
use callboard_kit::error::ApiError;
use callboard_kit::identity::{CatalogUser, UserDirectory, UserQuery};
use callboard_model::entity::Entity;
use callboard_model::filter::Filter;

use crate::catalog::Catalog;

/// More than one user is a conflict, however many more there are.
const MOST_FOUND: usize = 2;
/// Entities that are looked at when a value must also match in upper and lower case.
const MOST_LOOKED_AT: usize = 100;

#[async_trait]
impl UserDirectory for Catalog {
    async fn find_users(&self, query: UserQuery<'_>) -> Result<Vec<CatalogUser>, ApiError> {
        let mut found = Vec::new();
        for bytes in self.candidates(query) {
            let value = serde_json::from_slice(&bytes).map_err(|error| ApiError::internal(&error))?;
            let Ok(entity) = Entity::from_value(value) else { continue };
            if entity.kind().eq_ignore_ascii_case("user") && is_exact(&entity, query) {
                found.push(user(&entity));
            }
            if found.len() == MOST_FOUND {
                break;
            }
        }
        Ok(found)
    }
}

impl Catalog {
    /// The bytes of those entities that the index finds, which knows no upper case.
    fn candidates(&self, query: UserQuery<'_>) -> Vec<Bytes> {
        let index = self.index();
        let index = index.read();
        let (key, value) = match query {
            UserQuery::EntityRef(reference) => {
                let slot = index.by_ref(&reference.to_lowercase());
                return slot.map(|slot| index.bytes(slot)).into_iter().collect();
            }
            UserQuery::ProfileEmail(email) => ("spec.profile.email".to_owned(), email),
            UserQuery::Annotation { key, value, .. } => (format!("metadata.annotations.{key}"), value),
        };
        let filter = Filter::All(vec![Filter::equals("kind", "user"), Filter::equals(&key, value)]);
        let slots = index.matching(&filter);
        slots.into_iter().take(MOST_LOOKED_AT).map(|slot| index.bytes(slot)).collect()
    }
}

fn is_exact(entity: &Entity, query: UserQuery<'_>) -> bool {
    match query {
        UserQuery::Annotation { key, value, exact_case: true } => entity.annotation(key) == Some(value),
        _ => true,
    }
}

fn user(entity: &Entity) -> CatalogUser {
    let user_entity_ref = entity.reference().to_string();
    let mut ownership_entity_refs = vec![user_entity_ref.clone()];
    for (relation, target) in entity.relations() {
        if relation == "memberOf"
            && target.starts_with("group:")
            && !ownership_entity_refs.iter().any(|known| known == target)
        {
            ownership_entity_refs.push(target.to_owned());
        }
    }
    CatalogUser { user_entity_ref, ownership_entity_refs }
}
