//! What is done from time to time: stale tasks end, old states go, forgotten workspaces are removed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use callboard_kit::audit::{AuditEvent, Severity};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::core::Core;
use crate::db::tasks::Status;
use crate::db::{millis, now_ms, upkeep};
use crate::dry_run::{DRY_RUN_PREFIX, LONGEST};
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

/// Removes the directories that processes left which died: of tasks of this database that are over, and of dry runs that
/// must have been over for long.
async fn sweep(core: &Core) -> Result<(), ScaffolderError> {
    let parent = core.workspaces();
    let found = tokio::task::spawn_blocking(move || -> Vec<String> {
        let entries = std::fs::read_dir(&parent).into_iter().flatten().flatten();
        let mut tasks = Vec::new();
        for entry in entries.take(MOST_DIRECTORIES) {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with(DRY_RUN_PREFIX) {
                let age =
                    entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
                if age.is_some_and(|age| age > 2 * LONGEST) {
                    remove(&entry.path());
                }
            } else if Uuid::parse_str(task_of(&name)).is_ok() {
                tasks.push(name);
            }
        }
        tasks
    });
    let found = found.await.unwrap_or_default();
    if found.is_empty() {
        return Ok(());
    }
    let ids = found.iter().map(|name| task_of(name).to_owned()).collect();
    let ended = upkeep::ended(&core.database, ids).await?;
    let left = found.into_iter().filter(|name| ended.iter().any(|id| id == task_of(name)));
    let paths: Vec<PathBuf> = left.map(|name| core.workspaces().join(name)).collect();
    let removed = tokio::task::spawn_blocking(move || paths.iter().for_each(|path| remove(path)));
    removed.await.map_err(|error| ScaffolderError::Broken(format!("removing workspaces broke: {error}")))
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_dir_all(path) {
        tracing::warn!(path = %path.display(), %error, "a forgotten directory could not be removed");
    }
}

/// `<task>.<run>`
fn task_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
