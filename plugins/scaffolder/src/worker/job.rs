//! One claimed task: what it keeps is opened, its workspace is there again, and it runs.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use callboard_kit::audit::{AuditEvent, Severity};
use callboard_kit::credentials::Credentials;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::action::Secrets;
use crate::core::Core;
use crate::db::claims::{Claimed, Claimer};
use crate::db::commits::{Commit, Lease};
use crate::db::steps;
use crate::db::tasks::{Status, Task};
use crate::error::ScaffolderError;
use crate::permissions::actions::ActionFilter;
use crate::run::{
    Archive, Directory, Ended, Hold, Journal, Kept, Plan, Runner, State, Stop, StopSignal, TaskLog,
};

/// Events are stored so long after they came, together with others.
const GATHER: Duration = Duration::from_millis(50);

/// Runs a claimed task as far as it goes here.
pub(super) async fn run(
    core: Arc<Core>,
    claimer: Claimer,
    claimed: Claimed,
    stop: StopSignal,
) -> Result<(), ScaffolderError> {
    let started = Instant::now();
    let Claimed { task, secrets, state, runs, commits } = claimed;
    let lease = Lease { task_id: task.id.clone(), owner: claimer.owner.clone(), commits };
    let hold = Arc::new(Hold::new(core.database.clone(), lease, core.config.lease));
    // Each run has a place of its own: one that has lost its lease may not have noticed yet.
    let name = if runs > 1 { format!("{}.{runs}", task.id) } else { task.id.clone() };
    let directory = Directory::create(&core.workspaces(), &name)?;
    let vault = core.vault().await?.clone();
    let opened = open(&core, &task, secrets, state.as_deref()).await;
    let (kept, state, broken) = match opened {
        Ok((kept, state)) => (kept, state, None),
        Err(error @ ScaffolderError::Sealed(_)) => (nobody(), State::default(), Some(error)),
        Err(error) => return Err(error),
    };
    let mut hidden: Vec<String> = kept.secrets.iter().map(|(_, value)| value.to_owned()).collect();
    hidden.extend(core.environment_secrets());
    hidden.extend(kept.credentials.token.iter().map(|token| token.expose_secret().to_owned()));
    hidden.extend(state.hidden.iter().cloned());
    let limits = (core.config.log_lines, core.config.log_bytes);
    let log = Arc::new(TaskLog::new(hidden, state.log, limits.0, limits.1));
    let came_back = runs > 1 && !state.paused;
    let resumes = state.next > 0 || state.running || state.paused;
    if resumes {
        restore(&core, &vault, &task.id, &directory).await?;
    }
    let allowed = ActionFilter::of(core.services.authorizer.as_ref(), &kept.credentials).await?;
    let mut runner = Runner {
        config: core.config.clone(),
        registry: core.registry.clone(),
        renderer: core.renderer.clone(),
        metrics: core.metrics.clone(),
        vault,
        journal: Journal::Database(hold.clone()),
        log: log.clone(),
        stop,
        was_cut_off: came_back && state.running,
        state,
        plan: Plan {
            task_id: task.id.clone(),
            spec: task.spec.clone(),
            secrets: kept.secrets,
            credentials: kept.credentials,
            allowed,
            approvals: task.approvals.clone(),
            local_base: None,
            workspace: directory.path().to_owned(),
        },
    };
    announce(&core, &log, &task, &runner.state, came_back && resumes);
    core.announce(&task.id, Status::Processing);
    let flushing = tokio::spawn(flush(log, hold));
    let ended = match broken {
        _ if task.cancel_requested => runner.cancel().await,
        Some(error) => runner.fail("Error", &error.to_string()).await,
        None if came_back && resumes && !core.config.recovery => {
            let message = "The process that ran this task is gone, and scaffolder.taskRecovery.enabled is false; \
                           the task can be retried";
            runner.fail("Error", message).await
        }
        None => runner.run().await,
    };
    flushing.abort();
    match ended? {
        Ended::With(status) => record(&core, &task, status, started, &runner.state),
        Ended::Waiting => {}
        Ended::Stopped(Stop::Shutdown) => claimer.release(&core.database, &task.id).await?,
        Ended::Stopped(_) => return Err(ScaffolderError::LeaseLost),
    }
    drop(directory);
    Ok(())
}

fn nobody() -> Kept {
    Kept { secrets: Secrets::new(), credentials: Credentials::none() }
}

async fn open(
    core: &Core,
    task: &Task,
    secrets: Option<Vec<u8>>,
    state: Option<&[u8]>,
) -> Result<(Kept, State), ScaffolderError> {
    let vault = core.vault().await?;
    let sealed =
        secrets.ok_or_else(|| ScaffolderError::Sealed("the secrets of the task are gone".to_owned()))?;
    let kept = Kept::open(vault, &task.id, &sealed)?;
    let state = state.map(|state| State::open(vault, &task.id, state)).transpose()?;
    Ok((kept, state.unwrap_or_default()))
}

/// The workspace as the last completed step left it.
async fn restore(
    core: &Core,
    vault: &crate::secrets::Vault,
    task_id: &str,
    directory: &Directory,
) -> Result<(), ScaffolderError> {
    let mut parts = Vec::new();
    while let Some(part) = steps::workspace_part(&core.database, task_id, parts.len() as i64).await? {
        parts.push(part);
    }
    if parts.is_empty() {
        return Ok(());
    }
    let (vault, id, path) = (vault.clone(), task_id.to_owned(), directory.path().to_owned());
    let restored = tokio::task::spawn_blocking(move || Archive::restore(&vault, &id, parts, &path)).await;
    restored.map_err(|error| ScaffolderError::Broken(format!("restoring the workspace broke: {error}")))?
}

/// What those who follow the task see first.
fn announce(core: &Core, log: &TaskLog, task: &Task, state: &State, recovered: bool) {
    if recovered {
        core.metrics.task_recovered();
        log.event("recovered", &json!({"recoverStrategy": "resume"}));
        for event in state.kept_steps(&task.spec) {
            log.event(event.kind, &event.body);
        }
        return;
    }
    if state.next == 0 && !state.paused {
        let steps = task.spec["steps"].as_array().map_or(0, Vec::len);
        log.event("log", &json!({"message": format!("Starting up task with {steps} steps")}));
    }
}

/// Stores what steps say while they run.
async fn flush(log: Arc<TaskLog>, hold: Arc<Hold>) {
    loop {
        log.has_more().await;
        tokio::time::sleep(GATHER).await;
        // In a task of its own: the run ends this one at any moment, and a commit is whole or not at all.
        let (hold, log) = (hold.clone(), log.clone());
        let stored = tokio::spawn(async move { hold.commit(Commit::default(), &log).await });
        if !matches!(stored.await, Ok(Ok(()))) {
            return;
        }
    }
}

fn record(core: &Core, task: &Task, status: Status, started: Instant, state: &State) {
    core.metrics.task_ended(&task.template_ref, status.as_str(), started.elapsed().as_secs_f64());
    core.announce(&task.id, status);
    let error = state.failure.as_ref().map(|failure| format!("{}: {}", failure.name, failure.message));
    core.services.audit.record(AuditEvent {
        plugin: "scaffolder",
        event_id: "task",
        severity: Severity::Medium,
        actor: if task.created_by.is_empty() {
            "plugin:scaffolder".to_owned()
        } else {
            task.created_by.clone()
        },
        meta: json!({
            "actionType": "execution",
            "taskId": task.id,
            "templateRef": task.template_ref,
            "status": status.as_str(),
        }),
        error: error.filter(|_| status == Status::Failed),
    });
}
