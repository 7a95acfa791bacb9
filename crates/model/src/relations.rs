//! What an entity's `spec` says of other entities, as relations in both directions
//! (contract: catalog-backend 4.0.0, built-in kinds).

use serde_json::Value;

use crate::entity::{Entity, EntityRef, EntityRefError, RefContext};
use crate::kinds::rules_of;

/// One direction of a relation, as it is stored: references are lower-case and complete.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Relation {
    /// Who has the relation.
    pub source: String,
    /// `ownedBy`, `partOf`, …
    pub relation_type: &'static str,
    /// To whom.
    pub target: String,
}

/// A reference in `spec` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct RelationError {
    /// JSON pointer, `/spec/dependsOn/0`.
    pub field: String,
    /// What is wrong with it.
    pub reason: EntityRefError,
}

/// The relations of an entity that its kind has accepted, forward and inverse for each reference. A reference without
/// a namespace means the entity's own. A reference to something that does not exist, or to a kind that makes no sense
/// there, is emitted all the same: Backstage shows it, and it becomes right when the other entity appears. An entity
/// of an unknown kind has none.
pub fn emit(entity: &Entity) -> Result<Vec<Relation>, RelationError> {
    let (Some(rules), Some(spec)) = (rules_of(entity), entity.spec()) else {
        return Ok(Vec::new());
    };
    let source = entity.reference().to_string();
    let spec_type = entity.spec_type().unwrap_or_default();
    let mut relations = Vec::new();
    for rule in rules.relations {
        if rule.only_for_types.is_some_and(|types| !types.contains(&spec_type)) {
            continue;
        }
        let (references, is_list): (&[Value], bool) = match spec.get(rule.field) {
            Some(Value::Array(items)) => (items, true),
            Some(one) => (std::slice::from_ref(one), false),
            None => continue,
        };
        for (at, reference) in references.iter().enumerate() {
            let Some(text) = reference.as_str() else { continue };
            let context =
                RefContext { default_kind: rule.default_kind, default_namespace: entity.namespace() };
            let target = EntityRef::parse_in(text, context).map_err(|reason| RelationError {
                field: if is_list {
                    format!("/spec/{}/{at}", rule.field)
                } else {
                    format!("/spec/{}", rule.field)
                },
                reason,
            })?;
            let target = target.to_string();
            relations.push(Relation {
                source: source.clone(),
                relation_type: rule.forward,
                target: target.clone(),
            });
            relations.push(Relation { source: target, relation_type: rule.inverse, target: source.clone() });
        }
    }
    Ok(relations)
}
