//! An audit log with sinks under test.

use std::sync::Arc;

use callboard_audit::{AuditSettings, AuditStore, Auditor, LogLines};
use callboard_config::{Config, Masker, secret_values};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::metrics::Metrics;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tracing::Level;

/// The lines that would go to the structured log.
#[derive(Clone, Default)]
pub(crate) struct Lines(pub(crate) Arc<Mutex<String>>);

impl LogLines for Lines {
    fn enabled(&self, level: Level) -> bool {
        level <= Level::INFO
    }

    fn write(&self, _level: Level, json: &[u8]) {
        self.0.lock().push_str(&format!("{}\n", String::from_utf8_lossy(json)));
    }
}

/// An audit log and what can be seen of it.
pub(crate) struct Record {
    pub(crate) auditor: Auditor,
    pub(crate) metrics: Metrics,
    pub(crate) lines: Lines,
}

/// Starts one; `extra` are further sections of the configuration.
pub(crate) fn start(auditor: Value, extra: Value, store: Option<AuditStore>) -> Record {
    let mut config = extra;
    config["backend"]["auditor"] = auditor;
    let config = Config::from_value(config);
    let settings = AuditSettings::read(&config).expect("settings");
    let (metrics, lines) = (Metrics::default(), Lines::default());
    let masker = Masker::new(&secret_values(&config));
    let auditor = Auditor::start(settings, store, Some(Arc::new(lines.clone())), masker, &metrics);
    Record { auditor: auditor.expect("an audit log"), metrics, lines }
}

/// An event that is told apart by its number.
pub(crate) fn event(number: usize) -> AuditEvent {
    AuditEvent {
        plugin: "catalog",
        event_id: "location-mutate",
        severity: Severity::Medium,
        actor: "user:default/ada".to_owned(),
        meta: json!({"number": number}),
        error: None,
    }
}

impl Record {
    pub(crate) fn record(&self, numbers: std::ops::Range<usize>) {
        numbers.for_each(|number| self.auditor.record(event(number)));
    }

    /// The value of a metric for a sink.
    pub(crate) fn metric(&self, name: &str, sink: &str) -> u64 {
        let start = format!("{name}{{sink=\"{sink}\"}} ");
        let text = self.metrics.encode();
        text.lines().find_map(|line| line.strip_prefix(&start)?.parse().ok()).unwrap_or_default()
    }
}
