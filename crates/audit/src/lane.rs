//! One sink's way through the journal: reads on, delivers in batches, tries again with growing pauses, remembers how far
//! it has come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use callboard_kit::audit::Severity;
use tokio_util::sync::CancellationToken;

use crate::journal::{Journal, Record};
use crate::metrics::{AuditMetrics, SinkLabel};
use crate::sinks::{Failure, Sink};

/// Events in one delivery.
const BATCH: usize = 500;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A sink and where it stands.
pub(crate) struct Lane {
    pub(crate) name: String,
    pub(crate) from: Severity,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) metrics: AuditMetrics,
    /// The cursors of all lanes, this one's at `index`.
    pub(crate) cursors: Arc<[AtomicU64]>,
    pub(crate) index: usize,
}

impl Lane {
    /// Delivers until `stop`, then what is there already, for as long as that succeeds.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut newest = self.journal.newest();
        let mut pause = FIRST_PAUSE;
        let mut size = BATCH;
        loop {
            let after = self.cursors[self.index].load(Ordering::Acquire);
            let reached = *newest.borrow_and_update();
            self.waiting(reached.saturating_sub(after));
            let records = match self.read(after, size).await {
                Ok(records) => records,
                Err(error) => {
                    tracing::error!(target: "audit", sink = %self.name, %error, "the buffer can't be read");
                    if !wait(pause, &stop).await {
                        return;
                    }
                    continue;
                }
            };
            let Some(last) = records.last().map(|record| record.sequence) else {
                if stop.is_cancelled() {
                    return;
                }
                tokio::select! {
                    grown = newest.changed() => if grown.is_err() { return },
                    () = stop.cancelled() => {}
                }
                continue;
            };
            match self.deliver(after, &records).await {
                Ok(()) => {
                    if pause > FIRST_PAUSE {
                        tracing::info!(target: "audit", sink = %self.name, "the sink takes events again");
                    }
                    (pause, size) = (FIRST_PAUSE, BATCH);
                    self.advance(last).await;
                }
                Err(Failure::Refused(reason)) if records.len() == 1 => {
                    self.metrics.refused.get_or_create(&self.label()).inc();
                    tracing::error!(target: "audit", sink = %self.name, %reason, "the sink refuses an event for good");
                    self.advance(last).await;
                }
                // One event that the sink does not like must not hold up the others: smaller batches find it.
                Err(Failure::Refused(_)) => size = (records.len() / 2).max(1),
                Err(Failure::Unavailable(reason)) => {
                    self.metrics.failures.get_or_create(&self.label()).inc();
                    if pause == FIRST_PAUSE {
                        tracing::warn!(target: "audit", sink = %self.name, %reason,
                            "the sink does not take events; they wait in the buffer");
                    }
                    if stop.is_cancelled() || !wait(pause, &stop).await {
                        return;
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// What comes after a number. Events that went while this lane waited are counted.
    async fn read(&self, after: u64, limit: usize) -> std::io::Result<Vec<Record>> {
        let journal = self.journal.clone();
        let read = tokio::task::spawn_blocking(move || journal.read(after, limit));
        let records = read.await.map_err(std::io::Error::other)??;
        if let Some(first) = records.first().map(|record| record.sequence)
            && first > after + 1
        {
            let lost = first - after - 1;
            self.metrics.dropped.get_or_create(&self.label()).inc_by(lost);
            self.cursors[self.index].store(first - 1, Ordering::Release);
            tracing::error!(target: "audit", sink = %self.name, lost,
                "the buffer was full and events are lost to this sink; backend.auditor.buffer.maxBytes makes it larger");
        }
        Ok(records)
    }

    async fn deliver(&self, after: u64, records: &[Record]) -> Result<(), Failure> {
        debug_assert!(records.first().is_none_or(|record| record.sequence > after));
        let wanted: Vec<&Record> = records.iter().filter(|record| record.severity >= self.from).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        self.sink.deliver(&wanted).await?;
        self.metrics.delivered.get_or_create(&self.label()).inc_by(wanted.len() as u64);
        Ok(())
    }

    async fn advance(&self, to: u64) {
        self.cursors[self.index].store(to, Ordering::Release);
        let everywhere = self.cursors.iter().map(|cursor| cursor.load(Ordering::Acquire)).min().unwrap_or(to);
        let (journal, name) = (self.journal.clone(), self.name.clone());
        let kept = tokio::task::spawn_blocking(move || {
            journal.release(everywhere);
            journal.keep_cursor(&name, to)
        });
        if let Ok(Err(error)) = kept.await {
            tracing::warn!(target: "audit", sink = %self.name, %error,
                "how far this sink is can't be written down; after a restart it gets events twice");
        }
    }

    fn waiting(&self, events: u64) {
        self.metrics.waiting.get_or_create(&self.label()).set(i64::try_from(events).unwrap_or(i64::MAX));
    }

    fn label(&self) -> SinkLabel {
        SinkLabel { sink: self.name.clone() }
    }
}

/// Waits a little; false when it is time to stop.
async fn wait(pause: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        () = stop.cancelled() => false,
    }
}
