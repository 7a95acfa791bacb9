//! Structured logs: JSON in production, readable on a terminal, secrets of the configuration masked in both.

use std::io::{IsTerminal, Write};

use callboard_audit::LogLines;
use callboard_config::Masker;
use serde_json::{Map, Value};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging. `level` is `LOG_LEVEL` or `backend.logger.level`; what `masker` knows never appears in any line.
pub(crate) fn start(level: Option<&str>, masker: Masker) -> AuditLines {
    let level = level.map_or("info", node_level);
    let filter = EnvFilter::try_from_env("RUST_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},sqlx=warn,hyper=warn,reqwest=warn")));
    let writer = Masking { masker };
    let terminal = std::io::stdout().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer.clone());
    // A second start (a test that runs several servers) keeps the first subscriber.
    let outcome = if terminal {
        builder.with_target(true).try_init()
    } else {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    };
    if outcome.is_err() {
        tracing::debug!("logging was started before");
    }
    AuditLines { out: writer, terminal }
}

/// Backstage's level names (winston's) in tracing's words.
fn node_level(level: &str) -> &str {
    match level {
        "silly" => "trace",
        "verbose" | "debug" => "debug",
        "http" => "info",
        other => other,
    }
}

/// Audit events in the structured log, as Backstage's auditor writes them (`backend-defaults` 0.18.0).
#[derive(Clone)]
pub(crate) struct AuditLines {
    out: Masking,
    terminal: bool,
}

impl LogLines for AuditLines {
    fn enabled(&self, level: Level) -> bool {
        match level {
            Level::TRACE => tracing::enabled!(target: "audit", Level::TRACE),
            Level::DEBUG => tracing::enabled!(target: "audit", Level::DEBUG),
            Level::INFO => tracing::enabled!(target: "audit", Level::INFO),
            Level::WARN => tracing::enabled!(target: "audit", Level::WARN),
            Level::ERROR => tracing::enabled!(target: "audit", Level::ERROR),
        }
    }

    fn write(&self, level: Level, json: &[u8]) {
        let Ok(Value::Object(event)) = serde_json::from_slice(json) else { return };
        let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let message = format!("{}.{}", text("plugin"), text("eventId"));
        let line = if self.terminal {
            let actor = event.get("actor").and_then(|actor| actor.get("actorId")).and_then(Value::as_str);
            let (status, actor) = (text("status"), actor.unwrap_or("anonymous"));
            let meta = event.get("meta").map(Value::to_string).unwrap_or_default();
            format!(
                "{}  {level} audit: {message} {status} by {actor} {meta} {}",
                text("timestamp"),
                text("error")
            )
        } else {
            let mut line = Map::new();
            line.insert("isAuditEvent".to_owned(), true.into());
            line.insert("service".to_owned(), "backstage".into());
            // `YYYY-MM-DD HH:mm:ss`, as log collectors know it from there.
            let at = text("timestamp").replacen('T', " ", 1).chars().take(19).collect::<String>();
            line.extend(event.into_iter().filter(|(key, _)| key != "timestamp"));
            line.insert("timestamp".to_owned(), at.into());
            line.insert("level".to_owned(), level.as_str().to_lowercase().into());
            line.insert("message".to_owned(), message.into());
            Value::Object(line).to_string()
        };
        // A closed pipe is no reason to stop.
        let _ = self.out.clone().write(format!("{}\n", line.trim_end()).as_bytes());
    }
}

/// Writes whole lines to standard output, each secret replaced by `***`.
#[derive(Clone)]
struct Masking {
    masker: Masker,
}

impl<'a> MakeWriter<'a> for Masking {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

impl Write for Masking {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        std::io::stdout().lock().write_all(self.masker.mask(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}
