//! Takes events from the queue of the requests and writes them down: into the log, and into the journal.

use std::sync::Arc;
use std::time::Duration;

use callboard_config::Masker;
use callboard_kit::audit::Severity;
use tokio::sync::mpsc::Receiver;

use crate::auditor::Log;
use crate::entry::{Entry, Taken};
use crate::journal::Journal;

/// Events that are written down together.
const BATCH: usize = 512;
/// Between two tries when the disk does not take them.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct Pump {
    pub(crate) queue: Receiver<Taken>,
    pub(crate) masker: Masker,
    pub(crate) journal: Arc<Journal>,
    pub(crate) lines: Option<Log>,
    /// The lowest severity that any sink takes; others are only logged.
    pub(crate) journal_from: Option<Severity>,
}

impl Pump {
    /// Runs until the queue is closed and empty.
    pub(crate) async fn run(mut self) {
        let mut taken = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut taken, BATCH).await > 0 {
            let batch = std::mem::take(&mut taken);
            let (masker, journal, lines) = (self.masker.clone(), self.journal.clone(), self.lines.clone());
            let from = self.journal_from;
            // Standard output and disks may stand still.
            let written = tokio::task::spawn_blocking(move || {
                let mut entries: Vec<Entry> =
                    batch.into_iter().map(|taken| taken.into_entry(&masker)).collect();
                if let Some(lines) = lines {
                    entries.iter().for_each(|entry| lines.write(entry));
                }
                entries.retain(|entry| from.is_some_and(|from| entry.severity >= from));
                append(&journal, &entries);
            });
            if let Err(error) = written.await {
                tracing::error!(target: "audit", %error, "audit events were not written down");
            }
        }
    }
}

/// Writes until it succeeds. Meanwhile the queue fills up, and what does not fit in there any more is counted.
fn append(journal: &Journal, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    let mut told = false;
    while let Err(error) = journal.append(entries) {
        if !told {
            tracing::error!(target: "audit", %error, "the buffer of audit events can't be written to; tried again");
            told = true;
        }
        std::thread::sleep(PAUSE);
    }
}
