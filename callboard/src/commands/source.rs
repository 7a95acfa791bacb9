//! Loads the configuration for a command: the files that were named or the default ones, and the environment.

use std::collections::BTreeMap;

use anyhow::Context;
use callboard_config::{DiskFiles, Loaded, Sources, load};

use crate::cli::ConfigArgs;

/// The merged configuration and the files it came from.
pub(crate) fn loaded(arguments: &ConfigArgs) -> anyhow::Result<Loaded> {
    let root = std::env::current_dir().context("the working directory")?;
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Ok(load(&Sources { targets: &arguments.config, root: &root, env: &env, files: &DiskFiles })?)
}
