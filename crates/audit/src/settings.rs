//! `backend.auditor`: which events go where.

use std::path::{Path, PathBuf};
use std::time::Duration;

use callboard_config::{Config, ConfigError};
use callboard_kit::audit::Severity;
use secrecy::SecretString;
use tracing::Level;

const DEFAULT_RETENTION: Duration = Duration::from_secs(90 * 24 * 3_600);
const DEFAULT_MAX_EVENTS: u64 = 1_000_000;
const DEFAULT_BUFFER_BYTES: u64 = 256 * 1024 * 1024;
const SMALLEST_BUFFER: u64 = 1024 * 1024;
const DEFAULT_FILE_BYTES: u64 = 100 * 1024 * 1024;
const SMALLEST_FILE: u64 = 64 * 1024;
const DEFAULT_FILES: u64 = 10;
/// Where the buffer is when nothing is said, below the working directory.
const DEFAULT_DIRECTORY: &str = "callboard-audit";
/// Names of sinks become names of files.
const LONGEST_NAME: usize = 64;

/// All settings of the audit log.
#[derive(Debug)]
pub struct AuditSettings {
    /// The level in the structured log of each severity, lowest first; `None` is never.
    pub(crate) levels: [Option<Level>; 4],
    /// What the table of the portal takes from; `None` is nothing.
    pub(crate) stored_from: Option<Severity>,
    /// How long events are stored.
    pub(crate) retention: Duration,
    /// How many events are stored at most.
    pub(crate) max_events: u64,
    /// Where events wait for sinks; `None` is in memory.
    pub(crate) directory: Option<PathBuf>,
    /// How many bytes may wait.
    pub(crate) buffer_bytes: u64,
    /// The sinks by name.
    pub(crate) sinks: Vec<(String, SinkSettings)>,
}

/// One entry of `backend.auditor.sinks`.
#[derive(Debug)]
pub(crate) struct SinkSettings {
    /// It takes events of this severity and above.
    pub(crate) from: Severity,
    pub(crate) target: Target,
}

/// Where a sink leads.
#[derive(Debug)]
pub(crate) enum Target {
    File { path: PathBuf, max_bytes: u64, max_files: u64 },
    Elasticsearch { url: String, index: String, authorization: Option<SecretString> },
    Webhook { url: String, headers: Vec<(http::HeaderName, SecretString)>, secret: Option<SecretString> },
}

impl AuditSettings {
    /// How long events are stored, and how many.
    pub fn bounds(&self) -> (Duration, u64) {
        (self.retention, self.max_events)
    }

    /// Reads the section; `config` is the whole configuration.
    ///
    /// # Errors
    /// When a value can't be used.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let home = PathBuf::from(config.opt_str("backend.workingDirectory")?.unwrap_or("."));
        let mut sinks = Vec::new();
        for (name, entry) in config.entries("backend.auditor.sinks")? {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
                let message = format!("a sink is named with letters, digits, '-' and '_', not {name:?}");
                return Err(config.error("backend.auditor.sinks", message));
            }
            sinks.push((name, sink(&entry, &home)?));
        }
        let directory = config.opt_str("backend.auditor.buffer.directory")?;
        // What stays in the process needs no directory; who runs without sinks gets no files that nobody asked for.
        let wanted = directory.is_some() || !sinks.is_empty();
        Ok(Self {
            levels: levels(config)?,
            stored_from: severity(config, "backend.auditor.database.severity")?
                .unwrap_or(Some(Severity::Medium)),
            retention: config.opt_duration("backend.auditor.retention")?.unwrap_or(DEFAULT_RETENTION),
            max_events: config.opt_u64("backend.auditor.maxEvents")?.unwrap_or(DEFAULT_MAX_EVENTS),
            directory: wanted.then(|| home.join(directory.unwrap_or(DEFAULT_DIRECTORY))),
            buffer_bytes: config
                .opt_u64("backend.auditor.buffer.maxBytes")?
                .unwrap_or(DEFAULT_BUFFER_BYTES)
                .max(SMALLEST_BUFFER),
            sinks,
        })
    }
}

fn sink(entry: &Config, home: &Path) -> Result<SinkSettings, ConfigError> {
    let from = severity(entry, "severity")?.unwrap_or(Some(Severity::Medium));
    let Some(from) = from else {
        return Err(entry.error("severity", "a sink that takes nothing is left out instead"));
    };
    let target = match entry.get_str("type")? {
        "file" => Target::File {
            path: home.join(entry.get_str("path")?),
            max_bytes: entry.opt_u64("maxBytes")?.unwrap_or(DEFAULT_FILE_BYTES).max(SMALLEST_FILE),
            max_files: entry.opt_u64("maxFiles")?.unwrap_or(DEFAULT_FILES).clamp(1, 1_000),
        },
        "elasticsearch" => Target::Elasticsearch {
            url: url(entry)?,
            index: entry.opt_string("index")?.unwrap_or_else(|| "callboard-audit".to_owned()),
            authorization: authorization(entry)?,
        },
        "webhook" => Target::Webhook {
            url: url(entry)?,
            headers: headers(entry)?,
            secret: entry.opt_string("secret")?.map(SecretString::from),
        },
        other => {
            let message = format!("'{other}' is not a type; use 'file', 'elasticsearch' or 'webhook'");
            return Err(entry.error("type", message));
        }
    };
    Ok(SinkSettings { from, target })
}

fn url(entry: &Config) -> Result<String, ConfigError> {
    let text = entry.get_str("url")?;
    match url::Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            Err(entry.error("url", "expected http or https"))
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Err(entry
            .error("url", "name and password do not belong into the URL; username and password take them")),
        Ok(_) => Ok(text.trim_end_matches('/').to_owned()),
        Err(error) => Err(entry.error("url", error.to_string())),
    }
}

fn authorization(entry: &Config) -> Result<Option<SecretString>, ConfigError> {
    use base64::Engine;
    if let Some(key) = entry.opt_str("apiKey")? {
        return Ok(Some(SecretString::from(format!("ApiKey {key}"))));
    }
    let Some(username) = entry.opt_str("username")? else { return Ok(None) };
    let password = entry.get_str("password")?;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
    Ok(Some(SecretString::from(format!("Basic {pair}"))))
}

fn headers(entry: &Config) -> Result<Vec<(http::HeaderName, SecretString)>, ConfigError> {
    let mut headers = Vec::new();
    for name in entry.keys("headers") {
        let path = format!("headers.{name}");
        let value = entry.get_str(&path)?.to_owned();
        let name = name.parse().map_err(|_| entry.error(&path, "this is not the name of a header"))?;
        if http::HeaderValue::from_str(&value).is_err() {
            return Err(entry.error(&path, "this can't stand in a header"));
        }
        headers.push((name, SecretString::from(value)));
    }
    Ok(headers)
}

/// A severity, or `Some(None)` for `none`.
fn severity(config: &Config, path: &str) -> Result<Option<Option<Severity>>, ConfigError> {
    match config.opt_str(path)? {
        None => Ok(None),
        Some("none") => Ok(Some(None)),
        Some(text) => Severity::parse(text)
            .map(|severity| Some(Some(severity)))
            .ok_or_else(|| config.error(path, "expected low, medium, high, critical or none")),
    }
}

/// `backend.auditor.severityLogLevelMappings`: low is debug, the others info, as in Backstage.
fn levels(config: &Config) -> Result<[Option<Level>; 4], ConfigError> {
    let mut levels = [Some(Level::DEBUG), Some(Level::INFO), Some(Level::INFO), Some(Level::INFO)];
    for (level, severity) in levels.iter_mut().zip(Severity::ALL) {
        let path = format!("backend.auditor.severityLogLevelMappings.{}", severity.as_str());
        *level = match config.opt_str(&path)? {
            None => *level,
            Some("silly" | "trace") => Some(Level::TRACE),
            Some("verbose" | "debug") => Some(Level::DEBUG),
            Some("http" | "info") => Some(Level::INFO),
            Some("warn") => Some(Level::WARN),
            Some("error") => Some(Level::ERROR),
            Some("none") => None,
            Some(other) => {
                let message = format!("'{other}' is not a level; use debug, info, warn, error or none");
                return Err(config.error(&path, message));
            }
        };
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(auditor: serde_json::Value) -> Result<AuditSettings, ConfigError> {
        AuditSettings::read(&Config::from_value(json!({"backend": {"auditor": auditor}})))
    }

    #[test]
    fn without_a_section_reads_are_debug_and_changes_are_stored() {
        let settings = read(json!({})).expect("settings");
        assert_eq!(
            settings.levels,
            [Some(Level::DEBUG), Some(Level::INFO), Some(Level::INFO), Some(Level::INFO)]
        );
        assert_eq!(settings.stored_from, Some(Severity::Medium));
        assert!(settings.directory.is_none() && settings.sinks.is_empty());
    }

    #[test]
    fn a_sink_brings_a_buffer_on_disk() {
        let settings =
            read(json!({"sinks": {"siem": {"type": "webhook", "url": "https://siem.example.com/in/"}}}));
        let settings = settings.expect("settings");
        assert!(settings.directory.is_some());
        assert!(matches!(&settings.sinks[0].1.target, Target::Webhook { url, .. } if !url.ends_with('/')));
    }

    #[test]
    fn what_cannot_be_used_is_an_error_that_names_the_key() {
        for (auditor, key) in [
            (json!({"sinks": {"a": {"type": "syslog"}}}), "sinks.a.type"),
            (json!({"sinks": {"a/b": {"type": "file", "path": "x"}}}), "auditor.sinks"),
            (json!({"sinks": {"a": {"type": "webhook", "url": "ftp://x"}}}), "sinks.a.url"),
            (json!({"sinks": {"a": {"type": "webhook", "url": "https://u:p@x"}}}), "sinks.a.url"),
            (json!({"sinks": {"a": {"type": "file", "path": "x", "severity": "loud"}}}), "sinks.a.severity"),
            (json!({"severityLogLevelMappings": {"low": "loud"}}), "severityLogLevelMappings.low"),
        ] {
            let error = read(auditor).expect_err("an error").to_string();
            assert!(error.contains(key), "{error} should name {key}");
        }
    }
}
