//! What can be wrong with a built frontend.

use callboard_config::ConfigError;
use callboard_store::StoreError;

/// An error of the plugin.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration can't be used; the text names the key.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file of the build can't be read.
    #[error("{path}: {source}; app.distDir must name the dist folder of a built app")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of the build is not what it should be.
    #[error("{path}: {message}")]
    Broken {
        /// Which.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The database.
    #[error("old files of the app can't be kept: {0}")]
    Store(#[from] StoreError),
}
