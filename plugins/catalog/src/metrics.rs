//! What the catalog counts.

use callboard_kit::metrics::Metrics;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

/// Counters and gauges of one catalog.
#[derive(Debug, Clone, Default)]
pub(crate) struct CatalogMetrics {
    /// Entities processed.
    pub(crate) processed: Counter,
    /// Entities whose processing failed.
    pub(crate) failed: Counter,
    /// Final entities written because their surroundings or they themselves changed.
    pub(crate) stitched: Counter,
    /// Conflicts of two locations about one entity.
    pub(crate) conflicts: Counter,
    /// Entities that this process is working on.
    pub(crate) in_flight: Gauge,
    /// Entities in the index.
    pub(crate) entities: Gauge,
    /// The last change that the index of this process has applied.
    pub(crate) sequence: Gauge,
    /// Changes that are committed and not yet applied here.
    pub(crate) lag: Gauge,
}

impl CatalogMetrics {
    /// Makes them and adds them to the registry.
    pub(crate) fn register(registry: &Metrics) -> Self {
        let metrics = Self::default();
        let m = metrics.clone();
        registry.register("callboard_catalog_processed", "Entities processed", m.processed);
        registry.register(
            "callboard_catalog_processing_failed",
            "Entities whose processing failed",
            m.failed,
        );
        registry.register("callboard_catalog_stitched", "Final entities written", m.stitched);
        registry.register("callboard_catalog_conflicts", "Conflicts about an entity", m.conflicts);
        registry.register("callboard_catalog_processing", "Entities being processed here", m.in_flight);
        registry.register("callboard_catalog_entities", "Entities in the index", m.entities);
        registry.register("callboard_catalog_sequence", "Last change applied to the index", m.sequence);
        registry.register("callboard_catalog_lag", "Changes not yet applied to the index", m.lag);
        metrics
    }
}
