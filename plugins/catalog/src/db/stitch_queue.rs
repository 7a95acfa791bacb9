//! Who is to be stitched again because something around the entity changed.

use std::collections::BTreeMap;

use callboard_store::{Param, StoreError};

use super::write::Write;

/// An entry that was taken.
pub(crate) struct Queued {
    pub(crate) entity_ref: String,
    pub(crate) cause: String,
}

/// Adds entries; one that is there already stays as it is. Who has never been processed is left out: processing
/// stitches.
pub(crate) async fn add(write: &mut Write, entries: BTreeMap<String, String>) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let refs: Vec<String> = entries.keys().cloned().collect();
    let known = write
        .query_list("SELECT entity_ref FROM catalog_processed_entities WHERE {list}", "entity_ref", &refs)
        .await?;
    let mut rows = Vec::with_capacity(known.len());
    for row in &known {
        let entity_ref = row.str("entity_ref")?;
        let cause = entries.get(entity_ref).map_or("", String::as_str);
        rows.push(vec![entity_ref.into(), write.now.into(), cause.into()]);
    }
    write
        .insert(
            "catalog_stitch_queue",
            &["entity_ref", "queued_at", "cause"],
            rows,
            "ON CONFLICT (entity_ref) DO NOTHING",
        )
        .await
}

/// Adds entries that are due in so many milliseconds.
pub(crate) async fn add_later(
    write: &mut Write,
    refs: &[String],
    delay: i64,
    cause: &str,
) -> Result<(), StoreError> {
    let due = write.now + delay;
    let rows = refs.iter().map(|entity_ref| vec![entity_ref.into(), due.into(), cause.into()]).collect();
    let columns = ["entity_ref", "queued_at", "cause"];
    write.insert("catalog_stitch_queue", &columns, rows, "ON CONFLICT (entity_ref) DO NOTHING").await
}

/// Takes the oldest entries that are due. They are gone when the write commits, and still there if it does not.
pub(crate) async fn take(write: &mut Write, limit: i64) -> Result<Vec<Queued>, StoreError> {
    let rows = write
        .query(
            "SELECT entity_ref, cause FROM catalog_stitch_queue WHERE queued_at <= $2 \
             ORDER BY queued_at, entity_ref LIMIT $1",
            &[Param::Int(limit), write.now.into()],
        )
        .await?;
    let taken = rows
        .iter()
        .map(|row| Ok(Queued { entity_ref: row.text("entity_ref")?, cause: row.text("cause")? }))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let refs: Vec<String> = taken.iter().map(|entry| entry.entity_ref.clone()).collect();
    forget(write, &refs).await?;
    Ok(taken)
}

/// Removes entries that are done or have become pointless.
pub(crate) async fn forget(write: &mut Write, refs: &[String]) -> Result<(), StoreError> {
    write.execute_list("DELETE FROM catalog_stitch_queue WHERE {list}", "entity_ref", refs, &[]).await
}
