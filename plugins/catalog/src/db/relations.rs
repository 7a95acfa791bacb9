//! Relations that an entity emits on behalf of others: `ownerOf` at the team, emitted by what it owns.
//!
//! Those that start at the emitting entity itself stand beside its processed form, where stitching needs them.

use std::collections::{HashMap, HashSet};

use callboard_store::StoreError;

use super::write::Write;
use crate::processing::EmittedRelation;

/// Type and target of a relation.
pub(crate) type Edge = (String, String);

/// Replaces what each of `emitted` emits for others and has those stitched for whom that changes something.
/// Who is in `fresh` has emitted nothing before.
pub(crate) async fn replace(
    write: &mut Write,
    emitted: &[(&str, &[EmittedRelation])],
    fresh: &HashSet<&str>,
) -> Result<(), StoreError> {
    let known: Vec<String> = emitted
        .iter()
        .filter(|(entity_ref, _)| !fresh.contains(entity_ref))
        .map(|(entity_ref, _)| (*entity_ref).to_owned())
        .collect();
    let mut before: HashMap<String, HashSet<EmittedRelation>> = HashMap::new();
    for row in write
        .query_list(
            "SELECT originating_ref, source_ref, type, target_ref FROM catalog_relations WHERE {list}",
            "originating_ref",
            &known,
        )
        .await?
    {
        before.entry(row.text("originating_ref")?).or_default().insert(EmittedRelation {
            source_ref: row.text("source_ref")?,
            relation_type: row.text("type")?,
            target_ref: row.text("target_ref")?,
        });
    }
    let mut outdated = Vec::new();
    let mut rows = Vec::new();
    for (entity_ref, relations) in emitted {
        let old = before.remove(*entity_ref).unwrap_or_default();
        let new: HashSet<&EmittedRelation> = relations.iter().collect();
        let mut changed = false;
        let added = new.iter().filter(|relation| !old.contains(**relation)).copied();
        let removed = old.iter().filter(|relation| !new.contains(relation));
        for relation in added.chain(removed) {
            changed = true;
            write.stitch(&relation.source_ref, &format!("relation:{entity_ref}"));
        }
        if !changed {
            continue;
        }
        if !old.is_empty() {
            outdated.push((*entity_ref).to_owned());
        }
        for relation in *relations {
            rows.push(vec![
                (*entity_ref).into(),
                relation.source_ref.as_str().into(),
                relation.relation_type.as_str().into(),
                relation.target_ref.as_str().into(),
            ]);
        }
    }
    write
        .execute_list("DELETE FROM catalog_relations WHERE {list}", "originating_ref", &outdated, &[])
        .await?;
    let columns = ["originating_ref", "source_ref", "type", "target_ref"];
    write.insert("catalog_relations", &columns, rows, "").await
}

/// What others emitted for these entities.
pub(crate) async fn of_sources(
    write: &mut Write,
    refs: &[String],
) -> Result<HashMap<String, Vec<Edge>>, StoreError> {
    let mut edges: HashMap<String, Vec<Edge>> = HashMap::new();
    for row in write
        .query_list(
            "SELECT source_ref, type, target_ref FROM catalog_relations WHERE {list}",
            "source_ref",
            refs,
        )
        .await?
    {
        edges.entry(row.text("source_ref")?).or_default().push((row.text("type")?, row.text("target_ref")?));
    }
    Ok(edges)
}

/// Removes what these entities emitted and has those stitched who lose a relation by it.
pub(crate) async fn remove(write: &mut Write, refs: &[String]) -> Result<(), StoreError> {
    let rows = write
        .query_list(
            "SELECT DISTINCT source_ref, originating_ref FROM catalog_relations WHERE {list}",
            "originating_ref",
            refs,
        )
        .await?;
    for row in &rows {
        let cause = format!("relation:{}", row.str("originating_ref")?);
        write.stitch(row.str("source_ref")?, &cause);
    }
    write.execute_list("DELETE FROM catalog_relations WHERE {list}", "originating_ref", refs, &[]).await
}
