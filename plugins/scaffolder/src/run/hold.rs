//! The lease on a task, shared by whoever writes for it here.

use std::time::{Duration, Instant};

use callboard_store::Database;
use tokio::sync::Mutex;

use super::log::TaskLog;
use crate::db::commits::{Commit, Lease};
use crate::error::ScaffolderError;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A task that this process runs.
#[derive(Debug)]
pub(crate) struct Hold {
    database: Database,
    lease: Mutex<Lease>,
    /// How long an unavailable database is waited for: the lease lasts no longer.
    patience: Duration,
    pub(crate) task_id: String,
    pub(crate) owner: String,
}

impl Hold {
    pub(crate) fn new(database: Database, lease: Lease, patience: Duration) -> Self {
        let (task_id, owner) = (lease.task_id.clone(), lease.owner.clone());
        Self { database, lease: Mutex::new(lease), patience, task_id, owner }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Writes, and with it everything that the log has to say by now; tries again while the database is away.
    ///
    /// # Errors
    /// `LeaseLost` when the task is somebody else's, or may be by now.
    pub(crate) async fn commit(&self, mut commit: Commit, log: &TaskLog) -> Result<(), ScaffolderError> {
        let until = Instant::now() + self.patience;
        let mut pause = FIRST_PAUSE;
        let mut lease = self.lease.lock().await;
        // Inside of the lock, so that events are stored in the order in which they came.
        commit.events = log.take();
        if commit.is_empty() {
            return Ok(());
        }
        loop {
            match lease.commit(&self.database, &commit).await {
                Err(ScaffolderError::Store(error)) if error.is_unavailable() => {
                    if Instant::now() + pause > until {
                        return Err(ScaffolderError::LeaseLost);
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                done => return done,
            }
        }
    }
}
