//! Takes events from everywhere, without ever making anybody wait, and runs the tasks that deliver them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use callboard_config::Masker;
use callboard_kit::audit::request::current;
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::metrics::Metrics;
use callboard_scm::egress::Egress;
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::entry::{Entry, Status, Taken};
use crate::error::AuditError;
use crate::flood::Flood;
use crate::journal::Journal;
use crate::lane::Lane;
use crate::metrics::AuditMetrics;
use crate::pump::Pump;
use crate::settings::AuditSettings;
use crate::sinks::{self, Sink};
use crate::store::AuditStore;

/// Events that wait to be written down.
const QUEUE: usize = 8_192;
/// Bytes that wait in memory where there is no directory.
const MEMORY_BYTES: u64 = 16 * 1024 * 1024;
/// How long the end of the process waits for sinks.
const LAST_DELIVERY: Duration = Duration::from_secs(5);
/// The reader of the journal that fills the table of the portal.
const DATABASE: &str = "database";

/// The structured log, as the server writes it.
pub trait LogLines: Send + Sync {
    /// Whether lines of this level are written.
    fn enabled(&self, level: Level) -> bool;

    /// Writes an event, given as JSON. Called for enabled levels only, outside of requests.
    fn write(&self, level: Level, json: &[u8]);
}

/// The audit log of a server.
pub struct Auditor {
    /// For each severity, lowest first.
    wanted: [bool; 4],
    queue: Mutex<Option<Sender<Taken>>>,
    flood: Flood,
    metrics: AuditMetrics,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    stop: CancellationToken,
}

impl Auditor {
    /// Starts it inside a runtime. `lines` is the structured log; the table of `store` has to be migrated before
    /// anything can be stored, until then events wait.
    ///
    /// # Errors
    /// When the buffer or a file of a sink can't be used.
    pub fn start(
        settings: AuditSettings,
        store: Option<AuditStore>,
        lines: Option<Arc<dyn LogLines>>,
        masker: Masker,
        metrics: &Metrics,
    ) -> Result<Self, AuditError> {
        let metrics = AuditMetrics::register(metrics);
        let journal = Arc::new(match &settings.directory {
            Some(directory) => Journal::on_disk(directory, settings.buffer_bytes)?,
            None => Journal::in_memory(MEMORY_BYTES),
        });
        let mut targets: Vec<(String, Severity, Box<dyn Sink>)> = Vec::new();
        if let (Some(from), Some(store)) = (settings.stored_from, store) {
            targets.push((DATABASE.to_owned(), from, Box::new(sinks::database::Table { store })));
        }
        let egress = if settings.sinks.is_empty() { None } else { Some(Egress::new()?) };
        for (name, sink) in settings.sinks {
            if let Some(egress) = &egress {
                targets.push((format!("sink-{name}"), sink.from, sinks::open(&name, sink.target, egress)?));
            }
        }
        let journal_from = targets.iter().map(|(_, from, _)| *from).min();
        let lines = lines.map(|lines| Log {
            levels: settings.levels.map(|level| level.filter(|level| lines.enabled(*level))),
            lines,
        });
        let wanted = std::array::from_fn(|index| {
            lines.as_ref().is_some_and(|log| log.levels[index].is_some())
                || journal_from.is_some_and(|from| Severity::ALL[index] >= from)
        });

        let stop = CancellationToken::new();
        let (sender, queue) = mpsc::channel(QUEUE);
        let pump = Pump { queue, masker, journal: journal.clone(), lines, journal_from };
        let mut tasks = vec![tokio::spawn(pump.run())];
        let cursors: Arc<[AtomicU64]> =
            targets.iter().map(|(name, ..)| AtomicU64::new(journal.cursor(name))).collect();
        for ((name, ..), cursor) in targets.iter().zip(cursors.iter()) {
            // From here on, what the buffer has to let go of is missing to this sink, and counted.
            let begins = journal.keep_cursor(name, cursor.load(Ordering::Acquire));
            begins.map_err(|source| AuditError::Io {
                what: "the buffer of audit events",
                path: name.clone(),
                key: "backend.auditor.buffer.directory",
                source,
            })?;
        }
        for (index, (name, from, sink)) in targets.into_iter().enumerate() {
            let lane = Lane {
                name,
                from,
                sink,
                journal: journal.clone(),
                metrics: metrics.clone(),
                cursors: cursors.clone(),
                index,
            };
            tasks.push(tokio::spawn(Arc::new(lane).run(stop.clone())));
        }
        Ok(Self {
            wanted,
            queue: Mutex::new(Some(sender)),
            flood: Flood::new(Instant::now()),
            metrics,
            tasks: Mutex::new(tasks),
            stop,
        })
    }

    /// Takes no more events, writes down what was taken, and delivers what can be delivered within some seconds. What
    /// is then still in a buffer on disk goes out after the next start.
    pub async fn stop(&self) {
        drop(self.queue.lock().take());
        let tasks = std::mem::take(&mut *self.tasks.lock());
        let mut tasks = tasks.into_iter();
        let deadline = tokio::time::Instant::now() + LAST_DELIVERY;
        // The pump comes first: lanes end when they have what it wrote.
        if let Some(pump) = tasks.next()
            && tokio::time::timeout_at(deadline, pump).await.is_err()
        {
            tracing::warn!(target: "audit", "some audit events were not written down in time");
        }
        self.stop.cancel();
        for lane in tasks {
            let abort = lane.abort_handle();
            if tokio::time::timeout_at(deadline, lane).await.is_err() {
                abort.abort();
            }
        }
    }

    fn take(&self, mut event: AuditEvent, status: Status) {
        if !self.wants(event.severity) {
            return;
        }
        let mut left_out = 0;
        if event.actor == "anonymous" && event.error.is_some() {
            match self.flood.admit(Instant::now()) {
                Some(before) => left_out = before,
                None => {
                    self.metrics.suppressed.inc();
                    return;
                }
            }
        }
        if status == Status::Initiated {
            event.error = None;
        }
        let taken = Taken { event, status, facts: current(), at: Timestamp::now(), left_out };
        let sent = self.queue.lock().as_ref().is_some_and(|queue| queue.try_send(taken).is_ok());
        if sent {
            self.metrics.recorded.inc();
        } else {
            self.metrics.overflowed.inc();
        }
    }
}

impl AuditLog for Auditor {
    fn record(&self, event: AuditEvent) {
        let status = if event.error.is_some() { Status::Failed } else { Status::Succeeded };
        self.take(event, status);
    }

    fn initiated(&self, event: AuditEvent) {
        self.take(event, Status::Initiated);
    }

    fn wants(&self, severity: Severity) -> bool {
        self.wanted[severity as usize]
    }

    fn has_room(&self) -> bool {
        self.queue.lock().as_ref().is_none_or(|queue| queue.capacity() > QUEUE / 2)
    }
}

impl std::fmt::Debug for Auditor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auditor").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

/// The structured log, and at which level each severity is written, if it is.
#[derive(Clone)]
pub(crate) struct Log {
    lines: Arc<dyn LogLines>,
    levels: [Option<Level>; 4],
}

impl Log {
    pub(crate) fn write(&self, entry: &Entry) {
        if let Some(level) = self.levels[entry.severity as usize] {
            self.lines.write(level, &entry.json);
        }
    }
}
