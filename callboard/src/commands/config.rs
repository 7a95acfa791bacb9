//! `callboard config check` and `callboard config print`, and what `serve` says about the configuration at start.

use std::process::ExitCode;

use anyhow::bail;
use callboard_config::{Config, Level, check, frontend_config, print, report as findings};

use crate::cli::{ConfigAction, ConfigCommand};
use crate::plugins;

/// Runs one of the two.
pub(crate) fn run(command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    match &command.action {
        ConfigAction::Check { source, json } => {
            let config = super::source::loaded(source)?.config;
            let found = check(&config, plugins::IDS);
            super::print(&if *json {
                format!("{:#}", findings::json(&found))
            } else {
                findings::text(&found)
            });
            let wrong = found.iter().any(|finding| finding.level == Level::Error);
            Ok(if wrong { ExitCode::from(1) } else { ExitCode::SUCCESS })
        }
        ConfigAction::Print { source, frontend } => {
            let config = super::source::loaded(source)?.config;
            let text = if *frontend { format!("{:#}", frontend_config(&config)) } else { print(&config) };
            super::print(&text);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Logs what is odd about the configuration; a wrong value ends the start.
pub(crate) fn report(config: &Config) -> anyhow::Result<()> {
    let found = check(config, plugins::IDS);
    let mut ignored = Vec::new();
    let mut errors = Vec::new();
    for finding in &found {
        let place = finding.origin.to_string();
        match finding.level {
            Level::Error => errors.push(format!("{place}: {}: {}", finding.key, finding.message)),
            Level::Warning => tracing::warn!(key = %finding.key, %place, "{}", finding.message),
            Level::Unset => tracing::debug!(key = %finding.key, %place, "{}", finding.message),
            Level::Ignored => ignored.push(finding.key.as_str()),
        }
    }
    if !ignored.is_empty() {
        tracing::info!("configuration that nothing here reads is ignored: {}", ignored.join(", "));
    }
    if !errors.is_empty() {
        bail!("the configuration is wrong:\n  {}", errors.join("\n  "));
    }
    Ok(())
}
