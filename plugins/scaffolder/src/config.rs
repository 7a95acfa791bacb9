//! The `scaffolder` section: Backstage's keys with the defaults of scaffolder-backend 4.2.0, and those of Callboard.

use std::path::PathBuf;
use std::time::Duration;

use callboard_config::{Config, ConfigError};
use secrecy::SecretString;
use serde_json::{Map, Value};

const DEFAULT_WORKERS: usize = 10;
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
const MIB: u64 = 1 << 20;
/// A shorter lease would be lost by a process that is merely busy.
const SHORTEST_LEASE: Duration = Duration::from_secs(1);

/// How the scaffolder behaves.
#[derive(Debug, Clone)]
pub struct ScaffolderConfig {
    /// `scaffolder.concurrentTasksLimit`: tasks that this process runs at the same time; 0 for none.
    pub workers: usize,
    /// `scaffolder.limits.tasksPerTemplate`: running tasks of one template, on all processes together.
    pub per_template: Option<u32>,
    /// `scaffolder.limits.tasksPerUser`: running tasks of one user, on all processes together.
    pub per_user: Option<u32>,
    /// `scaffolder.limits.stepTimeout`: how long a step may take that has no `timeout` of its own.
    pub step_timeout: Duration,
    /// `scaffolder.limits.logLines`: lines that the log of a task may have.
    pub log_lines: u64,
    /// `scaffolder.limits.logBytes`: bytes that the log of a task may have.
    pub log_bytes: u64,
    /// `scaffolder.limits.workspaceBytes`: what the workspace of a task may hold, to be kept between steps.
    pub workspace_bytes: u64,
    /// `scaffolder.taskRecovery.enabled`: whether a task goes on after its process has died.
    pub recovery: bool,
    /// `scaffolder.taskRecovery.staleTimeout`: how long a process may be silent until others take its tasks.
    pub lease: Duration,
    /// `scaffolder.taskTimeout`: how long a task may wait or run without a sign of life.
    pub task_timeout: Duration,
    /// `scaffolder.taskTimeoutJanitorFrequency`
    pub janitor: Duration,
    /// `scaffolder.retryPeriod`: how long a failed task can be retried from one of its steps.
    pub retry_period: Duration,
    /// `backend.workingDirectory`, or the system's directory for temporary files.
    pub working_directory: PathBuf,
    /// `scaffolder.secretsKey`: what secrets at rest are encrypted with.
    pub secrets_key: Option<SecretString>,
    /// `scaffolder.auditor.taskParameterMaxLength`; `None` for any length.
    pub audited_length: Option<usize>,
    /// `scaffolder.defaultEnvironment`
    pub environment: Environment,
}

/// `scaffolder.defaultEnvironment`: what every template finds under `environment`.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `environment.parameters`
    pub parameters: Map<String, Value>,
    /// `environment.secrets`, which only inputs of steps see.
    pub secrets: Vec<(String, SecretString)>,
}

impl ScaffolderConfig {
    /// Reads the section; `config` is the whole configuration.
    ///
    /// # Errors
    /// A value is of the wrong type or out of range.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let number =
            |path: &str, default: u64| Ok::<_, ConfigError>(config.opt_u64(path)?.unwrap_or(default));
        let time = |path: &str, default: Duration| {
            Ok::<_, ConfigError>(config.opt_duration(path)?.unwrap_or(default))
        };
        let limit = |path: &str| match config.opt_u64(path)? {
            Some(0) => Err(config.error(path, "expected a number above 0; leave the key out for no limit")),
            limit => Ok(limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX))),
        };
        let working_directory = match config.opt_str("backend.workingDirectory")? {
            Some(path) => PathBuf::from(path),
            None => std::env::temp_dir(),
        };
        let legacy = config.opt_bool("scaffolder.EXPERIMENTAL_recoverTasks")?;
        let recovery = config.opt_bool("scaffolder.taskRecovery.enabled")?.or(legacy).unwrap_or(true);
        let stale = match config.opt_duration("scaffolder.taskRecovery.staleTimeout")? {
            Some(stale) => stale,
            None => time("scaffolder.EXPERIMENTAL_recoverTasksTimeout", Duration::from_secs(30))?,
        };
        let audited = config.opt_i64("scaffolder.auditor.taskParameterMaxLength")?.unwrap_or(256);
        let workers = number("scaffolder.concurrentTasksLimit", DEFAULT_WORKERS as u64)?;
        Ok(Self {
            workers: usize::try_from(workers).unwrap_or(usize::MAX).min(10_000),
            per_template: limit("scaffolder.limits.tasksPerTemplate")?,
            per_user: limit("scaffolder.limits.tasksPerUser")?,
            step_timeout: time("scaffolder.limits.stepTimeout", DAY)?,
            log_lines: number("scaffolder.limits.logLines", 20_000)?,
            log_bytes: number("scaffolder.limits.logBytes", 10 * MIB)?,
            workspace_bytes: number("scaffolder.limits.workspaceBytes", 100 * MIB)?,
            recovery,
            lease: stale.max(SHORTEST_LEASE),
            task_timeout: time("scaffolder.taskTimeout", DAY)?,
            janitor: time("scaffolder.taskTimeoutJanitorFrequency", Duration::from_secs(300))?
                .max(SHORTEST_LEASE),
            retry_period: time("scaffolder.retryPeriod", WEEK)?,
            working_directory,
            secrets_key: config.opt_string("scaffolder.secretsKey")?.map(SecretString::from),
            audited_length: usize::try_from(audited).ok(),
            environment: environment(config)?,
        })
    }
}

fn environment(config: &Config) -> Result<Environment, ConfigError> {
    let parameters = match config.get("scaffolder.defaultEnvironment.parameters") {
        Some(Value::Object(parameters)) => parameters,
        _ => Map::new(),
    };
    let mut secrets = Vec::new();
    for name in config.keys("scaffolder.defaultEnvironment.secrets") {
        let section = config.get_config("scaffolder.defaultEnvironment.secrets")?;
        if let Some(value) = section.opt_string(&name)? {
            secrets.push((name, SecretString::from(value)));
        }
    }
    Ok(Environment { parameters, secrets })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_empty_section_has_backstages_defaults_and_recovery_on() {
        for section in [json!({}), json!({"scaffolder": null})] {
            let config = ScaffolderConfig::read(&Config::from_value(section)).unwrap();
            assert_eq!((config.workers, config.lease), (10, Duration::from_secs(30)));
            assert_eq!((config.task_timeout, config.audited_length), (DAY, Some(256)));
            assert!(config.recovery && config.per_template.is_none());
        }
    }

    #[test]
    fn keys_are_read_and_a_limit_of_nothing_is_refused() {
        let config = json!({"scaffolder": {
            "concurrentTasksLimit": 0,
            "limits": {"tasksPerUser": 2, "stepTimeout": "10m"},
            "taskRecovery": {"enabled": false, "staleTimeout": {"seconds": 5}},
            "auditor": {"taskParameterMaxLength": -1},
            "defaultEnvironment": {"parameters": {"region": "north"}, "secrets": {"KEY": "s3cr3t"}},
        }});
        let config = ScaffolderConfig::read(&Config::from_value(config)).unwrap();
        assert_eq!((config.workers, config.per_user, config.recovery), (0, Some(2), false));
        assert_eq!((config.lease, config.step_timeout), (Duration::from_secs(5), Duration::from_secs(600)));
        assert_eq!(config.audited_length, None);
        assert_eq!(config.environment.parameters["region"], "north");
        assert_eq!(config.environment.secrets.len(), 1);
        let wrong = json!({"scaffolder": {"limits": {"tasksPerTemplate": 0}}});
        let error = ScaffolderConfig::read(&Config::from_value(wrong)).unwrap_err().to_string();
        assert!(error.contains("scaffolder.limits.tasksPerTemplate"), "{error}");
    }
}
