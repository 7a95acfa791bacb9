//! What changed in the catalog, as other plugins see it. The `catalog` plugin implements it.

use async_trait::async_trait;

use crate::error::ApiError;

/// One change of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityChange {
    /// Its number. Numbers have no gaps, and a lower one was committed earlier.
    pub sequence: i64,
    /// Whose, lower-case.
    pub entity_ref: String,
    /// `created`, `updated`, `deleted`
    pub kind: String,
    /// Through what: the location (`url:…`, `file:…`), `relation:<ref>`, `provider:<name>`, …
    pub cause: String,
}

/// The log of changes.
#[async_trait]
pub trait EntityChanges: Send + Sync {
    /// The number of the oldest change that is kept, and of the newest one.
    async fn bounds(&self) -> Result<(i64, i64), ApiError>;

    /// The changes after a number, oldest first, at most `limit` of them.
    async fn after(&self, sequence: i64, limit: usize) -> Result<Vec<EntityChange>, ApiError>;
}
