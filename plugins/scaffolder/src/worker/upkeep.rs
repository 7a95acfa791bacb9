//! What is done from time to time: stale tasks end, old states go, forgotten workspaces are removed.

use std::sync::Arc;

use callboard_kit::audit::{AuditEvent, Severity};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::core::Core;
use crate::db::tasks::Status;
use crate::db::{millis, now_ms, upkeep};
use crate::error::ScaffolderError;

/// Directories that one round looks at.
const MOST_DIRECTORIES: usize = 10_000;

/// Runs until the process ends. The first round is at once: a process that starts may follow one that died.
pub(super) async fn run(core: Arc<Core>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = round(&core).await {
            tracing::warn!(%error, "the upkeep of tasks failed; trying again later");
        }
        tokio::select! {
            () = tokio::time::sleep(core.config.janitor) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

async fn round(core: &Core) -> Result<(), ScaffolderError> {
    let now = now_ms();
    for id in upkeep::fail_stale(&core.database, now - millis(core.config.task_timeout)).await? {
        core.announce(&id, Status::Failed);
        core.services.audit.record(AuditEvent {
            plugin: "scaffolder",
            event_id: "task",
            severity: Severity::Medium,
            actor: "plugin:scaffolder".to_owned(),
            meta: json!({"actionType": "stale-cancel", "taskId": id}),
            error: None,
        });
    }
    while upkeep::forget_ended(&core.database, now - millis(core.config.retry_period)).await? > 0 {}
    sweep(core).await
}

/// Removes the workspaces that processes left which died: those of tasks of this database that are over.
async fn sweep(core: &Core) -> Result<(), ScaffolderError> {
    let parent = core.workspaces();
    let found = tokio::task::spawn_blocking(move || -> Vec<String> {
        let entries = std::fs::read_dir(&parent).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| Uuid::parse_str(task_of(name)).is_ok()).take(MOST_DIRECTORIES).collect()
    });
    let found = found.await.unwrap_or_default();
    if found.is_empty() {
        return Ok(());
    }
    let ids = found.iter().map(|name| task_of(name).to_owned()).collect();
    let ended = upkeep::ended(&core.database, ids).await?;
    for name in found.iter().filter(|name| ended.iter().any(|id| id == task_of(name))) {
        let path = core.workspaces().join(name);
        if let Err(error) = tokio::fs::remove_dir_all(&path).await {
            tracing::warn!(path = %path.display(), %error, "a forgotten workspace could not be removed");
        }
    }
    Ok(())
}

/// `<task>.<run>`
fn task_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
