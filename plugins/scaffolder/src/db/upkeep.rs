//! What goes by time: stale tasks end, and what failed tasks keep for a retry is let go.

use callboard_store::{Database, Param};
use serde_json::json;

use super::events::{self, NewEvent};
use super::{CHANNEL, now_ms};
use crate::error::ScaffolderError;

/// Tasks of one round.
const BATCH: i64 = 100;

/// Fails tasks that nobody has given a sign of life for since `before`: neither open ones that no worker took, nor
/// running ones whose process is gone and which nobody took over. Those that wait for an approval wait. Answers their ids.
pub(crate) async fn fail_stale(database: &Database, before: i64) -> Result<Vec<String>, ScaffolderError> {
    let now = now_ms();
    let sql = "SELECT id FROM scaffolder_tasks WHERE status IN ('open', 'processing') AND waiting IS NULL \
               AND COALESCE(last_heartbeat_at, created_at) < $1 \
               AND (lease_until IS NULL OR lease_until <= $2) ORDER BY created_at LIMIT $3";
    let rows = database.query(sql, &[before.into(), now.into(), BATCH.into()]).await?;
    let mut failed = Vec::new();
    for row in rows {
        let id = row.text("id")?;
        let mut tx = database.begin().await?;
        let sql = "UPDATE scaffolder_tasks SET status = 'failed', ended_at = $2, secrets = NULL, approvals = NULL, \
                   lease_owner = NULL, lease_until = NULL WHERE id = $1 AND status IN ('open', 'processing') \
                   AND waiting IS NULL AND COALESCE(last_heartbeat_at, created_at) < $3 \
                   AND (lease_until IS NULL OR lease_until <= $2)";
        if tx.execute(sql, &[(&id).into(), now.into(), before.into()]).await? == 0 {
            tx.rollback().await?;
            continue;
        }
        let stale = "This task was marked as stale as it exceeded its timeout";
        let body = json!({
            "message": "Run completed with status: failed",
            "error": {"name": "Error", "message": stale},
        });
        let events = vec![NewEvent::log(json!({"message": stale})), NewEvent::new("completion", body)];
        events::insert(&mut tx, &id, events).await?;
        tx.notify(CHANNEL, "w").await?;
        tx.commit().await?;
        failed.push(id);
    }
    Ok(failed)
}

/// Lets go of what tasks keep that ended before a time. Says how many that were.
pub(crate) async fn forget_ended(database: &Database, before: i64) -> Result<u64, ScaffolderError> {
    let sql = "SELECT id FROM scaffolder_tasks WHERE state IS NOT NULL AND ended_at < $1 \
               AND status IN ('completed', 'failed', 'cancelled') ORDER BY ended_at LIMIT $2";
    let rows = database.query(sql, &[before.into(), BATCH.into()]).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.text("id")).collect::<Result<_, _>>()?;
    if ids.is_empty() {
        return Ok(0);
    }
    let mut tx = database.begin().await?;
    let listed = |column: &str| database.dialect().in_list(column, "$1");
    for table in ["scaffolder_workspaces", "scaffolder_checkpoints"] {
        let sql = format!("DELETE FROM {table} WHERE {}", listed("task_id"));
        tx.execute(&sql, &[Param::TextList(ids.clone())]).await?;
    }
    let sql = format!(
        "UPDATE scaffolder_tasks SET state = NULL WHERE {} AND status IN ('completed', 'failed', 'cancelled')",
        listed("id")
    );
    let forgotten = tx.execute(&sql, &[Param::TextList(ids)]).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Of these tasks, those that are over.
pub(crate) async fn ended(database: &Database, ids: Vec<String>) -> Result<Vec<String>, ScaffolderError> {
    let sql = format!(
        "SELECT id FROM scaffolder_tasks WHERE status IN ('completed', 'failed', 'cancelled') AND {}",
        database.dialect().in_list("id", "$1")
    );
    let rows = database.query(&sql, &[Param::TextList(ids)]).await?;
    rows.iter().map(|row| Ok(row.text("id")?)).collect()
}
