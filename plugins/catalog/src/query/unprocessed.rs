//! Entities that failed or wait, as the unprocessed-entities module of Backstage shows them.

use serde_json::{Value, json};

use super::change_log::timestamp;
use crate::unprocessed::UnprocessedEntity;

/// Whether `spec.owner` is `owner`; everybody fits none.
pub(crate) fn is_owned_by(entity: &UnprocessedEntity, owner: Option<&str>) -> bool {
    let own = entity.unprocessed.pointer("/spec/owner").and_then(Value::as_str);
    owner.is_none_or(|owner| own == Some(owner))
}

/// One row.
pub(crate) fn to_wire(entity: &UnprocessedEntity) -> Value {
    let errors: Vec<Value> = entity
        .errors
        .iter()
        .map(|error| {
            let mut wire = json!({"name": error.name, "message": error.message});
            if let Some(location) = &error.location {
                wire["location"] = location.as_str().into();
            }
            wire
        })
        .collect();
    json!({
        "entity_id": entity.entity_id,
        "entity_ref": entity.entity_ref,
        "unprocessed_entity": entity.unprocessed,
        "unprocessed_hash": entity.unprocessed_hash,
        "processed_entity": entity.processed,
        "result_hash": entity.result_hash,
        "cache": entity.cache,
        "errors": errors,
        "next_update_at": timestamp(entity.next_update_at),
        "last_discovery_at": timestamp(entity.last_discovery_at),
        "location_key": entity.location_key,
    })
}
