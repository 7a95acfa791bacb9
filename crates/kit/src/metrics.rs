//! The metrics registry that plugins add to; the server answers `/metrics` from it.

use std::sync::{Arc, Mutex};

use prometheus_client::registry::{Metric, Registry};

/// Shared by all plugins of one server. Names are `backstage_*` where Backstage has the metric, else `callboard_*`.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
}

impl Metrics {
    /// Adds a metric; a counter's name comes without `_total`, which the text format appends.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        if let Ok(mut registry) = self.registry.lock() {
            registry.register(name, help, metric);
        }
    }

    /// Everything in the OpenMetrics text format.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        if let Ok(registry) = self.registry.lock() {
            // Writing to a String can't fail.
            let _ = prometheus_client::encoding::text::encode(&mut text, &registry);
        }
        text
    }
}
