//! Entities that nothing refers to any more: after a grace they are removed, unless the configuration keeps them.
//!
//! The grace is there because a file that moves may be read at its old place first: until the new place has been
//! read, its entity is an orphan. Where there are few locations, all are read again when an entity becomes an orphan;
//! where there are many, the grace is the longest time until each of them is due. Backstage removes orphans every 30 s
//! and loses the uid of what moved.

use std::sync::Arc;
use std::time::Duration;

use callboard_store::Database;
use tokio_util::sync::CancellationToken;

use crate::db::write::Write;
use crate::db::{millis, now_ms};
use crate::error::CatalogError;
use crate::mutation::{self, FEW_LOCATIONS, FEW_LOCATIONS_SQL, Fate};
use crate::signals::Signals;

/// Orphans removed in one transaction, with what hangs below them.
const BATCH: i64 = 1_000;

/// The two graces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grace {
    pub(crate) few_locations: Duration,
    pub(crate) many_locations: Duration,
}

pub(crate) async fn run(
    database: Database,
    signals: Arc<Signals>,
    grace: Grace,
    shutdown: CancellationToken,
) {
    let period = (grace.few_locations / 3).max(Duration::from_millis(10));
    while !shutdown.is_cancelled() {
        match step(&database, &signals, grace).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "orphans could not be removed; tried again"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(period) => {}
        }
    }
}

/// Removes one batch and says whether there may be more.
async fn step(database: &Database, signals: &Signals, grace: Grace) -> Result<bool, CatalogError> {
    const DUE: &str = "SELECT entity_ref FROM catalog_refresh_state WHERE orphaned_at IS NOT NULL \
                       AND orphaned_at <= $1 ORDER BY orphaned_at, entity_ref LIMIT $2";
    // Looking costs nobody the write lock.
    let params = [(now_ms() - millis(grace.few_locations)).into(), BATCH.into()];
    if database.query(DUE, &params).await?.is_empty() {
        return Ok(false);
    }
    let locations = database.query(FEW_LOCATIONS_SQL, &[(FEW_LOCATIONS + 1).into()]).await?;
    let many = locations.len() as i64 > FEW_LOCATIONS;
    let grace = if many { grace.many_locations.max(grace.few_locations) } else { grace.few_locations };
    let params = [(now_ms() - millis(grace)).into(), BATCH.into()];
    if database.query(DUE, &params).await?.is_empty() {
        return Ok(false);
    }
    let mut write = Write::begin(database).await?;
    let rows = write.query(DUE, &params).await?;
    let orphans = rows.iter().map(|row| row.text("entity_ref")).collect::<Result<Vec<_>, _>>()?;
    let removed = mutation::settle(&mut write, &orphans, Fate::Remove, "orphan").await?;
    signals.announce(write.commit().await?).await;
    Ok(removed > 0 && orphans.len() == BATCH as usize)
}
