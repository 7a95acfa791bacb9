//! The processing loop: claims what is due, processes it, stores what came out.
//!
//! Work is claimed by lease. The loop may end at any instruction, in this process or by its death: what was claimed
//! is due again when the lease ends, and results are stored in one transaction. Entities run side by side, so a
//! source that answers slowly holds up nobody else.

mod commit;
mod finished;
mod load;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Timing;
use crate::db::refresh_state::{self, Claimed};
use crate::db::{millis, now_ms};
use crate::error::CatalogError;
use crate::processing::{Orchestrator, ProcessingInput, ProcessingOutcome};
use crate::signals::Signals;
pub(crate) use commit::Committer;
use finished::Finished;
use load::Counted;
pub(crate) use load::Load;

/// Entities that one process works on at the same time.
const IN_FLIGHT: usize = 1_024;
/// Of these, entities that read from somewhere; each may hold a document of some megabytes.
const READERS: usize = 32;
/// Entities claimed with one statement.
const CLAIM: usize = 512;
/// With less room than this the loop waits a moment for more, because a claim costs the same for one as for many.
const ROOM: usize = 128;
/// Results stored in one transaction.
const BATCH: usize = 512;
/// In a bulk, how long results are waited for: a transaction costs almost the same for few as for many.
const GATHER: Duration = Duration::from_millis(25);
/// Children of results that wait to be stored. Whoever has more waits for room, so that a source of many large files
/// does not fill the memory, and its first entities are processed while the last files are read.
const CHILDREN: usize = 4_000;

/// A result on its way to the tables, with what it holds until it is there.
struct Work {
    finished: Finished,
    counted: Option<Counted>,
    room: Option<OwnedSemaphorePermit>,
}

/// The loop of one process.
pub(crate) struct Engine {
    pub(crate) committer: Committer,
    pub(crate) orchestrator: Arc<Orchestrator>,
    pub(crate) signals: Arc<Signals>,
    pub(crate) timing: Timing,
    /// How much is under way, for the stitcher.
    pub(crate) load: Arc<Load>,
}

impl Engine {
    /// Runs until the token is cancelled, then gives back what is not done.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let (results, finished) = mpsc::channel::<Work>(BATCH);
        let engine = Arc::new(self);
        let held = Arc::new(Mutex::new(HashSet::new()));
        let storing = engine.clone().store(finished, held.clone());
        let claiming = engine.clone().claim(results, held.clone(), shutdown.clone());
        let renewing = engine.clone().renew(held, shutdown);
        // One future: whoever drops the loop drops all of it.
        tokio::join!(storing, claiming, renewing);
        if let Err(error) =
            refresh_state::give_back(&engine.committer.database, &engine.committer.owner).await
        {
            tracing::warn!(%error, "claimed entities could not be given back; they are due again in a while");
        }
    }

    async fn claim(
        self: Arc<Self>,
        results: mpsc::Sender<Work>,
        held: Arc<Mutex<HashSet<String>>>,
        shutdown: CancellationToken,
    ) {
        let room = Arc::new(Semaphore::new(IN_FLIGHT));
        let readers = Arc::new(Semaphore::new(READERS));
        let children = Arc::new(Semaphore::new(CHILDREN));
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            while tasks.try_join_next().is_some() {}
            if room.available_permits() < ROOM {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let limit = room.available_permits().min(CLAIM);
            let claimed = if limit == 0 { Ok(Vec::new()) } else { self.claim_batch(limit).await };
            let (claimed, failed) = match claimed {
                Ok(claimed) => (claimed, false),
                Err(error) => {
                    tracing::warn!(%error, "due entities could not be claimed; tried again");
                    (Vec::new(), true)
                }
            };
            let full = limit > 0 && claimed.len() == limit;
            self.load.set_full(full || limit == 0);
            for claimed in claimed {
                // Nobody else takes permits, so there is one for each.
                let Ok(permit) = room.clone().try_acquire_owned() else { break };
                held.lock().insert(claimed.entity_ref.clone());
                self.committer.metrics.in_flight.inc();
                let (engine, results) = (self.clone(), results.clone());
                let (readers, children) = (readers.clone(), children.clone());
                tasks.spawn(async move {
                    engine.process(claimed, &readers, children, &results).await;
                    drop(permit);
                });
            }
            if full {
                continue;
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.signals.due.notified(), if !failed => {}
                _ = tasks.join_next(), if limit < CLAIM => {}
                () = tokio::time::sleep(self.timing.poll) => {}
            }
        }
        tasks.shutdown().await;
    }

    async fn claim_batch(&self, limit: usize) -> Result<Vec<Claimed>, CatalogError> {
        let now = now_ms();
        let until = now + millis(self.timing.lease);
        let committer = &self.committer;
        Ok(refresh_state::claim(&committer.database, &committer.owner, now, until, limit as i64).await?)
    }

    async fn process(
        &self,
        claimed: Claimed,
        readers: &Semaphore,
        children: Arc<Semaphore>,
        results: &mpsc::Sender<Work>,
    ) {
        // A closed semaphore can't be: they live as long as the loop.
        let (mut permit, mut counted) = (None, None);
        let outcome = match parse(&claimed) {
            Ok(input) => {
                if input.entity.get("kind").and_then(Value::as_str) == Some("Location") {
                    permit = readers.acquire().await.ok();
                } else {
                    counted = Some(self.load.entity());
                }
                self.orchestrator.process(input).await
            }
            Err(error) => broken(&error),
        };
        let finished = Finished::new(claimed, outcome);
        // Here and not where results are stored: those of its first children are stored in between.
        if let Err(error) = self.committer.early_children(&finished, &self.signals).await {
            tracing::warn!(%error, entity_ref = %finished.entity_ref, "children are stored with their parent's result");
        }
        let weight = finished.children().min(CHILDREN) as u32;
        let room = if weight > 0 { children.acquire_many_owned(weight).await.ok() } else { None };
        let _ = results.send(Work { finished, counted, room }).await;
        // Only now another one may read: what was read waits in few hands.
        drop(permit);
    }

    async fn store(self: Arc<Self>, mut finished: mpsc::Receiver<Work>, held: Arc<Mutex<HashSet<String>>>) {
        while let Some(first) = finished.recv().await {
            let (mut guards, mut batch) = (Vec::new(), Vec::new());
            if self.load.is_bulk() && finished.len() < BATCH / 2 {
                tokio::time::sleep(GATHER).await;
            }
            let mut next = Some(first);
            while let Some(Work { finished: item, counted, room }) = next {
                guards.push((counted, room));
                batch.push(item);
                next = if batch.len() < BATCH { finished.try_recv().ok() } else { None };
            }
            self.store_parts(&mut batch).await;
            let mut held = held.lock();
            for item in &batch {
                held.remove(&item.entity_ref);
                self.committer.metrics.in_flight.dec();
            }
            drop(held);
            drop(guards);
            if finished.is_empty() && !self.load.is_bulk() {
                // The stitcher may have waited for this.
                self.signals.queued.notify_one();
            }
        }
    }

    /// Stores a batch. If the database refuses it, the parts are tried on their own, so that one entity that can't be
    /// stored keeps nobody else out; it fails with the reason.
    async fn store_parts(&self, batch: &mut [Finished]) {
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            let Err(error) = self.store_batch(part).await else { continue };
            if error.is_unavailable() {
                // Their leases end, and they are processed again.
                tracing::error!(%error, entities = part.len(), "results could not be stored");
            } else if part.len() > 1 {
                let (left, right) = part.split_at_mut(part.len() / 2);
                parts.extend([left, right]);
            } else if let [only] = part {
                only.refuse(&error);
                if let Err(error) = self.store_batch(part).await {
                    tracing::error!(%error, "a failure could not be stored");
                }
            }
        }
    }

    async fn store_batch(&self, batch: &[Finished]) -> Result<(), CatalogError> {
        let mut tries = 0;
        loop {
            match self.committer.commit(batch, self.load.is_bulk()).await {
                Ok(committed) => {
                    self.signals.announce(committed).await;
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

    async fn renew(self: Arc<Self>, held: Arc<Mutex<HashSet<String>>>, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(self.timing.lease / 3) => {}
            }
            let refs: Vec<String> = held.lock().iter().cloned().collect();
            if refs.is_empty() {
                continue;
            }
            let until = now_ms() + millis(self.timing.lease);
            let committer = &self.committer;
            if let Err(error) = refresh_state::renew(&committer.database, &committer.owner, refs, until).await
            {
                tracing::warn!(%error, "claims could not be renewed");
            }
        }
    }
}

fn parse(claimed: &Claimed) -> Result<ProcessingInput, CatalogError> {
    let read = |what, text: &str| {
        serde_json::from_str(text).map_err(|error| CatalogError::stored(what, &claimed.entity_ref, error))
    };
    Ok(ProcessingInput {
        entity: read("entity", &claimed.unprocessed)?,
        location_key: claimed.location_key.clone(),
        cache: claimed.cache.as_deref().map(|cache| read("cache", cache)).transpose()?,
    })
}

fn broken(error: &CatalogError) -> ProcessingOutcome {
    ProcessingOutcome {
        errors: vec![crate::processing::ProcessingError {
            name: "Error".to_owned(),
            message: error.to_string(),
            location: None,
        }],
        ..ProcessingOutcome::default()
    }
}
