//! Trims the change log to its age and size, a little at a time.

use std::time::Duration;

use callboard_store::Database;
use tokio_util::sync::CancellationToken;

use crate::db::write::Write;
use crate::db::{millis, now_ms};
use crate::error::CatalogError;

/// Changes removed in one transaction.
const BATCH: i64 = 5_000;
/// Between two looks at the log.
const PERIOD: Duration = Duration::from_secs(300);
/// Changes that stay whatever the limits say: other processes follow the log.
pub(crate) const ALWAYS_KEPT: i64 = 1_000;

/// What the log is limited to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retention {
    pub(crate) age: Duration,
    pub(crate) changes: i64,
}

pub(crate) async fn run(database: Database, retention: Retention, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match step(&database, retention).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "old changes could not be removed; tried again"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// Removes one batch and says whether there may be more.
pub(crate) async fn step(database: &Database, retention: Retention) -> Result<bool, CatalogError> {
    let (oldest, newest) = super::bounds(database).await?;
    let by_count = newest - retention.changes.max(ALWAYS_KEPT);
    let by_age = database
        .query_first(
            "SELECT MAX(sequence) AS last FROM catalog_changes WHERE sequence < $1 AND changed_at < $2",
            &[(oldest + BATCH).into(), (now_ms() - millis(retention.age)).into()],
        )
        .await?
        .map_or(Ok(None), |row| row.opt_int("last"))?
        .unwrap_or(0)
        .min(newest - ALWAYS_KEPT);
    let last = by_count.max(by_age).min(oldest + BATCH - 1);
    if last < oldest {
        return Ok(false);
    }
    let mut write = Write::begin(database).await?;
    write.execute("DELETE FROM catalog_changes WHERE sequence <= $1", &[last.into()]).await?;
    write
        .execute(
            "UPDATE catalog_state SET oldest_sequence = $1 WHERE id = 1 AND oldest_sequence < $1",
            &[(last + 1).into()],
        )
        .await?;
    write.commit().await?;
    Ok(true)
}
