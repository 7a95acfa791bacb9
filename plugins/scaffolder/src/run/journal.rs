//! Where a run leaves what it did: in the database under its lease, or, for a dry run, in memory.

use std::sync::Arc;

use parking_lot::Mutex;

use super::hold::Hold;
use super::log::TaskLog;
use crate::db::commits::Commit;
use crate::db::events::NewEvent;
use crate::error::ScaffolderError;

/// Takes commits.
#[derive(Debug, Clone)]
pub(crate) enum Journal {
    /// Of a task.
    Database(Arc<Hold>),
    /// Of a dry run: only events are kept.
    Memory(Arc<Mutex<Vec<NewEvent>>>),
}

impl Journal {
    /// Writes what the log has to say, and the rest of the commit.
    pub(crate) async fn commit(&self, commit: Commit, log: &TaskLog) -> Result<(), ScaffolderError> {
        match self {
            Self::Database(hold) => hold.commit(commit, log).await,
            Self::Memory(events) => {
                events.lock().extend(log.take());
                Ok(())
            }
        }
    }

    /// Whether this is a dry run.
    pub(crate) fn is_dry_run(&self) -> bool {
        matches!(self, Self::Memory(_))
    }
}
