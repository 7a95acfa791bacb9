//! What whoever runs a task writes: its state, events, workspace and end, all or nothing, and only while it holds the
//! lease.

use callboard_store::{Database, Param, StoreError, Transaction};

use super::events::{self, NewEvent};
use super::tasks::{Status, Waiting};
use super::{CHANNEL, now_ms};
use crate::error::ScaffolderError;

/// One write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Commit {
    pub(crate) events: Vec<NewEvent>,
    /// How far the task has come, sealed.
    pub(crate) state: Option<Vec<u8>>,
    /// The archive of the workspace in sealed parts, in place of the one before.
    pub(crate) workspace: Option<Vec<Vec<u8>>>,
    pub(crate) then: Then,
}

impl Commit {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        let goes_on = matches!(self.then, Then::GoesOn);
        goes_on && self.events.is_empty() && self.state.is_none() && self.workspace.is_none()
    }
}

/// What becomes of the task.
#[derive(Debug, Clone, Default)]
pub(crate) enum Then {
    /// It goes on here.
    #[default]
    GoesOn,
    /// It waits for somebody, and holds no lease meanwhile.
    Waits(Waiting),
    /// It is over: secrets go; of one that can't be retried from a step, everything else does.
    Ends(Status),
}

/// The hold of one process on one task.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) task_id: String,
    pub(crate) owner: String,
    /// The number of the last commit, so that one of which the answer was lost is not made twice.
    pub(crate) commits: i64,
}

impl Lease {
    /// Writes.
    ///
    /// # Errors
    /// `LeaseLost` when the task is somebody else's by now. On an unavailable database the same commit may be tried
    /// again.
    pub(crate) async fn commit(
        &mut self,
        database: &Database,
        commit: &Commit,
    ) -> Result<(), ScaffolderError> {
        let mut tx = database.begin().await?;
        let number = self.commits + 1;
        if !self.write_row(&mut tx, commit, number).await? {
            let sql = "SELECT commits FROM scaffolder_tasks WHERE id = $1";
            let stored = tx.query_first(sql, &[(&self.task_id).into()]).await?;
            tx.rollback().await?;
            // The answer to this very commit was lost.
            return match stored.map(|row| row.int("commits")).transpose()? {
                Some(stored) if stored == number => {
                    self.commits = number;
                    Ok(())
                }
                _ => Err(ScaffolderError::LeaseLost),
            };
        }
        if let Some(parts) = &commit.workspace {
            replace_workspace(&mut tx, &self.task_id, parts).await?;
        }
        match &commit.then {
            Then::GoesOn | Then::Waits(_) => {}
            Then::Ends(status) => {
                // What a failed step remembers keeps its retry from doing things twice.
                let tables: &[&str] = match status {
                    Status::Completed => &["scaffolder_checkpoints", "scaffolder_workspaces"],
                    _ => &[],
                };
                for table in tables {
                    let sql = format!("DELETE FROM {table} WHERE task_id = $1");
                    tx.execute(&sql, &[(&self.task_id).into()]).await?;
                }
                // A place is free, for a template or user that was at its limit.
                tx.notify(CHANNEL, "w").await?;
            }
        }
        events::insert(&mut tx, &self.task_id, commit.events.clone()).await?;
        tx.commit().await?;
        self.commits = number;
        Ok(())
    }

    async fn write_row(
        &self,
        tx: &mut Transaction,
        commit: &Commit,
        number: i64,
    ) -> Result<bool, StoreError> {
        let now = now_ms();
        let mut params: Vec<Param> =
            vec![(&self.task_id).into(), (&self.owner).into(), now.into(), number.into()];
        let mut sets = String::from("last_heartbeat_at = $3, commits = $4");
        let mut set = |column: &str, value: Param| {
            params.push(value);
            sets.push_str(&format!(", {column} = ${}", params.len()));
        };
        match &commit.then {
            Then::GoesOn => {}
            Then::Waits(waiting) => {
                set("waiting", serde_json::to_string(waiting).unwrap_or_default().into());
            }
            Then::Ends(status) => {
                set("status", status.as_str().into());
                set("ended_at", now.into());
            }
        }
        let ends_well = matches!(commit.then, Then::Ends(Status::Completed));
        if let Some(state) = &commit.state
            && !ends_well
        {
            set("state", state.clone().into());
        }
        if ends_well {
            sets.push_str(", state = NULL");
        }
        if matches!(commit.then, Then::Ends(_)) {
            sets.push_str(", secrets = NULL, approvals = NULL");
        }
        if !matches!(commit.then, Then::GoesOn) {
            sets.push_str(", lease_owner = NULL, lease_until = NULL");
        }
        let sql = format!(
            "UPDATE scaffolder_tasks SET {sets} WHERE id = $1 AND lease_owner = $2 AND commits = $4 - 1"
        );
        Ok(tx.execute(&sql, &params).await? == 1)
    }
}

async fn replace_workspace(tx: &mut Transaction, task_id: &str, parts: &[Vec<u8>]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM scaffolder_workspaces WHERE task_id = $1", &[task_id.into()]).await?;
    for (number, part) in (0_i64..).zip(parts) {
        let sql = "INSERT INTO scaffolder_workspaces (task_id, part, data) VALUES ($1, $2, $3)";
        tx.execute(sql, &[task_id.into(), number.into(), part.as_slice().into()]).await?;
    }
    Ok(())
}
