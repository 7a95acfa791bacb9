//! Writes what a mutation has decided.

use std::collections::BTreeMap;

use callboard_store::{Param, StoreError};

use super::{Child, Created};
use crate::db::write::Write;

/// What is to be written.
#[derive(Default)]
pub(super) struct Changes<'a> {
    /// Descriptions that are new or other ones than before, and whether their entity is new; in the order of the table,
    /// which makes inserting cheap.
    pub(super) rows: BTreeMap<&'a str, (&'a Child, bool)>,
    /// Source and target.
    pub(super) references: Vec<(String, &'a str)>,
    pub(super) adopted: Vec<String>,
    pub(super) contenders: Vec<(String, &'a Child)>,
    pub(super) no_contenders: Vec<(String, Vec<String>)>,
    pub(super) unreferenced: Vec<(String, Vec<String>)>,
}

/// Writes it, and says which entities are new and have been processed already.
pub(super) async fn store<'a>(
    write: &mut Write,
    changes: Changes<'a>,
    next_update_at: i64,
) -> Result<Vec<Created<'a>>, StoreError> {
    let created = store_rows(write, &changes.rows, next_update_at).await?;
    let documents = changes
        .rows
        .values()
        .map(|(child, _)| vec![child.entity_ref.as_str().into(), child.json.as_str().into()])
        .collect();
    write
        .insert(
            "catalog_unprocessed_entities",
            &["entity_ref", "entity"],
            documents,
            "ON CONFLICT (entity_ref) DO UPDATE SET entity = excluded.entity",
        )
        .await?;
    for (source, targets) in changes.unreferenced {
        delete_pairs(write, "catalog_references", &source, &targets).await?;
    }
    for (source, targets) in changes.no_contenders {
        delete_pairs(write, "catalog_contenders", &source, &targets).await?;
    }
    let mut references = changes.references;
    references.sort_unstable();
    write
        .insert(
            "catalog_references",
            &["source", "target_ref"],
            references.into_iter().map(|(source, target)| vec![source.into(), target.into()]).collect(),
            "ON CONFLICT (source, target_ref) DO NOTHING",
        )
        .await?;
    let now = write.now;
    let contenders = changes
        .contenders
        .into_iter()
        .map(|(source, child)| {
            vec![
                source.into(),
                child.entity_ref.as_str().into(),
                child.location_key.clone().into(),
                child.json.as_str().into(),
                child.hash.as_str().into(),
                now.into(),
            ]
        })
        .collect();
    write
        .insert(
            "catalog_contenders",
            &["source", "target_ref", "location_key", "entity", "entity_hash", "since"],
            contenders,
            "ON CONFLICT (source, target_ref) DO UPDATE SET location_key = excluded.location_key, \
             entity = excluded.entity, entity_hash = excluded.entity_hash",
        )
        .await?;
    for entity_ref in &changes.adopted {
        write.stitch(entity_ref, "adopted");
    }
    write
        .execute_list(
            "UPDATE catalog_refresh_state SET orphaned_at = NULL WHERE {list}",
            "entity_ref",
            &changes.adopted,
            &[],
        )
        .await?;
    Ok(created)
}

async fn store_rows<'a>(
    write: &mut Write,
    changed: &BTreeMap<&'a str, (&'a Child, bool)>,
    next_update_at: i64,
) -> Result<Vec<Created<'a>>, StoreError> {
    let now = write.now;
    let mut created = Vec::new();
    let mut rows = Vec::with_capacity(changed.len());
    for (child, is_new) in changed.values() {
        // It is only used where the entity is new.
        let entity_id = new_id(now);
        let good = child.good.as_deref().filter(|_| *is_new);
        rows.push(vec![
            child.entity_ref.as_str().into(),
            entity_id.as_str().into(),
            child.location_key.clone().into(),
            child.hash.as_str().into(),
            good.map_or(Param::Null, |good| good.hash.as_str().into()),
            if good.is_some() { next_update_at } else { now }.into(),
            now.into(),
            0.into(),
        ]);
        match good {
            Some(good) => created.push(Created { entity_id, child, good }),
            None => write.work_is_due(),
        }
    }
    write
        .insert(
            "catalog_refresh_state",
            &[
                "entity_ref",
                "entity_id",
                "location_key",
                "unprocessed_hash",
                "result_hash",
                "next_update_at",
                "last_discovery_at",
                "lease_until",
            ],
            rows,
            "ON CONFLICT (entity_ref) DO UPDATE SET location_key = excluded.location_key, \
             unprocessed_hash = excluded.unprocessed_hash, next_update_at = excluded.next_update_at, \
             last_discovery_at = excluded.last_discovery_at",
        )
        .await?;
    Ok(created)
}

/// A UUID of version 7: it grows with time, so an index over many grows at its end.
fn new_id(now: i64) -> String {
    let millis = u64::try_from(now).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid().to_string()
}

/// Removes what one source says about these targets from the references or the contenders.
pub(crate) async fn delete_pairs(
    write: &mut Write,
    table: &str,
    source: &str,
    targets: &[String],
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {table} WHERE {{list}} AND source = $2");
    write.execute_list(&sql, "target_ref", targets, &[source.into()]).await
}
