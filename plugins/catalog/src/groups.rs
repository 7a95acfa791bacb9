//! What the catalog tells permissions about people: the groups of a user and the groups above a group.

use callboard_kit::user_info::GroupDirectory;
use serde::Deserialize;

use crate::catalog::Catalog;

/// The part of an entity that is looked at.
#[derive(Deserialize)]
struct Related {
    #[serde(default)]
    relations: Vec<Relation>,
}

#[derive(Deserialize)]
struct Relation {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "targetRef")]
    target: String,
}

impl Catalog {
    /// Groups that an entity has a relation to.
    fn related_groups(&self, entity_ref: &str, relation: &str) -> Vec<String> {
        let bytes = {
            let index = self.index();
            let index = index.read();
            index.by_ref(&entity_ref.to_lowercase()).map(|slot| index.bytes(slot))
        };
        let related = bytes.and_then(|bytes| serde_json::from_slice::<Related>(&bytes).ok());
        related
            .into_iter()
            .flat_map(|entity| entity.relations)
            .filter(|one| one.kind == relation && one.target.starts_with("group:"))
            .map(|one| one.target)
            .collect()
    }
}

impl GroupDirectory for Catalog {
    fn version(&self) -> u64 {
        self.people_version()
    }

    fn groups_of_user(&self, user_entity_ref: &str) -> Vec<String> {
        self.related_groups(user_entity_ref, "memberOf")
    }

    fn parents_of_group(&self, group_entity_ref: &str) -> Vec<String> {
        self.related_groups(group_entity_ref, "childOf")
    }

    fn users(&self, limit: usize) -> Vec<String> {
        self.index().read().refs_with_prefix("user:", limit)
    }
}
