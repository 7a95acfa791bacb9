//! Structured logs: JSON in production, readable on a terminal, secrets of the configuration masked in both.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging. `level` is `LOG_LEVEL` or `backend.logger.level`; `secrets` never appear in any line.
pub(crate) fn start(level: Option<&str>, secrets: Vec<String>) {
    let level = level.map_or("info", node_level);
    let filter = EnvFilter::try_from_env("RUST_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},sqlx=warn,hyper=warn,reqwest=warn")));
    let writer = Masking { secrets: Arc::new(longest_first(secrets)) };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // A second start (a test that runs several servers) keeps the first subscriber.
    let outcome = if std::io::stdout().is_terminal() {
        builder.with_target(true).try_init()
    } else {
        builder.json().flatten_event(true).with_current_span(false).try_init()
    };
    if outcome.is_err() {
        tracing::debug!("logging was started before");
    }
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

fn longest_first(mut secrets: Vec<String>) -> Vec<String> {
    // Short values would mask half of every line.
    secrets.retain(|secret| secret.len() >= 6);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    secrets
}

/// Writes whole lines to standard output, each secret replaced by `***`.
#[derive(Clone)]
struct Masking {
    secrets: Arc<Vec<String>>,
}

impl<'a> MakeWriter<'a> for Masking {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

impl Write for Masking {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut out = std::io::stdout().lock();
        if self.secrets.is_empty() {
            out.write_all(line)?;
        } else {
            let mut text = String::from_utf8_lossy(line).into_owned();
            for secret in self.secrets.iter() {
                if text.contains(secret.as_str()) {
                    text = text.replace(secret.as_str(), "***");
                }
            }
            out.write_all(text.as_bytes())?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_secrets_are_masked_before_their_parts_and_short_ones_are_left() {
        let secrets = longest_first(vec!["abc".into(), "secret-1".into(), "secret-1-long".into()]);
        assert_eq!(secrets, ["secret-1-long", "secret-1"]);
    }
}
