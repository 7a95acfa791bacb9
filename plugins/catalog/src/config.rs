//! The `catalog` section: the settings of ingestion, with the defaults of catalog-backend 4.0.0.

use std::time::Duration;

use callboard_config::{Config, ConfigError};
use rand::Rng;

/// How the catalog behaves.
#[derive(Debug, Clone)]
pub struct CatalogConfig {
    /// `catalog.readonly`: no registering, changing or removing of locations.
    pub readonly: bool,
    /// `catalog.processingInterval`; `None` for `false`, which stops processing in this process.
    pub processing_interval: Option<ProcessingInterval>,
    /// `catalog.orphanStrategy`
    pub orphans: OrphanStrategy,
    /// `catalog.orphanProviderStrategy`: what becomes of the entities of providers that are no longer configured.
    pub orphan_providers: OrphanStrategy,
    /// `catalog.defaultLocationConflictStrategy`
    pub location_conflict: LocationConflict,
    /// `catalog.locations`
    pub locations: Vec<ConfiguredLocation>,
    /// `catalog.history.retention`: how long a change is kept.
    pub history_retention: Duration,
    /// `catalog.history.maxChanges`: how many changes are kept at most.
    pub history_max_changes: i64,
    /// `backend.reading.maxBytes`: how large a file of a `file` location may be.
    pub max_file_bytes: u64,
    /// What a result depends on besides the entity itself; another one means that all are processed again.
    pub fingerprint: String,
    /// The periods of background work.
    pub timing: Timing,
}

/// How long background work waits and holds on to things. Fixed in production; tests make time shorter.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long claimed work stays claimed after its process has died.
    pub lease: Duration,
    /// Longest wait until due work, changes of other processes and queued stitching are looked for without a signal.
    pub poll: Duration,
    /// How long an orphan waits for another location to adopt it.
    pub orphan_grace: Duration,
    /// How long, while a bulk of entities comes in, those wait that are there and get relations from others. In a long
    /// bulk it grows.
    pub stitch_delay: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            orphan_grace: Duration::from_secs(30),
            stitch_delay: Duration::from_secs(30),
        }
    }
}

/// The time between two runs of an entity: random between `min` and `max`, so that load spreads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessingInterval {
    /// Shortest.
    pub min: Duration,
    /// Longest.
    pub max: Duration,
}

impl ProcessingInterval {
    /// One of the times in between.
    pub fn pick(self) -> Duration {
        let spread = self.max.saturating_sub(self.min).as_secs_f64();
        self.min + Duration::from_secs_f64(spread * rand::rng().random::<f64>())
    }
}

/// What becomes of entities that nothing refers to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrphanStrategy {
    /// They are removed.
    Delete,
    /// They stay, annotated as orphans.
    Keep,
}

/// What registering a location does that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationConflict {
    /// It fails.
    Reject,
    /// The location is read again.
    Refresh,
}

/// One entry of `catalog.locations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredLocation {
    /// `file`, `url`
    pub kind: String,
    /// As written in the file.
    pub target: String,
}

impl CatalogConfig {
    /// Reads the section.
    ///
    /// # Errors
    /// When a value is not of the form that the contract describes; the text names file, line and key.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let locations = config
            .config_array("catalog.locations")?
            .into_iter()
            .map(|entry| {
                Ok(ConfiguredLocation {
                    kind: entry.get_str("type")?.to_owned(),
                    target: entry.get_str("target")?.to_owned(),
                })
            })
            .collect::<Result<_, ConfigError>>()?;
        Ok(Self {
            readonly: config.opt_bool("catalog.readonly")?.unwrap_or(false),
            processing_interval: processing_interval(config)?,
            orphans: orphan_strategy(config, "catalog.orphanStrategy")?,
            orphan_providers: orphan_strategy(config, "catalog.orphanProviderStrategy")?,
            location_conflict: match config.opt_str("catalog.defaultLocationConflictStrategy")? {
                None | Some("reject") => LocationConflict::Reject,
                Some("refresh") => LocationConflict::Refresh,
                Some(other) => {
                    return Err(config.error(
                        "catalog.defaultLocationConflictStrategy",
                        format!("expected reject or refresh, found {other}"),
                    ));
                }
            },
            locations,
            history_retention: config
                .opt_duration("catalog.history.retention")?
                .unwrap_or(Duration::from_secs(90 * 24 * 3600)),
            history_max_changes: config.opt_i64("catalog.history.maxChanges")?.unwrap_or(10_000_000).max(1),
            max_file_bytes: config.opt_u64("backend.reading.maxBytes")?.unwrap_or(20 << 20),
            fingerprint: fingerprint(config),
            timing: Timing::default(),
        })
    }
}

fn processing_interval(config: &Config) -> Result<Option<ProcessingInterval>, ConfigError> {
    const KEY: &str = "catalog.processingInterval";
    match config.get(KEY) {
        None => Ok(Some(ProcessingInterval { min: Duration::from_secs(100), max: Duration::from_secs(150) })),
        Some(serde_json::Value::Bool(false)) => Ok(None),
        Some(_) => {
            let min = config.opt_duration(KEY)?.unwrap_or(Duration::from_secs(100));
            if min.is_zero() {
                return Err(
                    config.error(KEY, "expected a duration longer than zero, or false to stop processing")
                );
            }
            Ok(Some(ProcessingInterval { min, max: min.mul_f64(1.5) }))
        }
    }
}

fn orphan_strategy(config: &Config, key: &str) -> Result<OrphanStrategy, ConfigError> {
    match config.opt_str(key)? {
        None | Some("delete") => Ok(OrphanStrategy::Delete),
        Some("keep") => Ok(OrphanStrategy::Keep),
        Some(other) => Err(config.error(key, format!("expected delete or keep, found {other}"))),
    }
}

/// Everything that a result may depend on and that is not in the entity: the program, its rules and its hosts.
/// Tokens of the hosts go into the hash only.
fn fingerprint(config: &Config) -> String {
    let parts = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "rules": config.get("catalog.rules"),
        "locations": config.get("catalog.locations"),
        "processors": config.get("catalog.processors"),
        "processorOptions": config.get("catalog.processorOptions"),
        "disableDefaultProcessors": config.get("catalog.disableDefaultProcessors"),
        "integrations": config.get("integrations"),
    });
    callboard_model::stable_json::stable_hash(&parts)
}
