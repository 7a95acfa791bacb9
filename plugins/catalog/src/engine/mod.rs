//! The processing loop: claims what is due, processes it, stores what came out.
//!
//! Work is claimed by lease. The loop may end at any instruction, in this process or by its death: what was claimed
//! is due again when the lease ends, and results are stored in one transaction. Entities run side by side, so a
//! source that answers slowly holds up nobody else.

mod commit;
mod family;
mod finished;
mod load;
mod store;
mod work;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Timing;
use crate::db::refresh_state::{self, Claimed};
use crate::db::write::Committed;
use crate::db::{millis, now_ms};
use crate::error::CatalogError;
use crate::processing::{Orchestrator, ProcessingError, ProcessingInput, ProcessingOutcome};
use crate::signals::Signals;
pub(crate) use commit::Committer;
use family::{Abandoned, Family, Told};
use finished::Finished;
pub(crate) use finished::Good;
pub(crate) use load::Load;
use work::{Item, Shared, Work};

/// Entities that one process works on at the same time.
const IN_FLIGHT: usize = 1_024;
/// Of these, locations on other hosts; each may hold a document of some megabytes.
const READERS: usize = 32;
/// Of these, locations on a disk. More of them would not be faster, and what was read waits in memory.
const FILE_READERS: usize = 4;
/// Entities claimed with one statement.
const CLAIM: usize = 512;
/// With less room than this the loop waits a moment for more, because a claim costs the same for one as for many.
const ROOM: usize = 128;
/// Children that wait to be stored. Whoever has more waits for room, so that a source of many large files does not fill
/// the memory.
const CHILDREN: usize = 8_000;
/// Transactions that the index may be behind.
const BEHIND: usize = 2;

/// What is claimed and neither stored nor given up.
type Held = Mutex<HashSet<String>>;

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
        let (results, finished) = mpsc::channel::<Work>(store::BATCH);
        let (committed, announced) = mpsc::channel::<Committed>(BEHIND);
        let engine = Arc::new(self);
        let held = Arc::new(Held::default());
        let shared = Arc::new(Shared {
            results,
            readers: Semaphore::new(READERS),
            file_readers: Semaphore::new(FILE_READERS),
            room: Arc::new(Semaphore::new(CHILDREN)),
            held: held.clone(),
        });
        let storing = engine.clone().store(finished, committed, held.clone());
        let announcing = engine.clone().announce(announced);
        let claiming = engine.clone().claim(shared, shutdown.clone());
        let renewing = engine.clone().renew(held, shutdown);
        // One future: whoever drops the loop drops all of it.
        tokio::join!(storing, announcing, claiming, renewing);
        if let Err(error) =
            refresh_state::give_back(&engine.committer.database, &engine.committer.owner).await
        {
            tracing::warn!(%error, "claimed entities could not be given back; they are due again in a while");
        }
    }

    async fn claim(self: Arc<Self>, shared: Arc<Shared>, shutdown: CancellationToken) {
        let room = Arc::new(Semaphore::new(IN_FLIGHT));
        let mut tasks = JoinSet::new();
        let mut has_worked = true;
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
            if !claimed.is_empty() {
                has_worked = true;
            } else if !failed && tasks.is_empty() && std::mem::take(&mut has_worked) {
                self.trim().await;
            }
            for claimed in claimed {
                // Nobody else takes permits, so there is one for each.
                let Ok(permit) = room.clone().try_acquire_owned() else { break };
                shared.held.lock().insert(claimed.entity_ref.clone());
                self.committer.metrics.in_flight.inc();
                let (engine, shared) = (self.clone(), shared.clone());
                tasks.spawn(async move {
                    engine.process(claimed, shared).await;
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

    /// A burst is over: what the database keeps for the next one is worth less than the memory.
    async fn trim(&self) {
        if let Err(error) = self.committer.database.trim().await {
            tracing::debug!(%error, "the database's memory could not be given back");
        }
    }

    async fn claim_batch(&self, limit: usize) -> Result<Vec<Claimed>, CatalogError> {
        let now = now_ms();
        let until = now + millis(self.timing.lease);
        let committer = &self.committer;
        Ok(refresh_state::claim(&committer.database, &committer.owner, now, until, limit as i64).await?)
    }

    async fn process(self: Arc<Self>, claimed: Claimed, shared: Arc<Shared>) {
        let input = match parse(&claimed) {
            Ok(input) => input,
            Err(error) => {
                let outcome = failed("Error", error.to_string());
                return self.send(Finished::new(claimed, outcome, Told::default()), None, &shared).await;
            }
        };
        if input.entity.get("kind").and_then(Value::as_str) != Some("Location") {
            let counted = self.load.entities(1);
            let outcome = self.orchestrator.process(input).await;
            let finished = Finished::new(claimed, outcome, Told::default());
            return self.send(finished, Some(counted), &shared).await;
        }
        let is_file = claimed.location_key.as_deref().is_some_and(|key| key.starts_with("file:"));
        let counted = is_file.then(|| self.load.file());
        let readers = if is_file { &shared.file_readers } else { &shared.readers };
        // A closed semaphore can't be: they live as long as the loop.
        let permit = readers.acquire().await.ok();
        let mut family = Family::new(self.clone(), shared.clone(), &claimed.entity_ref, claimed.is_new);
        let mut outcome = self.orchestrator.process_with(input, Some(&mut family)).await;
        let rest = std::mem::take(&mut outcome.deferred);
        let told = match family.finish(if outcome.ok { rest } else { Vec::new() }).await {
            Ok(Ok(told)) => told,
            Ok(Err(failure)) => {
                outcome = failed(failure.name, failure.full_message());
                Told::default()
            }
            Err(Abandoned) => {
                // The lease ends, and it is due again.
                if shared.held.lock().remove(&claimed.entity_ref) {
                    self.committer.metrics.in_flight.dec();
                }
                return;
            }
        };
        let finished = Finished::new(claimed, outcome, told);
        self.send(finished, counted, &shared).await;
        // Only now another one may read: what was read waits in few hands.
        drop(permit);
    }

    /// Sends a result to the one who stores, when there is room for its children.
    async fn send(&self, finished: Finished, counted: Option<load::Counted>, shared: &Shared) {
        let item = Item::Result(Box::new(finished));
        let weight = item.children().len().min(CHILDREN) as u32;
        let room = if weight > 0 { shared.room.clone().acquire_many_owned(weight).await.ok() } else { None };
        let _ = shared.results.send(Work { item, guards: (counted, room), told: None }).await;
    }

    /// Tells what has been stored, in the order of the writes.
    async fn announce(self: Arc<Self>, mut committed: mpsc::Receiver<Committed>) {
        while let Some(committed) = committed.recv().await {
            self.signals.announce(committed).await;
        }
    }

    async fn renew(self: Arc<Self>, held: Arc<Held>, shutdown: CancellationToken) {
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

fn failed(name: &str, message: String) -> ProcessingOutcome {
    ProcessingOutcome {
        errors: vec![ProcessingError { name: name.to_owned(), message, location: None }],
        ..ProcessingOutcome::default()
    }
}
