//! One processed entity, made ready for the tables while other entities still run: hashing and writing JSON take
//! longer than storing it, and the transaction is short.

use std::collections::HashSet;

use callboard_model::search_rows;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::family::Told;
use crate::db::refresh_state::Claimed;
use crate::db::relations::Edge;
use crate::error::CatalogError;
use crate::mutation::{Child, Extent};
use crate::processing::{EmittedRelation, ProcessingError, ProcessingOutcome};

/// What processing one entity has come to.
pub(crate) struct Finished {
    pub(crate) entity_ref: String,
    pub(crate) entity_id: String,
    pub(crate) location_key: Option<String>,
    /// The cache as it was, to see whether it must be written.
    pub(crate) old_cache: Option<String>,
    pub(crate) cache: Option<String>,
    pub(crate) result: Result<Good, Failed>,
}

/// A new good state.
#[derive(Debug)]
pub(crate) struct Good {
    /// Tells whether anything differs from the last good run.
    pub(crate) hash: String,
    pub(crate) processed_json: String,
    /// Relations that start at the entity.
    pub(crate) own: Vec<Edge>,
    /// Relations that it emits for others.
    pub(crate) foreign: Vec<EmittedRelation>,
    pub(crate) refresh_keys: Vec<String>,
    pub(crate) children: Vec<Child>,
    /// Whom it has described in parts that were stored before, if there were any.
    pub(crate) parts: Option<HashSet<String>>,
    /// Whether the result came from the entity alone. Then another run can't differ, until the entity or the
    /// program does.
    pub(crate) closed: bool,
}

/// Why there is none.
pub(crate) struct Failed {
    pub(crate) errors: Vec<ProcessingError>,
    pub(crate) errors_json: String,
    /// Whether what the entity points to is gone, not only out of reach.
    pub(crate) gone: bool,
}

impl Finished {
    pub(crate) fn new(claimed: Claimed, outcome: ProcessingOutcome, told: Told) -> Self {
        let cache = outcome.cache.as_ref().map(Value::to_string);
        let place = claimed.location_key.as_deref();
        let result = Good::new(&claimed.entity_ref, place, outcome, told).map_err(failed);
        Self {
            entity_ref: claimed.entity_ref,
            entity_id: claimed.entity_id,
            location_key: claimed.location_key,
            old_cache: claimed.cache,
            cache,
            result,
        }
    }

    /// Turns a result that can't be stored into a failure that says so.
    pub(crate) fn refuse(&mut self, error: &CatalogError) {
        self.cache.clone_from(&self.old_cache);
        self.result = Err(failed(vec![ProcessingError {
            name: "InputError".to_owned(),
            message: format!("The result can't be stored: {error}"),
            location: self.location_key.clone(),
        }]));
    }
}

impl Good {
    /// The result of a run that went well, or what was wrong with it.
    fn new(
        entity_ref: &str,
        place: Option<&str>,
        outcome: ProcessingOutcome,
        told: Told,
    ) -> Result<Self, Vec<ProcessingError>> {
        let processed = match outcome.completed {
            Some(completed) if outcome.ok => completed,
            _ => return Err(outcome.errors),
        };
        // What can't be searched for can't be stitched.
        search_rows::for_each_row(&processed, |_, _| {}).map_err(|error| {
            let (name, message) = ("InputError".to_owned(), error.to_string());
            vec![ProcessingError { name, message, location: place.map(str::to_owned) }]
        })?;
        let (own, foreign): (Vec<_>, Vec<_>) =
            outcome.relations.into_iter().partition(|relation| relation.source_ref == entity_ref);
        let own: Vec<Edge> =
            own.into_iter().map(|relation| (relation.relation_type, relation.target_ref)).collect();
        let emitted: Vec<_> =
            foreign.iter().map(|edge| (&edge.source_ref, &edge.relation_type, &edge.target_ref)).collect();
        let refresh_keys = outcome.refresh_keys;
        let processed_json = processed.to_string();
        // Another order of the same keys counts as another result: that costs one look at the tables and changes nothing.
        let hash = Sha1::new()
            .chain_update(&processed_json)
            .chain_update(json!([told.digest, own, emitted, refresh_keys]).to_string())
            .finalize();
        let closed = refresh_keys.is_empty()
            && told.children.is_empty()
            && told.parts.is_none()
            && !is_location(&processed);
        let (children, parts) = (told.children, told.parts);
        Ok(Self {
            hash: hex::encode(hash),
            processed_json,
            own,
            foreign,
            refresh_keys,
            children,
            parts,
            closed,
        })
    }

    /// The result of an entity that was processed in the same pass as it was read, if it depends on nothing else.
    pub(crate) fn in_passing(entity_ref: &str, outcome: ProcessingOutcome) -> Option<Box<Self>> {
        if outcome.cache.is_some() || !outcome.deferred.is_empty() {
            return None;
        }
        Self::new(entity_ref, None, outcome, Told::default()).ok().filter(|good| good.closed).map(Box::new)
    }

    /// How much of its children is in it.
    pub(crate) fn extent(&self) -> Extent<'_> {
        self.parts.as_ref().map_or(Extent::Whole, Extent::Rest)
    }
}

fn is_location(entity: &Value) -> bool {
    entity.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("location"))
}

fn failed(mut errors: Vec<ProcessingError>) -> Failed {
    if errors.is_empty() {
        errors.push(ProcessingError {
            name: "Error".to_owned(),
            message: "Processing ended without a result and without saying why".to_owned(),
            location: None,
        });
    }
    let gone = errors.iter().all(|error| error.name == "NotFoundError");
    let errors_json = serde_json::to_string(&errors).unwrap_or_else(|_| "[]".to_owned());
    Failed { errors, errors_json, gone }
}
