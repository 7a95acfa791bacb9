//! Entities that are not, or not any more, as their description wants them: failed, or never processed so far.

use callboard_store::{Database, Row, StoreError};
use serde_json::Value;

use crate::error::CatalogError;
use crate::processing::ProcessingError;

/// Most entities in one answer.
pub const MAX_UNPROCESSED: usize = 10_000;
/// Bytes of documents after which an answer takes no further entity.
pub const MAX_BYTES: usize = 16 << 20;

/// A row of the refresh state with its documents.
#[derive(Debug, Clone)]
pub struct UnprocessedEntity {
    /// The uid that it has or will have.
    pub entity_id: String,
    /// Lower-case.
    pub entity_ref: String,
    /// As its source describes it.
    pub unprocessed: Value,
    /// The hash of that.
    pub unprocessed_hash: String,
    /// As it was after its last good run.
    pub processed: Option<Value>,
    /// The hash of what the last good run came to.
    pub result_hash: Option<String>,
    /// What processors keep for the next run.
    pub cache: Option<Value>,
    /// Why its last run failed.
    pub errors: Vec<ProcessingError>,
    /// When it is due, in milliseconds since the epoch.
    pub next_update_at: i64,
    /// When its source described it last.
    pub last_discovery_at: i64,
    /// Who owns it.
    pub location_key: Option<String>,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnprocessedKind {
    /// Their last run failed.
    Failed,
    /// They have never been processed.
    Pending,
}

pub(crate) async fn list(
    database: &Database,
    kind: UnprocessedKind,
) -> Result<Vec<UnprocessedEntity>, CatalogError> {
    let condition = match kind {
        UnprocessedKind::Failed => "s.errors IS NOT NULL",
        UnprocessedKind::Pending => "s.errors IS NULL AND p.entity_ref IS NULL",
    };
    let sql = format!(
        "SELECT s.entity_id, s.entity_ref, s.unprocessed_hash, s.result_hash, s.errors, s.next_update_at, \
         s.last_discovery_at, s.location_key, u.entity AS unprocessed, p.entity AS processed, c.cache \
         FROM catalog_refresh_state s JOIN catalog_unprocessed_entities u ON u.entity_ref = s.entity_ref \
         LEFT JOIN catalog_processed_entities p ON p.entity_ref = s.entity_ref \
         LEFT JOIN catalog_processing_cache c ON c.entity_ref = s.entity_ref \
         WHERE {condition} ORDER BY s.entity_ref LIMIT $1"
    );
    let (mut entities, mut bytes) = (Vec::new(), 0);
    let outcome = database
        .query_each(&sql, &[(MAX_UNPROCESSED as i64).into()], |row| {
            for column in ["unprocessed", "processed", "cache", "errors"] {
                bytes += row.opt_str(column)?.map_or(0, str::len);
            }
            entities.push(entity(&row)?);
            if bytes < MAX_BYTES { Ok(()) } else { Err(Stop::Enough) }
        })
        .await;
    match outcome {
        Ok(()) | Err(Stop::Enough) => Ok(entities),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Why reading ends before the last row.
enum Stop {
    Enough,
    Failed(CatalogError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<CatalogError> for Stop {
    fn from(error: CatalogError) -> Self {
        Self::Failed(error)
    }
}

fn entity(row: &Row) -> Result<UnprocessedEntity, CatalogError> {
    let entity_ref = row.text("entity_ref")?;
    let read = |what: &'static str, text: Option<&str>| {
        text.map(serde_json::from_str::<Value>)
            .transpose()
            .map_err(|error| CatalogError::stored(what, &entity_ref, error))
    };
    let errors = match row.opt_str("errors")? {
        None => Vec::new(),
        Some(text) => {
            serde_json::from_str(text).map_err(|error| CatalogError::stored("errors", &entity_ref, error))?
        }
    };
    Ok(UnprocessedEntity {
        entity_id: row.text("entity_id")?,
        unprocessed: read("entity", Some(row.str("unprocessed")?))?.unwrap_or_default(),
        unprocessed_hash: row.text("unprocessed_hash")?,
        processed: read("entity", row.opt_str("processed")?)?,
        result_hash: row.opt_text("result_hash")?,
        cache: read("cache", row.opt_str("cache")?)?,
        errors,
        next_update_at: row.int("next_update_at")?,
        last_discovery_at: row.int("last_discovery_at")?,
        location_key: row.opt_text("location_key")?,
        entity_ref,
    })
}
