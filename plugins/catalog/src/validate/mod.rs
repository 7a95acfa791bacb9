//! Checks one entity as if it had been read at a location, without storing it (contract: POST /validate-entity).

use callboard_model::entity::well_known::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION};
use callboard_model::{Entity, LocationRef, policy};
use serde_json::Value;

use crate::processing::{Failure, Orchestrator};

/// Checks `entity` as one that was read at `location`, a `url:` location reference.
///
/// # Errors
/// Everything that is wrong with it; [`Failure::to_wire`] is how each stands in the answer's `errors`.
pub async fn validate_entity(
    orchestrator: &Orchestrator,
    entity: Value,
    location: &str,
) -> Result<(), Vec<Failure>> {
    let entity = prepared(entity, location).map_err(|failure| vec![failure])?;
    let run = orchestrator.run(entity.into_value(), None, None).await;
    if run.failures.is_empty() { Ok(()) } else { Err(run.failures) }
}

/// The entity with its location annotations. They are ours and never the caller's: with one of type `file`, the
/// caller could have this machine's files read.
fn prepared(entity: Value, location: &str) -> Result<Entity, Failure> {
    policy::check_envelope(&entity).map_err(|faults| Failure::fault("TypeError", &faults))?;
    let parsed = LocationRef::parse(location).map_err(|error| Failure::type_error(error.to_string()))?;
    if parsed.kind != "url" {
        return Err(Failure::type_error(format!(
            "Invalid location ref {location}, only 'url:<target>' is supported, e.g. url:https://host/path"
        )));
    }
    let mut entity = Entity::from_value(entity)
        .map_err(|_| Failure::type_error("An entity must be an object with apiVersion, kind and metadata"))?;
    let annotations = entity.metadata().and_then(|metadata| metadata.get("annotations"));
    if annotations.is_some_and(|value| !value.is_object()) {
        return Err(Failure::type_error("/metadata/annotations must be object - type: object"));
    }
    entity.set_annotation(MANAGED_BY_LOCATION, parsed.to_string());
    entity.set_annotation(MANAGED_BY_ORIGIN_LOCATION, parsed.to_string());
    Ok(entity)
}
