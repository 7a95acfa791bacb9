//! Loads app-config files exactly as Backstage does, with errors that name file and line.
/// placeholder replaced by the loader
#[derive(Debug, Clone, Default)]
pub struct Config;
