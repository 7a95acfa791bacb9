//! The table that the portal reads: filled by the sink `database`, bounded by age and number.

pub(crate) mod query;
mod retention;

use std::collections::HashSet;

use callboard_store::{Database, Migration, Param, Row, StoreError, Transaction};
use serde_json::Value;

/// On this channel each newest id is told, so that whoever follows needs not ask.
pub const EVENTS_CHANNEL: &str = "callboard_audit_events";
/// Somebody without credentials, as a value to filter by.
const NOBODY: &str = "anonymous";

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "events",
    sql: "CREATE TABLE audit_events (
            id {integer_key},
            uuid TEXT NOT NULL UNIQUE,
            at BIGINT NOT NULL,
            plugin TEXT NOT NULL,
            event_id TEXT NOT NULL,
            severity TEXT NOT NULL,
            status TEXT NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL
          );
          CREATE INDEX audit_events_at ON audit_events (at);
          CREATE INDEX audit_events_actor ON audit_events (actor, id);
          CREATE INDEX audit_events_kind ON audit_events (plugin, event_id, id);
          CREATE TABLE audit_state (
            id {integer_key},
            sequence BIGINT NOT NULL,
            catalog_sequence BIGINT
          );
          INSERT INTO audit_state (id, sequence) VALUES (1, 0)",
}];

/// An event of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Ids are given in the order in which events are stored, and have no gaps.
    pub id: i64,
    /// The event as JSON.
    pub event: Value,
}

/// The events of one database.
#[derive(Debug, Clone)]
pub struct AuditStore {
    database: Database,
}

impl AuditStore {
    /// The table in this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Makes the tables.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.database.migrate("audit", MIGRATIONS).await
    }

    /// Stores events, given as JSON documents; those that are there already are left out.
    ///
    /// # Errors
    /// When the database can't be used; then none is stored.
    pub async fn insert(&self, documents: &[&[u8]]) -> Result<(), StoreError> {
        let documents: Vec<(Value, &[u8])> = documents
            .iter()
            .filter_map(|bytes| Some((serde_json::from_slice(bytes).ok()?, *bytes)))
            .collect();
        let uuids: Vec<String> = documents.iter().map(|(event, _)| text(event, "/uuid")).collect();
        let mut tx = self.database.begin().await?;
        // Writers follow each other, so that ids are in the order of commits and a follower misses none.
        let row = tx
            .query_first("UPDATE audit_state SET sequence = sequence WHERE id = 1 RETURNING sequence", &[])
            .await?;
        let before = row.map_or(Ok(0), |row| row.int("sequence"))?;
        let known = known(&mut tx, uuids).await?;
        let mut rows = Vec::new();
        let mut id = before;
        for (event, bytes) in &documents {
            let uuid = text(event, "/uuid");
            if known.contains(&uuid) {
                continue;
            }
            id += 1;
            rows.push(row_of(id, uuid, event, bytes));
        }
        if rows.is_empty() {
            return tx.rollback().await;
        }
        let columns = ["id", "uuid", "at", "plugin", "event_id", "severity", "status", "actor", "event"];
        tx.insert_many("audit_events", &columns, rows, "").await?;
        tx.execute("UPDATE audit_state SET sequence = $1 WHERE id = 1", &[id.into()]).await?;
        tx.notify(EVENTS_CHANNEL, &id.to_string()).await?;
        tx.commit().await
    }

    /// The id of the newest event.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn newest(&self) -> Result<i64, StoreError> {
        let row = self.database.query_first("SELECT sequence FROM audit_state WHERE id = 1", &[]).await?;
        row.map_or(Ok(0), |row| row.int("sequence"))
    }

    /// The change of the catalog up to which ingestion is recorded; `None` before the first time.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn catalog_cursor(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT catalog_sequence FROM audit_state WHERE id = 1";
        self.database.query_first(sql, &[]).await?.map_or(Ok(None), |row| row.opt_int("catalog_sequence"))
    }

    /// Moves that on, if it still stands at `from`; whether it did. Of several processes one does.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn move_catalog_cursor(&self, from: Option<i64>, to: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE audit_state SET catalog_sequence = $1 WHERE id = 1 AND COALESCE(catalog_sequence, -1) = $2";
        Ok(self.database.execute(sql, &[to.into(), from.unwrap_or(-1).into()]).await? == 1)
    }
}

async fn known(tx: &mut Transaction, uuids: Vec<String>) -> Result<HashSet<String>, StoreError> {
    let sql = format!("SELECT uuid FROM audit_events WHERE {}", tx.dialect().in_list("uuid", "$1"));
    tx.query(&sql, &[uuids.into()]).await?.iter().map(|row| row.text("uuid")).collect()
}

fn row_of(id: i64, uuid: String, event: &Value, bytes: &[u8]) -> Vec<Param> {
    let at = text(event, "/timestamp").parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond);
    let actor = match text(event, "/actor/actorId") {
        actor if actor.is_empty() => NOBODY.to_owned(),
        actor => actor,
    };
    // PostgreSQL keeps no U+0000, and JSON writes it as an escape.
    let document = String::from_utf8_lossy(bytes).into_owned();
    vec![
        id.into(),
        uuid.into(),
        at.into(),
        text(event, "/plugin").into(),
        text(event, "/eventId").into(),
        text(event, "/severityLevel").into(),
        text(event, "/status").into(),
        actor.replace('\0', "").into(),
        document.into(),
    ]
}

fn text(event: &Value, pointer: &str) -> String {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn stored(row: &Row) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent { id: row.int("id")?, event: serde_json::from_str(row.str("event")?).unwrap_or_default() })
}
