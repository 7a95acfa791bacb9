//! Keeps the index of this process equal to the final entities in the database.
//!
//! It is loaded at start, and follows the change log from then on. What this process committed itself arrives with
//! its bytes; what others committed in between is read from the database, always in the order of the numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use callboard_index::{Batch, Change, Index, Loader, Options};
use callboard_store::{Database, StoreError};
use parking_lot::RwLock;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::db::CHUNK;
use crate::db::write::{CHANGES_CHANNEL, Committed, IndexChange};
use crate::error::CatalogError;
use crate::metrics::CatalogMetrics;

/// Longest wait of a write for the index of its own process.
const WAIT_LIMIT: Duration = Duration::from_secs(10);

/// Entities that are parsed at once while loading.
const LOAD_CHUNK: usize = 256;

/// The index and how far it has come.
pub(crate) struct Follower {
    database: Database,
    index: Arc<RwLock<Index>>,
    metrics: CatalogMetrics,
    applied: watch::Sender<i64>,
    /// Grows with every change of a user or group.
    people: AtomicU64,
    /// Held while changes are applied, so that they are applied in order.
    turn: Mutex<()>,
}

impl Follower {
    pub(crate) fn new(database: Database, metrics: CatalogMetrics) -> Self {
        Self {
            database,
            index: Arc::new(RwLock::new(Index::new(Options::default()))),
            metrics,
            applied: watch::Sender::new(0),
            people: AtomicU64::new(0),
            turn: Mutex::new(()),
        }
    }

    /// The index, to read from.
    pub(crate) fn index(&self) -> Arc<RwLock<Index>> {
        self.index.clone()
    }

    /// The last change that the index holds, and a wake-up with each that follows.
    pub(crate) fn subscribe(&self) -> watch::Receiver<i64> {
        self.applied.subscribe()
    }

    /// Grows with every change of a user or group.
    pub(crate) fn people_version(&self) -> u64 {
        self.people.load(Ordering::Acquire)
    }

    /// Builds the index from the database.
    pub(crate) async fn load(&self) -> Result<(), CatalogError> {
        let _turn = self.turn.lock().await;
        // Read first: what is committed while the entities are read is applied once more afterwards.
        let sequence = self.newest().await?;
        let mut loader = Loader::new(Options::default());
        let mut waiting = Vec::with_capacity(LOAD_CHUNK);
        self.database
            .query_each(
                // The unique index on this entity_id gives the order. Sorting the documents would hold all of them.
                "SELECT f.entity_ref, f.entity_id, f.entity FROM catalog_refresh_state s \
                 JOIN catalog_final_entities f ON f.entity_ref = s.entity_ref ORDER BY s.entity_id",
                &[],
                |row| {
                    let entity_ref = row.text("entity_ref")?;
                    let bytes = Bytes::copy_from_slice(row.str("entity")?.as_bytes());
                    match entity_id(&entity_ref, row.str("entity_id")?) {
                        Ok(id) => waiting.push((id, entity_ref, bytes)),
                        Err(error) => tracing::error!(%error, "an entity is left out of the index"),
                    }
                    if waiting.len() == LOAD_CHUNK {
                        load(&mut loader, &mut waiting);
                    }
                    Ok::<(), CatalogError>(())
                },
            )
            .await?;
        load(&mut loader, &mut waiting);
        let index = loader.finish(sequence);
        self.metrics.entities.set(i64::try_from(index.len()).unwrap_or(i64::MAX));
        *self.index.write() = index;
        self.people.fetch_add(1, Ordering::Release);
        self.advance(sequence);
        Ok(())
    }

    /// Follows what other processes commit, until the token is cancelled.
    pub(crate) async fn run(self: Arc<Self>, poll: Duration, shutdown: CancellationToken) {
        let mut listening = self.database.listen(CHANGES_CHANNEL).await.ok();
        while !shutdown.is_cancelled() {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "changes of the catalog could not be read; tried again");
            }
            let heard = async {
                match &mut listening {
                    Some(notifications) => notifications.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(poll) => {}
                // Without a channel, looking from time to time is what is left.
                heard = heard => if heard.is_none() { listening = None },
            }
        }
    }

    /// Applies what this process has committed, and what others committed before it.
    pub(crate) async fn committed(&self, committed: Committed) {
        if committed.last == committed.before {
            return;
        }
        let _turn = self.turn.lock().await;
        if *self.applied.borrow() < committed.before
            && let Err(error) = self.pull(committed.before).await
        {
            // The polling loop comes back to it; the order of changes must not be broken here.
            tracing::warn!(%error, "changes of the catalog could not be read; tried again");
            return;
        }
        if *self.applied.borrow() < committed.last {
            self.apply(committed.index, committed.last);
        }
    }

    /// Returns when the index holds all that is committed by now.
    pub(crate) async fn catch_up(&self) -> Result<(), CatalogError> {
        let applied = *self.applied.borrow();
        let newest = self.newest().await?;
        if newest < applied {
            tracing::warn!(
                applied,
                newest,
                "the database has lost its last commits, as after a failover; the index is loaded again"
            );
            return self.load().await;
        }
        self.metrics.lag.set(newest - *self.applied.borrow());
        if *self.applied.borrow() < newest {
            let _turn = self.turn.lock().await;
            self.pull(newest).await?;
        }
        self.metrics.lag.set(0);
        Ok(())
    }

    /// Waits until the index holds a change.
    pub(crate) async fn wait_for(&self, sequence: i64) -> Result<(), CatalogError> {
        let mut applied = self.applied.subscribe();
        if *applied.borrow() < sequence {
            // A write that changed nothing may still come after changes of other processes.
            self.catch_up().await?;
        }
        let reached = tokio::time::timeout(WAIT_LIMIT, applied.wait_for(|at| *at >= sequence)).await;
        match reached {
            Ok(Ok(_)) => Ok(()),
            _ => Err(CatalogError::Behind { behind: sequence - *self.applied.borrow() }),
        }
    }

    async fn newest(&self) -> Result<i64, StoreError> {
        let row = self.database.query_first("SELECT sequence FROM catalog_state WHERE id = 1", &[]).await?;
        row.map_or(Ok(0), |row| row.int("sequence"))
    }

    /// Applies the changes up to `last` as they stand in the database. The caller holds the turn.
    async fn pull(&self, last: i64) -> Result<(), CatalogError> {
        loop {
            let from = *self.applied.borrow();
            if from >= last {
                return Ok(());
            }
            let to = last.min(from + CHUNK as i64);
            let rows = self
                .database
                .query(
                    "SELECT DISTINCT c.entity_ref, f.entity_id, f.entity FROM catalog_changes c \
                     LEFT JOIN catalog_final_entities f ON f.entity_ref = c.entity_ref \
                     WHERE c.sequence > $1 AND c.sequence <= $2",
                    &[from.into(), to.into()],
                )
                .await?;
            let mut changes = Vec::with_capacity(rows.len());
            for row in &rows {
                let entity_ref = row.text("entity_ref")?;
                changes.push(match (row.opt_text("entity_id")?, row.opt_str("entity")?) {
                    (Some(entity_id), Some(entity)) => IndexChange::Upsert {
                        entity_id,
                        entity_ref,
                        bytes: Bytes::copy_from_slice(entity.as_bytes()),
                    },
                    _ => IndexChange::Delete { entity_ref },
                });
            }
            self.apply(changes, to);
        }
    }

    fn apply(&self, changes: Vec<IndexChange>, sequence: i64) {
        let about_people = changes.iter().any(is_about_people);
        let changes: Vec<Change> = changes.into_iter().filter_map(to_index).collect();
        let batch = Batch::prepare(changes.iter().cloned()).unwrap_or_else(|error| {
            // One that can't be indexed must not keep the others out.
            tracing::error!(%error, "an entity is left out of the index");
            let good = changes.into_iter().filter(|change| Batch::prepare([change.clone()]).is_ok());
            Batch::prepare(good).unwrap_or_default()
        });
        let mut index = self.index.write();
        index.apply(batch, sequence);
        self.metrics.entities.set(i64::try_from(index.len()).unwrap_or(i64::MAX));
        drop(index);
        if about_people {
            self.people.fetch_add(1, Ordering::Release);
        }
        self.advance(sequence);
    }

    fn advance(&self, sequence: i64) {
        self.metrics.sequence.set(sequence);
        self.applied.send_replace(sequence);
    }
}

fn is_about_people(change: &IndexChange) -> bool {
    let (IndexChange::Upsert { entity_ref, .. } | IndexChange::Delete { entity_ref }) = change;
    entity_ref.starts_with("user:") || entity_ref.starts_with("group:")
}

/// Hands what waits to the loader.
fn load(loader: &mut Loader, waiting: &mut Vec<(Uuid, String, Bytes)>) {
    for error in loader.push_many(std::mem::take(waiting)) {
        tracing::error!(%error, "an entity is left out of the index");
    }
}

fn entity_id(entity_ref: &str, text: &str) -> Result<Uuid, String> {
    Uuid::parse_str(text).map_err(|error| format!("the stored uid of {entity_ref} can't be read: {error}"))
}

fn to_index(change: IndexChange) -> Option<Change> {
    match change {
        IndexChange::Delete { entity_ref } => Some(Change::Delete { entity_ref }),
        IndexChange::Upsert { entity_id: id, entity_ref, bytes } => match entity_id(&entity_ref, &id) {
            Ok(entity_id) => Some(Change::Upsert { entity_id, entity_ref, bytes }),
            Err(error) => {
                tracing::error!(%error, "an entity is left out of the index");
                None
            }
        },
    }
}
