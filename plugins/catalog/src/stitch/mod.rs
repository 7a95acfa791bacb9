//! Stitching: final entities from processed ones, relations, errors and whether anybody refers to them.
//!
//! An entity that was just processed is stitched in the transaction that stores its result. Here is the other half:
//! those whose surroundings changed. They wait in a queue in the database, so nothing is lost when a process dies.

pub(crate) mod assemble;
mod splice;

use std::collections::HashMap;
use std::sync::Arc;

use callboard_store::{Database, Row};
use tokio_util::sync::CancellationToken;

use crate::config::Timing;
use crate::db::final_entities::{self, FinalEntity};
use crate::db::relations::{self, Edge};
use crate::db::write::Write;
use crate::db::{millis, now_ms, stitch_queue};
use crate::engine::Load;
use crate::error::CatalogError;
use crate::metrics::CatalogMetrics;
use crate::processing::ProcessingError;
use crate::signals::Signals;
use assemble::assemble;

/// Entities stitched in one transaction.
const BATCH: i64 = 1_000;
/// In a bulk the queue is worked through again when the bulk has gone on for so many times as long.
const GROWTH: u32 = 2;

/// Works through the queue.
pub(crate) struct Stitcher {
    pub(crate) database: Database,
    pub(crate) signals: Arc<Signals>,
    pub(crate) metrics: CatalogMetrics,
    pub(crate) timing: Timing,
    /// Whether a bulk of entities is coming in: then relations are stitched less often, for most of them are about
    /// to change again.
    pub(crate) load: Arc<Load>,
}

impl Stitcher {
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "stitching failed and is tried again"),
            }
            let wait = if self.load.is_bulk() {
                self.timing.poll.min(std::time::Duration::from_millis(100))
            } else {
                self.timing.poll
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.signals.queued.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Stitches one batch and says whether there may be more to do at once.
    pub(crate) async fn step(&self) -> Result<bool, CatalogError> {
        let oldest = self
            .database
            .query_first("SELECT MIN(queued_at) AS oldest FROM catalog_stitch_queue", &[])
            .await?
            .map_or(Ok(None), |row| row.opt_int("oldest"))?;
        // One may be queued for later.
        let Some(oldest) = oldest.filter(|oldest| *oldest <= now_ms()) else { return Ok(false) };
        // In a bulk most relations are about to change again. The longer it goes on, the longer they wait, so that an
        // entity that many others refer to is not stitched again and again.
        let delay = self.load.bulk_age().map(|age| self.timing.stitch_delay.max(age / GROWTH));
        if delay.is_some_and(|delay| now_ms() - oldest < millis(delay)) {
            return Ok(false);
        }
        let mut write = Write::begin(&self.database).await?;
        let taken = stitch_queue::take(&mut write, BATCH).await?;
        let full = taken.len() == BATCH as usize;
        let finals = load(&mut write, taken).await?;
        let written = final_entities::put(&mut write, finals).await?;
        let committed = write.commit().await?;
        self.metrics.stitched.inc_by(written as u64);
        self.signals.announce(committed).await;
        Ok(full)
    }
}

/// Puts together the entities that were taken from the queue. Who has gone meanwhile is left out.
async fn load(write: &mut Write, taken: Vec<stitch_queue::Queued>) -> Result<Vec<FinalEntity>, CatalogError> {
    let refs: Vec<String> = taken.iter().map(|entry| entry.entity_ref.clone()).collect();
    let causes: HashMap<String, String> =
        taken.into_iter().map(|entry| (entry.entity_ref, entry.cause)).collect();
    let mut foreign = relations::of_sources(write, &refs).await?;
    let rows = write
        .query_list(
            "SELECT s.entity_ref, s.entity_id, s.errors, s.orphaned_at, p.entity, p.relations \
             FROM catalog_refresh_state s \
             JOIN catalog_processed_entities p ON p.entity_ref = s.entity_ref WHERE {list}",
            "s.entity_ref",
            &refs,
        )
        .await?;
    rows.iter()
        .map(|row| {
            let foreign = foreign.remove(row.str("entity_ref")?).unwrap_or_default();
            final_entity(row, foreign, &causes)
        })
        .collect()
}

/// One final entity from what is stored about it and what others say about it.
fn final_entity(
    row: &Row,
    foreign: Vec<Edge>,
    causes: &HashMap<String, String>,
) -> Result<FinalEntity, CatalogError> {
    let entity_ref = row.text("entity_ref")?;
    let entity_id = row.text("entity_id")?;
    let mut edges: Vec<Edge> = serde_json::from_str(row.str("relations")?)
        .map_err(|error| CatalogError::stored("relations", &entity_ref, error))?;
    edges.extend(foreign);
    let errors: Vec<ProcessingError> = match row.opt_str("errors")? {
        None => Vec::new(),
        Some(json) => {
            serde_json::from_str(json).map_err(|error| CatalogError::stored("errors", &entity_ref, error))?
        }
    };
    let orphan = row.opt_int("orphaned_at")?.is_some();
    let made = assemble(row.str("entity")?, &entity_id, edges, &errors, orphan)
        .map_err(|error| CatalogError::stored("entity", &entity_ref, error))?;
    let cause = causes.get(&entity_ref).cloned().unwrap_or_default();
    Ok(FinalEntity { entity_ref, entity_id, json: made.json, hash: made.hash, cause, is_new: false })
}
