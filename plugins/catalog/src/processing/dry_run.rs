//! Processes a location and everything below it without storing anything (contract: POST /locations?dryRun).

use std::collections::HashSet;

use callboard_model::entity::generated_location_name;
use callboard_model::entity::well_known::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION};
use callboard_model::{Entity, LocationRef};
use serde_json::{Value, json};

use super::failure::Failure;
use super::orchestrator::Orchestrator;
use super::outcome::ProcessingError;

/// Entities that one dry run looks at.
const MAX_ENTITIES: usize = 20_000;
/// Faults that one dry run lists; where there are so many, the first ones tell enough.
const MAX_FAULTS: usize = 100;

/// Why a location could not be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DryRunError {
    /// Some entities are not valid or cannot be read; never empty.
    #[error("{}", first_fault(.0))]
    Faults(Vec<EntityFault>),
    /// The same entity is described twice below the location.
    #[error("Duplicate nested entity: {0}")]
    Duplicate(String),
    /// More entities than one dry run looks at.
    #[error(
        "{0} brings in more than {MAX_ENTITIES} entities; a preview of so many is not made, register it directly"
    )]
    TooMany(String),
}

/// A fault and the entity at which it arose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityFault {
    /// Lower-case reference.
    pub entity_ref: String,
    /// What is wrong.
    pub error: ProcessingError,
}

fn first_fault(faults: &[EntityFault]) -> String {
    faults.first().map_or_else(String::new, |fault| format!("{}: {}", fault.error.name, fault.error.message))
}

/// All entities that the location would bring in, itself first. Of the faults the first is the error's text, as in
/// Backstage; all of them are in the error.
///
/// # Errors
/// Any fault anywhere below the location, and any entity that occurs twice.
pub async fn dry_run(orchestrator: &Orchestrator, location: &LocationRef) -> Result<Vec<Value>, DryRunError> {
    let mut waiting = vec![location_entity(location)];
    let mut seen = HashSet::new();
    let mut entities = Vec::new();
    let mut faults = Vec::new();
    // The last child first: the order of Backstage's answer.
    while let Some(next) = waiting.pop() {
        let entity_ref = Entity::from_value(next.clone()).map(|entity| entity.reference().to_string());
        let run = orchestrator.run(next, None, None).await;
        if !run.failures.is_empty() {
            let entity_ref = entity_ref.unwrap_or_default();
            faults.extend(run.failures.iter().map(|failure| fault(&entity_ref, failure)));
            if faults.len() >= MAX_FAULTS {
                break;
            }
            continue;
        }
        let Some(entity) = run.entity else { continue };
        let entity_ref = entity.reference().to_string();
        if !seen.insert(entity_ref.clone()) {
            return Err(DryRunError::Duplicate(entity_ref));
        }
        if entities.len() + waiting.len() + run.children.len() > MAX_ENTITIES {
            return Err(DryRunError::TooMany(location.to_string()));
        }
        entities.push(entity.into_value());
        waiting.extend(run.children.into_iter().map(|child| child.entity));
    }
    if faults.is_empty() { Ok(entities) } else { Err(DryRunError::Faults(faults)) }
}

fn fault(entity_ref: &str, failure: &Failure) -> EntityFault {
    EntityFault { entity_ref: entity_ref.to_owned(), error: ProcessingError::from(failure) }
}

/// The Location entity that the catalog makes for a registered location.
pub fn location_entity(location: &LocationRef) -> Value {
    let reference = location.to_string();
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": generated_location_name(&location.kind, &location.target),
            "namespace": "default",
            "annotations": {MANAGED_BY_LOCATION: reference, MANAGED_BY_ORIGIN_LOCATION: reference},
        },
        "spec": {"type": location.kind, "target": location.target},
    })
}
