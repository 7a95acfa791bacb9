//! What the scaffolder counts.

use callboard_kit::metrics::Metrics;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Labels of one counter.
type Labels = Vec<(&'static str, String)>;

/// Counters and gauges of one scaffolder.
#[derive(Debug, Clone)]
pub(crate) struct ScaffolderMetrics {
    created: Family<Labels, Counter>,
    ended: Family<Labels, Counter>,
    failed_steps: Family<Labels, Counter>,
    recovered: Counter,
    pub(crate) running: Gauge,
    seconds: Histogram,
}

impl ScaffolderMetrics {
    /// Makes them and adds them to the registry.
    pub(crate) fn register(registry: &Metrics) -> Self {
        let metrics = Self {
            created: Family::default(),
            ended: Family::default(),
            failed_steps: Family::default(),
            recovered: Counter::default(),
            running: Gauge::default(),
            seconds: Histogram::new(exponential_buckets(0.1, 3.0, 12)),
        };
        let m = metrics.clone();
        registry.register("callboard_scaffolder_tasks_created", "Tasks created, by template", m.created);
        registry.register(
            "callboard_scaffolder_tasks_ended",
            "Tasks ended, by template and outcome",
            m.ended,
        );
        registry.register("callboard_scaffolder_steps_failed", "Steps failed, by action", m.failed_steps);
        registry.register(
            "callboard_scaffolder_tasks_recovered",
            "Tasks that went on here after another process was cut off",
            m.recovered,
        );
        registry.register("callboard_scaffolder_tasks_running", "Tasks that run in this process", m.running);
        registry.register(
            "callboard_scaffolder_task_seconds",
            "Time that tasks ran without a pause",
            m.seconds,
        );
        metrics
    }

    pub(crate) fn task_created(&self, template: &str) {
        self.created.get_or_create(&vec![("template", template.to_owned())]).inc();
    }

    pub(crate) fn task_ended(&self, template: &str, status: &str, seconds: f64) {
        let labels = vec![("template", template.to_owned()), ("status", status.to_owned())];
        self.ended.get_or_create(&labels).inc();
        self.seconds.observe(seconds);
    }

    pub(crate) fn step_failed(&self, action: &str) {
        self.failed_steps.get_or_create(&vec![("action", action.to_owned())]).inc();
    }

    pub(crate) fn task_recovered(&self) {
        self.recovered.inc();
    }
}
