//! What led to an entity: its parents, theirs, and so on, as far as the caller may see them.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use super::access::Allowed;
use crate::Catalog;
use crate::error::CatalogError;

/// Entities in one answer; a chain of parents is a handful long.
const MAX_ENTITIES: usize = 10_000;

/// One entity of an ancestry.
#[derive(Debug, Clone)]
pub(crate) struct Ancestor {
    pub(crate) entity_ref: String,
    pub(crate) bytes: Bytes,
    pub(crate) parents: Vec<String>,
}

/// The entity itself and all that led to it. Who may not see an entity sees none of those above it either.
///
/// # Errors
/// `NotFound` if there is no such entity.
pub(crate) async fn ancestry(
    catalog: &Catalog,
    root: &str,
    allowed: &Allowed,
) -> Result<Vec<Ancestor>, CatalogError> {
    let mut found = Vec::new();
    let mut seen: HashSet<String> = HashSet::from([root.to_owned()]);
    let mut level = vec![root.to_owned()];
    let mut hidden = Vec::new();
    let filter = allowed.filter();
    while !level.is_empty() && found.len() < MAX_ENTITIES {
        let mut parents: HashMap<String, Vec<String>> = HashMap::new();
        for (child, parent) in catalog.parents(&level).await? {
            parents.entry(child).or_default().push(parent);
        }
        let index = catalog.index();
        let index = index.read();
        let mut next = Vec::new();
        for entity_ref in level {
            let Some(slot) = index.by_ref(&entity_ref) else { continue };
            // A parent that has never been processed is no entity yet, and no parent.
            let mut own = parents.remove(&entity_ref).unwrap_or_default();
            own.retain(|parent| index.by_ref(parent).is_some());
            if !index.slot_matches(slot, &filter) {
                hidden.push(entity_ref.clone());
            }
            next.extend(own.iter().filter(|parent| seen.insert((*parent).clone())).cloned());
            found.push(Ancestor { entity_ref, bytes: index.bytes(slot), parents: own });
        }
        level = next;
    }
    if found.is_empty() {
        return Err(CatalogError::NotFound(format!("No such entity {root}")));
    }
    without(&mut found, hidden);
    Ok(found)
}

/// Leaves out the hidden ones, everything above them, and their names.
fn without(found: &mut Vec<Ancestor>, mut hidden: Vec<String>) {
    if hidden.is_empty() {
        return;
    }
    let parents: HashMap<String, Vec<String>> =
        found.iter().map(|item| (item.entity_ref.clone(), item.parents.clone())).collect();
    let mut gone: HashSet<String> = HashSet::new();
    while let Some(entity_ref) = hidden.pop() {
        if let Some(above) = parents.get(&entity_ref)
            && gone.insert(entity_ref)
        {
            hidden.extend(above.iter().cloned());
        }
    }
    found.retain(|item| !gone.contains(&item.entity_ref));
    for item in found {
        item.parents.retain(|parent| !gone.contains(parent));
    }
}
