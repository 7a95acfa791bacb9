//! Entities as they are served, and the change that each new version is.

use std::collections::HashMap;

use bytes::Bytes;
use callboard_store::StoreError;

use super::write::{ChangeType, IndexChange, Write};

/// A final entity that is about to be written.
pub(crate) struct FinalEntity {
    pub(crate) entity_ref: String,
    pub(crate) entity_id: String,
    /// The bytes that are served.
    pub(crate) json: String,
    /// The hash of all that is in it except uid and etag.
    pub(crate) hash: String,
    /// Through what it came to be so.
    pub(crate) cause: String,
    /// Whether its row was made in the same write. Then it was not visible before.
    pub(crate) is_new: bool,
}

/// Writes those that differ from what is there and says how many did.
pub(crate) async fn put(write: &mut Write, finals: Vec<FinalEntity>) -> Result<usize, StoreError> {
    let old = finals.iter().filter(|entity| !entity.is_new);
    let refs: Vec<String> = old.map(|entity| entity.entity_ref.clone()).collect();
    let mut before = HashMap::new();
    for row in write
        .query_list(
            "SELECT entity_ref, entity, hash FROM catalog_final_entities WHERE {list}",
            "entity_ref",
            &refs,
        )
        .await?
    {
        before.insert(row.text("entity_ref")?, (row.text("hash")?, row.text("entity")?));
    }
    let mut rows = Vec::with_capacity(finals.len());
    for entity in finals {
        let (kind, old) = match before.remove(&entity.entity_ref) {
            Some((hash, _)) if hash == entity.hash => continue,
            Some((_, old)) => (ChangeType::Updated, Some(old)),
            None => (ChangeType::Created, None),
        };
        let index = IndexChange::Upsert {
            entity_id: entity.entity_id.clone(),
            entity_ref: entity.entity_ref.clone(),
            bytes: Bytes::copy_from_slice(entity.json.as_bytes()),
        };
        let sequence =
            write.change(kind, &entity.entity_ref, &entity.entity_id, &entity.cause, old, index).await?;
        rows.push(vec![
            entity.entity_ref.into(),
            entity.entity_id.into(),
            entity.json.into(),
            entity.hash.into(),
            sequence.into(),
            write.now.into(),
        ]);
    }
    let written = rows.len();
    write
        .insert(
            "catalog_final_entities",
            &["entity_ref", "entity_id", "entity", "hash", "sequence", "updated_at"],
            rows,
            "ON CONFLICT (entity_ref) DO UPDATE SET entity_id = excluded.entity_id, entity = excluded.entity, \
             hash = excluded.hash, sequence = excluded.sequence, updated_at = excluded.updated_at",
        )
        .await?;
    Ok(written)
}

/// Removes them and notes that in the change log.
pub(crate) async fn remove(write: &mut Write, refs: &[String], cause: &str) -> Result<(), StoreError> {
    let rows = write
        .query_list(
            "SELECT entity_ref, entity_id, entity FROM catalog_final_entities WHERE {list}",
            "entity_ref",
            refs,
        )
        .await?;
    for row in &rows {
        let entity_ref = row.text("entity_ref")?;
        let index = IndexChange::Delete { entity_ref: entity_ref.clone() };
        let before = Some(row.text("entity")?);
        write.change(ChangeType::Deleted, &entity_ref, row.str("entity_id")?, cause, before, index).await?;
    }
    write.execute_list("DELETE FROM catalog_final_entities WHERE {list}", "entity_ref", refs, &[]).await
}
