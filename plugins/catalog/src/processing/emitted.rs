//! Collects what one entity gives rise to: children with their locations, relations, refresh keys, failures.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use callboard_model::entity::well_known::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION};
use callboard_model::{Entity, LocationRef};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::outcome::{Deferred, EmittedRelation};

/// Characters of a refresh key that the database keeps as they are.
const REFRESH_KEY_LIMIT: usize = 255;
/// Characters that stay readable when a longer key is replaced by its hash.
const REFRESH_KEY_PREFIX: usize = 180;

/// Everything that came out of one entity so far.
#[derive(Debug)]
pub(super) struct Emitted {
    parent_ref: String,
    origin: LocationRef,
    children: Vec<Deferred>,
    relations: Vec<EmittedRelation>,
    refresh_keys: Vec<String>,
    failures: Vec<Failure>,
}

impl Emitted {
    pub(super) fn new(parent_ref: String, origin: LocationRef) -> Self {
        Self {
            parent_ref,
            origin,
            children: Vec::new(),
            relations: Vec::new(),
            refresh_keys: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// A child that was read at `location`, its envelope checked. It gets the origin of its parent; the location owns it.
    pub(super) fn child(&mut self, mut entity: Entity, location: &LocationRef) {
        let entity_ref = entity.reference().to_string();
        if entity_ref == self.parent_ref {
            // A location that lists its own file: Backstage ignores it too, so that it does not go round in circles.
            tracing::warn!(%entity_ref, %location, "ignored an entity that emits itself");
            return;
        }
        let annotations = entity.metadata().and_then(|metadata| metadata.get("annotations"));
        // Malformed annotations are left for the child's own validation to report.
        if annotations.is_none_or(|value| value.is_object() || value.is_null()) {
            entity.set_annotation(MANAGED_BY_LOCATION, location.to_string());
            entity.set_annotation(MANAGED_BY_ORIGIN_LOCATION, self.origin.to_string());
        }
        self.children.push(Deferred {
            entity: entity.into_value(),
            entity_ref,
            location_key: Some(location.to_string()),
        });
    }

    pub(super) fn relations(&mut self, relations: impl IntoIterator<Item = EmittedRelation>) {
        self.relations.extend(relations);
    }

    /// Asks for this entity to be processed again when the source named by the key changes.
    pub(super) fn refresh_key(&mut self, key: &str) {
        self.refresh_keys.push(bounded_refresh_key(key));
    }

    pub(super) fn failure(&mut self, failure: Failure) {
        self.failures.push(failure);
    }

    /// The children in the order in which they were read, duplicates included.
    pub(super) fn children(&self) -> &[Deferred] {
        &self.children
    }

    /// The children so far; those that come later are collected anew.
    pub(super) fn take_children(&mut self) -> Vec<Deferred> {
        std::mem::take(&mut self.children)
    }

    /// Whether nothing has failed so far.
    pub(super) fn is_good(&self) -> bool {
        self.failures.is_empty()
    }

    pub(super) fn into_parts(mut self) -> (Vec<Deferred>, Vec<EmittedRelation>, Vec<String>, Vec<Failure>) {
        self.relations.sort_unstable();
        self.relations.dedup();
        self.refresh_keys.sort_unstable();
        self.refresh_keys.dedup();
        (self.children, self.relations, self.refresh_keys, self.failures)
    }
}

/// Children without duplicates, as storing them one after the other would leave them: the last of those that the
/// same location owns, the first of those that different locations own. Children that were handed on before are not
/// looked at; who took them knows them.
pub(super) fn distinct(children: Vec<Deferred>) -> Vec<Deferred> {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(children.len());
    let mut kept: Vec<Deferred> = Vec::with_capacity(children.len());
    for child in children {
        match places.entry(child.entity_ref.clone()) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(child);
            }
            Entry::Occupied(place) => {
                let before = &mut kept[*place.get()];
                described_twice(&child, before.location_key.as_deref());
                if before.location_key == child.location_key {
                    *before = child;
                }
            }
        }
    }
    kept
}

/// Says that an entity has been described before, at `first`.
pub(crate) fn described_twice(child: &Deferred, first: Option<&str>) {
    tracing::warn!(
        entity_ref = %child.entity_ref,
        first = first.unwrap_or_default(),
        second = child.location_key.as_deref().unwrap_or_default(),
        "an entity is described twice; remove one of the descriptions",
    );
}

/// A refresh key as it is stored: long ones keep their beginning and a hash of the whole.
pub fn bounded_refresh_key(key: &str) -> String {
    if key.chars().count() <= REFRESH_KEY_LIMIT {
        return key.to_owned();
    }
    let prefix: String = key.chars().take(REFRESH_KEY_PREFIX).collect();
    format!("{prefix}#sha256:{}", hex::encode(Sha256::digest(key)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn child(name: &str, key: &str, note: &str) -> Deferred {
        Deferred {
            entity: json!({"note": note}),
            entity_ref: name.to_owned(),
            location_key: Some(key.to_owned()),
        }
    }

    #[test]
    fn of_duplicates_the_last_of_one_location_and_the_first_of_several_stay() {
        let kept = distinct(vec![
            child("component:default/a", "file:1", "first"),
            child("component:default/b", "file:1", "first"),
            child("component:default/a", "file:1", "second"),
            child("component:default/b", "file:2", "second"),
        ]);
        let notes: Vec<_> =
            kept.iter().map(|kept| (kept.entity_ref.as_str(), &kept.entity["note"])).collect();
        assert_eq!(
            notes,
            [("component:default/a", &json!("second")), ("component:default/b", &json!("first"))]
        );
    }

    #[test]
    fn a_long_refresh_key_keeps_its_beginning_and_a_hash() {
        let long = format!("url:https://example.com/{}", "ä".repeat(300));
        let key = bounded_refresh_key(&long);
        assert!(key.starts_with("url:https://example.com/ä"));
        assert_eq!(key.chars().count(), 180 + "#sha256:".len() + 64);
        assert_eq!(bounded_refresh_key("url:short"), "url:short");
    }
}
