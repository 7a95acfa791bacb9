//! Reading an entity again at once, and removing one by hand.

use std::collections::HashSet;

use callboard_store::{Database, StoreError};

use crate::db::refresh_state;
use crate::db::write::{Committed, Write};
use crate::db::{REF_SOURCE, entity_source};
use crate::error::CatalogError;
use crate::mutation;

/// How many parents up a refresh goes, as in catalog-backend 4.0.0.
const MAX_DEPTH: usize = 32;

/// Makes the entity due now, and every Location above it.
pub(crate) async fn refresh(database: &Database, entity_ref: &str) -> Result<Committed, CatalogError> {
    let mut write = Write::begin(database).await?;
    let known = write
        .query("SELECT entity_ref FROM catalog_refresh_state WHERE entity_ref = $1", &[entity_ref.into()])
        .await?;
    if known.is_empty() {
        return Err(CatalogError::NotFound(format!("Entity {entity_ref} not found")));
    }
    let mut due: HashSet<String> = HashSet::from([entity_ref.to_owned()]);
    let mut frontier = vec![entity_ref.to_owned()];
    for _ in 0..MAX_DEPTH {
        let parents = parents_of(&mut write, &frontier).await?;
        frontier = parents
            .into_iter()
            .filter(|parent| parent.starts_with("location:") && due.insert(parent.clone()))
            .collect();
        if frontier.is_empty() {
            break;
        }
    }
    let due: Vec<String> = due.into_iter().collect();
    refresh_state::make_due(&mut write, &due).await?;
    Ok(write.commit().await?)
}

/// Removes an entity by its uid. Who describes it is made to say so again at its next run, so it comes back if its
/// description is still there. Answers its reference.
pub(crate) async fn remove_by_id(
    database: &Database,
    entity_id: &str,
) -> Result<(String, Committed), CatalogError> {
    let mut write = Write::begin(database).await?;
    let row = write
        .query("SELECT entity_ref FROM catalog_refresh_state WHERE entity_id = $1", &[entity_id.into()])
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| CatalogError::NotFound(format!("Entity with ID {entity_id} not found")))?;
    let removed = [row.text("entity_ref")?];
    let parents = parents_of(&mut write, &removed).await?;
    refresh_state::force_result(&mut write, &parents).await?;
    let children = write
        .query(
            "SELECT target_ref FROM catalog_references WHERE source = $1",
            &[entity_source(&removed[0]).into()],
        )
        .await?
        .iter()
        .map(|row| row.text("target_ref"))
        .collect::<Result<Vec<_>, _>>()?;
    mutation::remove(&mut write, &removed, "removed by request").await?;
    mutation::settle(&mut write, &children, mutation::Fate::Orphan, "").await?;
    let [entity_ref] = removed;
    Ok((entity_ref, write.commit().await?))
}

async fn parents_of(write: &mut Write, refs: &[String]) -> Result<Vec<String>, StoreError> {
    let rows =
        write.query_list("SELECT source FROM catalog_references WHERE {list}", "target_ref", refs).await?;
    let mut parents = Vec::new();
    for row in &rows {
        if let Some(parent) = row.str("source")?.strip_prefix(REF_SOURCE) {
            parents.push(parent.to_owned());
        }
    }
    Ok(parents)
}

/// The entities that refer to an entity: one level of its ancestry.
pub(crate) async fn parents(
    database: &Database,
    refs: &[String],
) -> Result<Vec<(String, String)>, CatalogError> {
    let sql = format!(
        "SELECT source, target_ref FROM catalog_references WHERE {} ORDER BY target_ref, source",
        database.dialect().in_list("target_ref", "$1")
    );
    let mut pairs = Vec::new();
    for row in database.query(&sql, &[refs.into()]).await? {
        if let Some(parent) = row.str("source")?.strip_prefix(REF_SOURCE) {
            pairs.push((row.text("target_ref")?, parent.to_owned()));
        }
    }
    Ok(pairs)
}
