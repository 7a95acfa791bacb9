//! What the monitoring system learns about the record.

use callboard_kit::metrics::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

/// Which sink.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct SinkLabel {
    pub(crate) sink: String,
}

/// Counters of the record.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditMetrics {
    /// Events taken.
    pub(crate) recorded: Counter,
    /// Events that came faster than they could be written down.
    pub(crate) overflowed: Counter,
    /// Events of nobody beyond the rate.
    pub(crate) suppressed: Counter,
    pub(crate) delivered: Family<SinkLabel, Counter>,
    /// Events that a sink never got because the buffer was full.
    pub(crate) dropped: Family<SinkLabel, Counter>,
    /// Events that a sink refused for good.
    pub(crate) refused: Family<SinkLabel, Counter>,
    pub(crate) failures: Family<SinkLabel, Counter>,
    pub(crate) waiting: Family<SinkLabel, Gauge>,
}

impl AuditMetrics {
    pub(crate) fn register(metrics: &Metrics) -> Self {
        let own = Self::default();
        metrics.register("callboard_audit_recorded", "Audit events taken", own.recorded.clone());
        let help = "Audit events lost because they came faster than they could be written down";
        metrics.register("callboard_audit_overflowed", help, own.overflowed.clone());
        let help = "Denied requests of nobody beyond the rate at which they are recorded";
        metrics.register("callboard_audit_suppressed", help, own.suppressed.clone());
        metrics.register("callboard_audit_delivered", "Audit events that a sink has", own.delivered.clone());
        let help = "Audit events that a sink never got because the buffer was full";
        metrics.register("callboard_audit_dropped", help, own.dropped.clone());
        metrics.register(
            "callboard_audit_refused",
            "Audit events that a sink refused for good",
            own.refused.clone(),
        );
        metrics.register(
            "callboard_audit_failures",
            "Deliveries of audit events that failed",
            own.failures.clone(),
        );
        metrics.register("callboard_audit_waiting", "Audit events that wait for a sink", own.waiting.clone());
        own
    }
}
