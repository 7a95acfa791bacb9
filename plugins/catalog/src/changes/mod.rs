//! The change log as readers see it: what changed after a number, and the history of one entity.

pub(crate) mod retention;

use callboard_store::{Database, Param, Row, StoreError};

use crate::error::CatalogError;

/// Most changes in one answer.
pub const MAX_PAGE: usize = 1_000;
/// Bytes of documents after which an answer takes no further change. One change may have tens of megabytes.
pub const MAX_BYTES: usize = 16 << 20;

/// One change. Sequence numbers have no gaps, and a lower one was committed earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub sequence: i64,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// Whose, lower-case.
    pub entity_ref: String,
    /// The uid that it had.
    pub entity_id: String,
    /// `created`, `updated`, `deleted`
    pub kind: String,
    /// Through what: the location (`url:…`, `file:…`), `relation:<ref>`, `orphan`, `provider:<name>`, …
    pub cause: String,
    /// The entity before, as JSON; none for `created`.
    pub before: Option<String>,
    /// The entity after, as JSON; none for `deleted`.
    pub after: Option<String>,
}

impl Change {
    /// Bytes of both documents.
    pub fn bytes(&self) -> usize {
        let length = |document: &Option<String>| document.as_ref().map_or(0, String::len);
        length(&self.before) + length(&self.after)
    }
}

/// What an entity was after a change is what it was before its next change, or what it is now.
const COLUMNS: &str = "c.sequence, c.changed_at, c.entity_ref, c.entity_id, c.type, c.cause, c.before, \
    CASE WHEN c.type = 'deleted' THEN NULL ELSE COALESCE(\
      (SELECT n.before FROM catalog_changes n WHERE n.entity_ref = c.entity_ref AND n.sequence > c.sequence \
       ORDER BY n.sequence LIMIT 1), \
      (SELECT f.entity FROM catalog_final_entities f WHERE f.entity_ref = c.entity_ref)) END AS after";

/// The oldest number that is kept and the newest one.
pub(crate) async fn bounds(database: &Database) -> Result<(i64, i64), StoreError> {
    let row =
        database.query_first("SELECT oldest_sequence, sequence FROM catalog_state WHERE id = 1", &[]).await?;
    match row {
        None => Ok((1, 0)),
        Some(row) => Ok((row.int("oldest_sequence")?, row.int("sequence")?)),
    }
}

/// The changes after a number, oldest first: at least one if there is one, and no more than [`MAX_BYTES`] allow.
pub(crate) async fn after(
    database: &Database,
    sequence: i64,
    limit: usize,
) -> Result<Vec<Change>, CatalogError> {
    let (oldest, _) = bounds(database).await?;
    if sequence < oldest - 1 {
        return Err(CatalogError::Gone { oldest });
    }
    let sql =
        format!("SELECT {COLUMNS} FROM catalog_changes c WHERE c.sequence > $1 ORDER BY c.sequence LIMIT $2");
    rows(database, &sql, &[sequence.into(), page(limit)]).await
}

/// The changes of one entity, newest first, from before a number if one is given: at least one if there is one, and no
/// more than [`MAX_BYTES`] allow.
pub(crate) async fn history(
    database: &Database,
    entity_ref: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Change>, CatalogError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM catalog_changes c WHERE c.entity_ref = $1 AND c.sequence < $2 \
         ORDER BY c.sequence DESC LIMIT $3"
    );
    let before = before.unwrap_or(i64::MAX);
    rows(database, &sql, &[entity_ref.into(), before.into(), page(limit)]).await
}

fn page(limit: usize) -> Param {
    Param::Int(limit.min(MAX_PAGE) as i64)
}

async fn rows(database: &Database, sql: &str, params: &[Param]) -> Result<Vec<Change>, CatalogError> {
    let (mut changes, mut bytes) = (Vec::new(), 0);
    let outcome = database
        .query_each(sql, params, |row| {
            let change = change(&row)?;
            bytes += change.bytes();
            changes.push(change);
            if bytes < MAX_BYTES { Ok(()) } else { Err(Stop::Enough) }
        })
        .await;
    match outcome {
        Ok(()) | Err(Stop::Enough) => Ok(changes),
        Err(Stop::Failed(error)) => Err(error.into()),
    }
}

/// Why reading ends before the last row.
enum Stop {
    Enough,
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

fn change(row: &Row) -> Result<Change, StoreError> {
    Ok(Change {
        sequence: row.int("sequence")?,
        at: row.int("changed_at")?,
        entity_ref: row.text("entity_ref")?,
        entity_id: row.text("entity_id")?,
        kind: row.text("type")?,
        cause: row.text("cause")?,
        before: row.opt_text("before")?,
        after: row.opt_text("after")?,
    })
}
