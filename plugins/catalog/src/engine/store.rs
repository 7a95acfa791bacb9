//! Stores results and parts of families in batches, in the order in which they came.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::work::{Item, Stored, Work};
use super::{Engine, Held};
use crate::db::write::Committed;
use crate::error::CatalogError;

/// Results stored in one transaction.
pub(super) const BATCH: usize = 512;
/// Entities written in one transaction, as far as they come in smaller portions. The larger it is, the fewer pages of
/// indexes are written for each entity.
const ENTITIES: usize = 4_000;
/// In a bulk, how long more is waited for: a transaction costs almost the same for few as for many.
const GATHER: Duration = Duration::from_millis(100);

impl Engine {
    /// Stores what comes until nobody is left who sends.
    pub(super) async fn store(
        self: Arc<Self>,
        mut finished: mpsc::Receiver<Work>,
        committed: mpsc::Sender<Committed>,
        held_by_us: Arc<Held>,
    ) {
        while let Some(first) = finished.recv().await {
            let batch = self.gather(first, &mut finished).await;
            let (mut items, mut guards) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
            for Work { item, guards: held, told } in batch {
                items.push(item);
                guards.push((held, told));
            }
            self.store_parts(&mut items, &committed).await;
            let mut held = held_by_us.lock();
            for item in &items {
                if matches!(item, Item::Result(_)) && held.remove(item.entity_ref()) {
                    self.committer.metrics.in_flight.dec();
                }
            }
            drop(held);
            for (item, (guards, told)) in items.into_iter().zip(guards) {
                if let (Item::Part(part), Some(told)) = (item, told) {
                    // Nobody waits any more if the loop ends.
                    let _ = told.send(part.stored);
                }
                drop(guards);
            }
            if finished.is_empty() && !self.load.is_bulk() {
                // The stitcher may have waited for this.
                self.signals.queued.notify_one();
            }
        }
    }

    async fn gather(&self, first: Work, finished: &mut mpsc::Receiver<Work>) -> Vec<Work> {
        let until = tokio::time::Instant::now() + GATHER;
        let mut weight = first.item.weight();
        let mut batch = vec![first];
        while batch.len() < BATCH && weight < ENTITIES {
            let next = match finished.try_recv() {
                Ok(next) => Some(next),
                Err(_) if !self.load.is_bulk() => None,
                Err(_) => tokio::time::timeout_at(until, finished.recv()).await.ok().flatten(),
            };
            let Some(next) = next else { break };
            weight += next.item.weight();
            batch.push(next);
        }
        batch
    }

    /// Stores a batch. If the database refuses it, the halves are tried on their own, so that one entity that can't be
    /// stored keeps nobody else out; it fails with the reason.
    async fn store_parts(&self, batch: &mut [Item], committed: &mpsc::Sender<Committed>) {
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            let Err(error) = self.store_batch(part, committed).await else { continue };
            if error.is_unavailable() {
                // Their leases end, and they are processed again.
                tracing::error!(%error, entities = part.len(), "results could not be stored");
            } else if part.len() > 1 {
                let (left, right) = part.split_at_mut(part.len() / 2);
                parts.extend([right, left]);
            } else if let [only] = part {
                // First its children are tried without their results, then it fails, which has to be stored in its turn.
                if only.forget_results_of_children() || refuse(only, &error) {
                    parts.push(part);
                }
            }
        }
    }

    async fn store_batch(
        &self,
        batch: &mut [Item],
        committed: &mpsc::Sender<Committed>,
    ) -> Result<(), CatalogError> {
        let mut tries = 0;
        loop {
            match self.committer.commit(batch).await {
                Ok((write, lost)) => {
                    for item in batch {
                        if let Item::Part(part) = item {
                            part.stored =
                                if lost.contains(&part.parent) { Stored::Lost } else { Stored::Yes };
                        }
                    }
                    // The index follows while the next batch is stored.
                    let _ = committed.send(write).await;
                    return Ok(());
                }
                // It may have been stored all the same; doing it again then finds the claims gone.
                Err(error) if error.is_unavailable() && tries < 5 => {
                    tries += 1;
                    tracing::warn!(%error, "results could not be stored yet; tried again");
                    tokio::time::sleep(self.timing.poll * tries).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Has an item fail that the database does not take, and says whether that failure is to be stored.
fn refuse(item: &mut Item, error: &CatalogError) -> bool {
    match item {
        Item::Part(part) => {
            part.stored = Stored::Refused(error.to_string());
            false
        }
        Item::Result(finished) if finished.result.is_ok() => {
            finished.refuse(error);
            true
        }
        Item::Result(finished) => {
            tracing::error!(%error, entity_ref = %finished.entity_ref, "a failure could not be stored");
            false
        }
    }
}
