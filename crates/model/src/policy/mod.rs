//! What every entity must keep to, whatever its kind (contract: catalog-model 1.10.1, entity policies).
//!
//! The stages in the order of processing: [`check_envelope`] as soon as a document is read, [`apply`] after
//! pre-processing, then [`crate::kinds::validate`].

mod format;
pub(crate) mod schema;

use serde_json::Value;

use crate::entity::{DEFAULT_NAMESPACE, Entity};
use crate::validation::{Faults, ValidationError};
use schema::{ENTITY, ENTITY_ROOTS, ENVELOPE, Found, check_object};

/// The root fields that a description may hold; `relations` and `status` are the catalog's own.
const DESCRIPTION_ROOTS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// The least that makes a value an entity: `apiVersion`, `kind` and `metadata.name`, and no empty namespace.
pub fn check_envelope(value: &Value) -> Result<(), Faults> {
    let mut faults = Found::with_details();
    check_object(value, "", ENVELOPE, None, &mut faults);
    faults.check()
}

/// The full entity schema with the fields that the catalog itself adds; what a final entity must keep to.
pub fn check_schema(value: &Value) -> Result<(), Faults> {
    let mut faults = Found::without_details();
    check_object(value, "", ENTITY, Some(ENTITY_ROOTS), &mut faults);
    faults.check()
}

/// The policy step of processing, in Backstage's order: schema, default namespace, no foreign root fields, formats
/// of fields. Each part runs only when the one before it found no fault; on success the namespace stands in the entity.
pub fn apply(entity: &mut Entity) -> Result<(), Faults> {
    let value = Value::Object(std::mem::take(entity.as_map_mut()));
    let checked = check_schema(&value);
    if let Value::Object(map) = value {
        *entity.as_map_mut() = map;
    }
    checked.map_err(|faults| faults.prefixed("Malformed envelope, "))?;
    if entity.metadata().is_some_and(|metadata| !metadata.contains_key("namespace")) {
        entity.metadata_mut().insert("namespace".to_owned(), Value::String(DEFAULT_NAMESPACE.to_owned()));
    }
    check_roots(entity)?;
    format::check(entity)
}

fn check_roots(entity: &Entity) -> Result<(), Faults> {
    let foreign = entity.as_map().keys().filter(|key| !DESCRIPTION_ROOTS.contains(&key.as_str()));
    Faults::check(
        foreign
            .map(|key| ValidationError {
                field: crate::validation::pointer("", key),
                message: format!("Unknown field {key}"),
            })
            .collect(),
    )
}
