//! The events of tasks. All writes for a task take its row first, so that a reader never sees a later event before an
//! earlier one.

use callboard_store::{Database, Param, Transaction};
use serde_json::Value;

use super::{CHANNEL, iso, now_ms};
use crate::error::ScaffolderError;

/// Events of one page.
const PAGE: i64 = 1_000;

/// An event that is to be stored; its texts are masked already.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    /// `log`, `completion`, `cancelled`, `recovered`
    pub(crate) kind: &'static str,
    pub(crate) body: Value,
    /// When it happened: it may be stored with others, some time later.
    at: i64,
}

impl NewEvent {
    /// An event of now.
    pub(crate) fn new(kind: &'static str, body: Value) -> Self {
        Self { kind, body, at: now_ms() }
    }

    /// A log event of now.
    pub(crate) fn log(body: Value) -> Self {
        Self::new("log", body)
    }
}

/// A stored event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) kind: String,
    /// The whole event as it goes over the wire.
    pub(crate) json: String,
}

/// Adds events inside a transaction that has changed the row of the task.
pub(super) async fn insert(
    tx: &mut Transaction,
    task_id: &str,
    events: Vec<NewEvent>,
) -> Result<(), ScaffolderError> {
    if events.is_empty() {
        return Ok(());
    }
    let row = |event: NewEvent| -> Vec<Param> {
        vec![task_id.into(), event.kind.into(), event.body.to_string().into(), event.at.into()]
    };
    let rows = events.into_iter().map(row).collect();
    tx.insert_many("scaffolder_task_events", &["task_id", "event_type", "body", "created_at"], rows, "")
        .await?;
    Ok(tx.notify(CHANNEL, &format!("e:{task_id}")).await?)
}

/// The events after an id, oldest first, at most a page of them.
pub(crate) async fn after(
    database: &Database,
    task_id: &str,
    after: i64,
) -> Result<Vec<Event>, ScaffolderError> {
    let sql = "SELECT id, event_type, body, created_at FROM scaffolder_task_events \
               WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let rows = database.query(sql, &[task_id.into(), after.into(), PAGE.into()]).await?;
    rows.iter().map(|row| read(task_id, row)).collect()
}

/// The event that says how the task ended.
pub(crate) async fn completion(database: &Database, task_id: &str) -> Result<Option<Event>, ScaffolderError> {
    let sql = "SELECT id, event_type, body, created_at FROM scaffolder_task_events \
               WHERE task_id = $1 AND event_type = 'completion' ORDER BY id DESC LIMIT 1";
    let row = database.query_first(sql, &[task_id.into()]).await?;
    row.as_ref().map(|row| read(task_id, row)).transpose()
}

fn read(task_id: &str, row: &callboard_store::Row) -> Result<Event, ScaffolderError> {
    let (id, kind) = (row.int("id")?, row.text("event_type")?);
    // A completion is stored when a task is really over, whatever its recovery strategy: nobody waits for more.
    let json = format!(
        "{{\"id\":{id},\"isTaskRecoverable\":false,\"taskId\":{},\"body\":{},\"type\":{},\"createdAt\":{}}}",
        Value::from(task_id),
        row.str("body")?,
        Value::from(kind.as_str()),
        Value::from(iso(row.int("created_at")?)),
    );
    Ok(Event { id, kind, json })
}
