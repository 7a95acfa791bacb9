//! The transaction that every write to the catalog goes through.
//!
//! It begins with the lock of the one row that holds the last sequence number. Writes of all processes follow each
//! other, so a number that is lower was committed earlier, there are no gaps, and decisions made inside (who owns an
//! entity, what nothing refers to any more) can't be overtaken. Reading and parsing happen outside of it.

use std::collections::BTreeMap;

use bytes::Bytes;
use callboard_store::{Database, Param, Row, StoreError, Transaction};

use super::{CHUNK, now_ms};

/// The channel on which processes tell each other the newest sequence number.
pub(crate) const CHANGES_CHANNEL: &str = "callboard_catalog_changes";

/// What an index has to do to follow one change.
#[derive(Debug, Clone)]
pub(crate) enum IndexChange {
    /// The entity is now this.
    Upsert { entity_id: String, entity_ref: String, bytes: Bytes },
    /// It is gone.
    Delete { entity_ref: String },
}

/// What kind of change it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeType {
    /// It was not visible before.
    Created,
    /// It is another one than before.
    Updated,
    /// It is no longer visible.
    Deleted,
}

impl ChangeType {
    /// As on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// A write under way.
pub(crate) struct Write {
    tx: Transaction,
    /// The same time for all that one write does.
    pub(crate) now: i64,
    first: i64,
    last: i64,
    changes: Vec<Vec<Param>>,
    index: Vec<IndexChange>,
    /// Who is to be stitched afterwards, and why.
    stitch: BTreeMap<String, String>,
    /// Whether there may be work that is due at once.
    due: bool,
}

/// What a write did, for those who follow.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    /// The number before the first change.
    pub(crate) before: i64,
    /// The number of the last change; equal to `before` if there was none.
    pub(crate) last: i64,
    pub(crate) index: Vec<IndexChange>,
    /// Whether there is something to stitch.
    pub(crate) stitch: bool,
    /// Whether there is something to process.
    pub(crate) due: bool,
}

impl Write {
    pub(crate) async fn begin(database: &Database) -> Result<Self, StoreError> {
        let mut tx = database.begin().await?;
        let row = tx
            .query_first("UPDATE catalog_state SET sequence = sequence WHERE id = 1 RETURNING sequence", &[])
            .await?;
        let sequence = row.map_or(Ok(0), |row| row.int("sequence"))?;
        Ok(Self {
            tx,
            now: now_ms(),
            first: sequence,
            last: sequence,
            changes: Vec::new(),
            index: Vec::new(),
            stitch: BTreeMap::new(),
            due: false,
        })
    }

    pub(crate) async fn query(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(sql, params).await
    }

    pub(crate) async fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        self.tx.execute(sql, params).await
    }

    /// Inserts rows if there are any.
    pub(crate) async fn insert(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Param>>,
        suffix: &str,
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            Ok(())
        } else {
            self.tx.insert_many(table, columns, rows, suffix).await.map(drop)
        }
    }

    /// The rows for a list of any length. `sql` has `{list}` where the condition on `column` stands.
    pub(crate) async fn query_list(
        &mut self,
        sql: &str,
        column: &str,
        list: &[String],
    ) -> Result<Vec<Row>, StoreError> {
        self.query_list_with(sql, column, list, &[]).await
    }

    /// As [`Self::query_list`], with `more` parameters from `$2` on.
    pub(crate) async fn query_list_with(
        &mut self,
        sql: &str,
        column: &str,
        list: &[String],
        more: &[Param],
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.replace("{list}", &self.tx.dialect().in_list(column, "$1"));
        let mut rows = Vec::new();
        for chunk in list.chunks(CHUNK) {
            let mut params = vec![Param::from(chunk)];
            params.extend_from_slice(more);
            rows.extend(self.tx.query(&sql, &params).await?);
        }
        Ok(rows)
    }

    /// Runs a statement for a list of any length, with `more` parameters from `$2` on.
    pub(crate) async fn execute_list(
        &mut self,
        sql: &str,
        column: &str,
        list: &[String],
        more: &[Param],
    ) -> Result<(), StoreError> {
        let sql = sql.replace("{list}", &self.tx.dialect().in_list(column, "$1"));
        for chunk in list.chunks(CHUNK) {
            let mut params = vec![Param::from(chunk)];
            params.extend_from_slice(more);
            self.tx.execute(&sql, &params).await?;
        }
        Ok(())
    }

    /// Gives a change its number and notes it in the log.
    pub(crate) async fn change(
        &mut self,
        kind: ChangeType,
        entity_ref: &str,
        entity_id: &str,
        cause: &str,
        before: Option<String>,
        index: IndexChange,
    ) -> Result<i64, StoreError> {
        self.last += 1;
        self.changes.push(vec![
            self.last.into(),
            self.now.into(),
            entity_ref.into(),
            entity_id.into(),
            kind.as_str().into(),
            cause.into(),
            before.into(),
        ]);
        self.index.push(index);
        if self.changes.len() >= CHUNK {
            self.flush_changes().await?;
        }
        Ok(self.last)
    }

    async fn flush_changes(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.changes);
        let columns = ["sequence", "changed_at", "entity_ref", "entity_id", "type", "cause", "before"];
        self.insert("catalog_changes", &columns, rows, "").await
    }

    /// Has an entity stitched after this write.
    pub(crate) fn stitch(&mut self, entity_ref: &str, cause: &str) {
        match self.stitch.get_mut(entity_ref) {
            None => drop(self.stitch.insert(entity_ref.to_owned(), cause.to_owned())),
            Some(old) if old.starts_with("relation:") => cause.clone_into(old),
            Some(_) => {}
        }
    }

    /// Takes back what [`Self::stitch`] asked for: there is nothing to stitch any more.
    pub(crate) fn forget_stitch(&mut self, entity_ref: &str) {
        self.stitch.remove(entity_ref);
    }

    /// Says that an entity is being stitched with all its relations. If somebody let go of it or adopted it in this
    /// write, it stays in the queue.
    pub(crate) fn relations_are_stitched(&mut self, entity_ref: &str) {
        if self.stitch.get(entity_ref).is_some_and(|cause| cause.starts_with("relation:")) {
            self.stitch.remove(entity_ref);
        }
    }

    /// Tells the loop that there is work.
    pub(crate) fn work_is_due(&mut self) {
        self.due = true;
    }

    pub(crate) async fn commit(mut self) -> Result<Committed, StoreError> {
        self.flush_changes().await?;
        let queued = std::mem::take(&mut self.stitch);
        let stitch = !queued.is_empty();
        super::stitch_queue::add(&mut self, queued).await?;
        if self.last > self.first {
            self.tx
                .execute("UPDATE catalog_state SET sequence = $1 WHERE id = 1", &[self.last.into()])
                .await?;
            self.tx.notify(CHANGES_CHANNEL, &self.last.to_string()).await?;
        }
        self.tx.commit().await?;
        Ok(Committed { before: self.first, last: self.last, index: self.index, stitch, due: self.due })
    }
}
