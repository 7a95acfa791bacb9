//! What callers change: creating, cancelling, retrying a task, and deciding about one that waits.

use callboard_store::{Database, Param};
use serde_json::{Value, json};

use super::events::{self, NewEvent};
use super::tasks::{Approval, Waiting};
use super::{CHANNEL, now_ms};
use crate::error::ScaffolderError;

const ENDED: &str = "status IN ('completed', 'failed', 'cancelled', 'skipped')";

/// A task that is to be stored.
#[derive(Debug)]
pub(crate) struct NewTask<'a> {
    pub(crate) id: &'a str,
    pub(crate) spec: &'a Value,
    pub(crate) template_ref: &'a str,
    pub(crate) template_owner: Option<&'a str>,
    pub(crate) created_by: &'a str,
    /// Sealed.
    pub(crate) secrets: Vec<u8>,
}

/// Stores a task and wakes a worker.
pub(crate) async fn create(database: &Database, task: NewTask<'_>) -> Result<(), ScaffolderError> {
    let mut tx = database.begin().await?;
    let sql = "INSERT INTO scaffolder_tasks (id, spec, status, template_ref, template_owner, created_by, created_at, \
               secrets, cancel_requested, runs, commits) VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, 0, 0, 0)";
    let params: [Param; 7] = [
        task.id.into(),
        task.spec.to_string().into(),
        task.template_ref.into(),
        task.template_owner.into(),
        task.created_by.into(),
        now_ms().into(),
        task.secrets.into(),
    ];
    tx.execute(sql, &params).await?;
    tx.notify(CHANNEL, "w").await?;
    Ok(tx.commit().await?)
}

/// Has a task stopped. One that nobody runs ends at once, one that runs when its worker has heard of it. Whether it
/// ended at once.
pub(crate) async fn cancel(database: &Database, id: &str) -> Result<bool, ScaffolderError> {
    let now = now_ms();
    let mut tx = database.begin().await?;
    let sql = "UPDATE scaffolder_tasks SET cancel_requested = 1 WHERE id = $1 AND cancel_requested = 0 \
               AND status IN ('open', 'processing') RETURNING lease_owner, lease_until";
    let Some(row) = tx.query_first(sql, &[id.into()]).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    let runs =
        row.opt_str("lease_owner")?.is_some() && row.opt_int("lease_until")?.is_some_and(|until| until > now);
    let sql = "SELECT body FROM scaffolder_task_events WHERE task_id = $1 ORDER BY id DESC LIMIT 100";
    let rows = tx.query(sql, &[id.into()]).await?;
    let step = rows.iter().find_map(|row| {
        let body: Value = serde_json::from_str(row.str("body").ok()?).ok()?;
        body.get("stepId")?.as_str().map(str::to_owned)
    });
    let body = match step {
        Some(step) => {
            json!({"message": format!("Step {step} has been cancelled."), "stepId": step, "status": "cancelled"})
        }
        None => {
            json!({"message": "The task has been cancelled before its first step.", "status": "cancelled"})
        }
    };
    let mut events = vec![NewEvent { kind: "cancelled", body }];
    if !runs {
        let sql = "UPDATE scaffolder_tasks SET status = 'cancelled', ended_at = $2, waiting = NULL, secrets = NULL, \
                   approvals = NULL, lease_owner = NULL, lease_until = NULL, commits = commits + 1 WHERE id = $1";
        tx.execute(sql, &[id.into(), now.into()]).await?;
        events.push(cancelled());
    }
    events::insert(&mut tx, id, events).await?;
    tx.notify(CHANNEL, &format!("c:{id}")).await?;
    tx.commit().await?;
    Ok(!runs)
}

/// The end of a task that somebody stopped.
pub(crate) fn cancelled() -> NewEvent {
    NewEvent { kind: "completion", body: json!({"message": "Run completed with status: cancelled"}) }
}

/// A task that is to run once more.
#[derive(Debug)]
pub(crate) struct Retry {
    /// The commit that it was read at.
    pub(crate) commits: i64,
    /// Sealed.
    pub(crate) secrets: Vec<u8>,
    /// Sealed; `None` starts over.
    pub(crate) state: Option<Vec<u8>>,
    pub(crate) events: Vec<NewEvent>,
}

/// What a retry needs to know: how far the task came (sealed) and at which commit.
pub(crate) async fn ended_state(
    database: &Database,
    id: &str,
) -> Result<(Option<Vec<u8>>, i64), ScaffolderError> {
    let sql = format!("SELECT state, commits FROM scaffolder_tasks WHERE id = $1 AND {ENDED}");
    match database.query_first(&sql, &[id.into()]).await? {
        Some(row) => Ok((row.opt_bytes("state")?, row.int("commits")?)),
        None => Err(not_ended()),
    }
}

/// Opens a task again.
pub(crate) async fn retry(database: &Database, id: &str, retry: Retry) -> Result<(), ScaffolderError> {
    let starts_over = retry.state.is_none();
    let mut tx = database.begin().await?;
    let sql = format!(
        "UPDATE scaffolder_tasks SET status = 'open', secrets = $2, state = $3, waiting = NULL, approvals = NULL, \
         cancel_requested = 0, ended_at = NULL, last_heartbeat_at = $4, lease_owner = NULL, lease_until = NULL, \
         commits = commits + 1 WHERE id = $1 AND commits = $5 AND {ENDED}"
    );
    let params: [Param; 5] =
        [id.into(), retry.secrets.into(), retry.state.into(), now_ms().into(), retry.commits.into()];
    if tx.execute(&sql, &params).await? == 0 {
        tx.rollback().await?;
        return Err(not_ended());
    }
    // Followers end at a completion; this one no longer is.
    let sql = "DELETE FROM scaffolder_task_events WHERE task_id = $1 AND event_type = 'completion'";
    tx.execute(sql, &[id.into()]).await?;
    let tables: &[&str] =
        if starts_over { &["scaffolder_workspaces", "scaffolder_checkpoints"] } else { &[] };
    for table in tables {
        tx.execute(&format!("DELETE FROM {table} WHERE task_id = $1"), &[id.into()]).await?;
    }
    events::insert(&mut tx, id, retry.events).await?;
    tx.notify(CHANNEL, "w").await?;
    Ok(tx.commit().await?)
}

fn not_ended() -> ScaffolderError {
    ScaffolderError::Conflict(
        "Only a task that has ended (completed, failed, cancelled, skipped) can be retried".to_owned(),
    )
}

/// Fails a task that `owner` holds and can't run.
pub(crate) async fn give_up(
    database: &Database,
    id: &str,
    owner: &str,
    error: Value,
) -> Result<(), ScaffolderError> {
    let mut tx = database.begin().await?;
    let sql = "UPDATE scaffolder_tasks SET status = 'failed', ended_at = $3, secrets = NULL, approvals = NULL, \
               lease_owner = NULL, lease_until = NULL, commits = commits + 1 WHERE id = $1 AND lease_owner = $2";
    if tx.execute(sql, &[id.into(), owner.into(), now_ms().into()]).await? == 0 {
        return Ok(tx.rollback().await?);
    }
    let body = json!({"message": "Run completed with status: failed", "error": error});
    events::insert(&mut tx, id, vec![NewEvent { kind: "completion", body }]).await?;
    Ok(tx.commit().await?)
}

/// Decides about the step that a task waits at.
pub(crate) async fn decide(
    database: &Database,
    id: &str,
    approval: Approval,
    event: NewEvent,
) -> Result<(), ScaffolderError> {
    let mut tx = database.begin().await?;
    let sql = "UPDATE scaffolder_tasks SET last_heartbeat_at = $2 WHERE id = $1 AND status = 'processing' \
               AND waiting IS NOT NULL RETURNING waiting, approvals";
    let row =
        tx.query_first(sql, &[id.into(), now_ms().into()]).await?.ok_or_else(|| not_waiting(&approval))?;
    let waiting: Option<Waiting> = serde_json::from_str(row.str("waiting")?).ok();
    if waiting.is_none_or(|waiting| waiting.step_id != approval.step_id) {
        return Err(not_waiting(&approval));
    }
    let known = row.opt_str("approvals")?.and_then(|text| serde_json::from_str(text).ok());
    let mut approvals: Vec<Approval> = known.unwrap_or_default();
    approvals.retain(|known| known.step_id != approval.step_id);
    approvals.push(approval);
    let text = serde_json::to_string(&approvals).unwrap_or_default();
    let sql = "UPDATE scaffolder_tasks SET waiting = NULL, approvals = $2 WHERE id = $1";
    tx.execute(sql, &[id.into(), text.into()]).await?;
    events::insert(&mut tx, id, vec![event]).await?;
    tx.notify(CHANNEL, "w").await?;
    Ok(tx.commit().await?)
}

fn not_waiting(approval: &Approval) -> ScaffolderError {
    ScaffolderError::Conflict(format!(
        "The task does not wait for a decision about step '{}'",
        approval.step_id
    ))
}
