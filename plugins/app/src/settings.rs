//! `app`: where the built frontend is and how it is served.

use std::path::{Path, PathBuf};

use callboard_config::{Config, ConfigError};

const DIST: &str = "app.distDir";

/// The settings of a built frontend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppSettings {
    /// The `dist` folder.
    pub(crate) dist: PathBuf,
    /// Whether the configuration is left out of the page.
    pub(crate) no_injection: bool,
    /// Whether files of earlier builds are forgotten.
    pub(crate) no_old_assets: bool,
    /// Whether everybody gets the whole app, signed in or not.
    pub(crate) no_public_entry: bool,
}

impl AppSettings {
    /// Reads the section; `None` without `app.distDir`.
    pub(crate) fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        let Some(dist) = config.opt_str(DIST)? else { return Ok(None) };
        Ok(Some(Self {
            dist: beside_config(config, dist),
            no_injection: config.opt_bool("app.disableConfigInjection")?.unwrap_or(false),
            no_old_assets: config.opt_bool("app.disableStaticFallbackCache")?.unwrap_or(false),
            no_public_entry: config.opt_bool("app.disablePublicEntryPoint")?.unwrap_or(false),
        }))
    }
}

/// A relative folder is meant from the file that names it.
fn beside_config(config: &Config, dist: &str) -> PathBuf {
    let file = config.origin(DIST).map(|origin| origin.source.to_string()).unwrap_or_default();
    match Path::new(&file).parent().filter(|_| Path::new(&file).is_file()) {
        Some(folder) => folder.join(dist),
        None => PathBuf::from(dist),
    }
}
