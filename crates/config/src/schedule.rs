//! When a recurring task runs: `{frequency, timeout, initialDelay?, scope?}`.

use std::time::Duration;

use crate::error::ConfigError;
use crate::reader::Config;

/// How often a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frequency {
    /// So long after each start.
    Every(Duration),
    /// A cron expression, as written.
    Cron(String),
    /// Only when someone triggers it.
    Manual,
}

/// Whether one process runs the task or each of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// One process at a time.
    #[default]
    Global,
    /// Every process on its own.
    Local,
}

/// A schedule (backend-plugin-api, `readSchedulerServiceTaskScheduleDefinitionFromConfig`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How often.
    pub frequency: Frequency,
    /// After which time a run is given up.
    pub timeout: Duration,
    /// How long to wait before the first run.
    pub initial_delay: Option<Duration>,
    /// Where it runs.
    pub scope: Scope,
}

impl Schedule {
    /// Reads the schedule that stands at this view; `frequency` and `timeout` are required.
    ///
    /// # Errors
    /// A required key is missing or a value is not what it should be.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let scope = match config.opt_str("scope")? {
            None | Some("global") => Scope::Global,
            Some("local") => Scope::Local,
            Some(_) => return Err(config.error("scope", r#"expected "global" or "local""#)),
        };
        Ok(Self {
            frequency: Frequency::read(config, "frequency")?,
            timeout: config
                .opt_duration("timeout")?
                .ok_or_else(|| config.missing("timeout", crate::duration::EXPECTED))?,
            initial_delay: config.opt_duration("initialDelay")?,
            scope,
        })
    }
}

impl Frequency {
    fn read(config: &Config, path: &str) -> Result<Self, ConfigError> {
        if let Ok(Some(view)) = config.opt_config(path) {
            if let Some(cron) = view.opt_string("cron")? {
                return Ok(Self::Cron(cron));
            }
            match view.opt_str("trigger")? {
                Some("manual") => return Ok(Self::Manual),
                Some(_) => return Err(view.error("trigger", r#"expected "manual""#)),
                None => {}
            }
        }
        let every = config.opt_duration(path)?;
        every
            .map(Self::Every)
            .ok_or_else(|| config.missing(path, r#"a duration, {cron: "0 * * * *"} or {trigger: manual}"#))
    }
}
