//! What can go wrong in the catalog, told apart by what a caller does about it. No HTTP in here.

use callboard_config::ConfigError;
use callboard_store::StoreError;

/// An error of the catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The configuration can't be used; the text names the key.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A configured value can't be used; the text names the key and what to do.
    #[error("{0}")]
    Setting(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored document is not JSON: the database was changed by other hands.
    #[error("the stored {what} of {entity_ref} can't be read: {source}")]
    Stored {
        /// `entity`, `cache`, `errors`, `relations`.
        what: &'static str,
        /// Whose.
        entity_ref: String,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It clashes with what is there.
    #[error("{0}")]
    Conflict(String),
    /// What was asked for can't be done.
    #[error("{0}")]
    Input(String),
    /// A write was committed, and this process has not caught up with it in time.
    #[error("the change is stored, but this server is behind by {behind} changes; read again in a moment")]
    Behind {
        /// How many changes are missing.
        behind: i64,
    },
    /// The changes asked for are no longer kept.
    #[error("changes before {oldest} are no longer kept; start again from the entities as they are")]
    Gone {
        /// The oldest sequence number kept.
        oldest: i64,
    },
}

impl CatalogError {
    /// Whether the same request may succeed in a moment.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_unavailable())
    }

    pub(crate) fn stored(what: &'static str, entity_ref: &str, source: serde_json::Error) -> Self {
        Self::Stored { what, entity_ref: entity_ref.to_owned(), source }
    }
}
