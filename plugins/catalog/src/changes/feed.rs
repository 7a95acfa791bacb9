//! The change log as other plugins read it: what changed and through what, without the documents.

use async_trait::async_trait;
use callboard_kit::changes::{EntityChange, EntityChanges};
use callboard_kit::error::ApiError;
use callboard_store::Database;

use super::bounds;
use crate::error::CatalogError;

/// The log in a database.
pub(crate) struct ChangeFeed(pub(crate) Database);

#[async_trait]
impl EntityChanges for ChangeFeed {
    async fn bounds(&self) -> Result<(i64, i64), ApiError> {
        Ok(bounds(&self.0).await.map_err(CatalogError::from)?)
    }

    async fn after(&self, sequence: i64, limit: usize) -> Result<Vec<EntityChange>, ApiError> {
        let sql = "SELECT sequence, entity_ref, type, cause FROM catalog_changes WHERE sequence > $1 \
                   ORDER BY sequence LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.0.query(sql, &[sequence.into(), limit.into()]).await.map_err(CatalogError::from)?;
        let changes = rows.iter().map(|row| {
            Ok(EntityChange {
                sequence: row.int("sequence")?,
                entity_ref: row.text("entity_ref")?,
                kind: row.text("type")?,
                cause: row.text("cause")?,
            })
        });
        let changes: Result<Vec<_>, callboard_store::StoreError> = changes.collect();
        Ok(changes.map_err(CatalogError::from)?)
    }
}
