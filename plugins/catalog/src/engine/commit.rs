//! Stores what a batch of processed entities has come to, in one transaction: state, children, references,
//! relations, refresh keys, the final entities of the batch itself, and the queue of those around them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use callboard_kit::events::EventBus;
use callboard_store::{Database, Param};
use serde_json::json;

use super::finished::{Failed, Finished, Good};
use crate::config::ProcessingInterval;
use crate::db::final_entities::{self, FinalEntity};
use crate::db::refresh_state::{self, Held};
use crate::db::relations;
use crate::db::write::{Committed, Write};
use crate::db::{entity_source, millis};
use crate::error::CatalogError;
use crate::metrics::CatalogMetrics;
use crate::mutation::{self, Applied, Emission, Fate};
use crate::signals::Signals;
use crate::stitch::assemble::assemble;

/// Children stored in one transaction. The rest of a larger family comes in transactions of its own before the
/// parent's result, so that a crash in between only repeats work.
const FAMILY: usize = 2_000;

/// When an entity that depends on nothing else is processed again all the same.
const CLOSED_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// Stores results.
pub(crate) struct Committer {
    pub(crate) database: Database,
    pub(crate) owner: String,
    pub(crate) interval: ProcessingInterval,
    pub(crate) events: EventBus,
    pub(crate) metrics: CatalogMetrics,
}

impl Committer {
    /// Children of a large family first, see [`FAMILY`]; each part is told as soon as it is stored, so that its children
    /// are processed while the next ones are stored. The result itself repeats them, so nothing is lost if this fails.
    pub(crate) async fn early_children(
        &self,
        item: &Finished,
        signals: &Signals,
    ) -> Result<(), CatalogError> {
        let Ok(good) = &item.result else { return Ok(()) };
        if good.children.len() <= FAMILY {
            return Ok(());
        }
        for part in good.children.chunks(FAMILY) {
            let mut write = Write::begin(&self.database).await?;
            let own = [item.entity_ref.clone()];
            let held = refresh_state::held(&mut write, &self.owner, &own).await?;
            if held.first().is_none_or(|row| row.result_hash.as_deref() == Some(good.hash.as_str())) {
                break;
            }
            let source = entity_source(&item.entity_ref);
            let emission = Emission { source, children: part.to_vec(), complete: false };
            // Conflicts are told once, with the result itself; what is let go here is so only by conflict.
            let Applied { dropped, .. } = mutation::apply(&mut write, vec![emission]).await?;
            mutation::settle(&mut write, &dropped, Fate::Orphan, "").await?;
            signals.announce(write.commit().await?).await;
        }
        Ok(())
    }

    /// Stores results. Those whose claim was lost meanwhile are left out: somebody else works on them.
    ///
    /// In a bulk the entities are only queued for stitching: most of their relations are still to come, and each is
    /// then stitched once instead of twice.
    pub(crate) async fn commit(&self, finished: &[Finished], bulk: bool) -> Result<Committed, CatalogError> {
        let mut write = Write::begin(&self.database).await?;
        let refs: Vec<String> = finished.iter().map(|item| item.entity_ref.clone()).collect();
        let held: HashMap<String, Held> = refresh_state::held(&mut write, &self.owner, &refs)
            .await?
            .into_iter()
            .map(|row| (row.entity_ref.clone(), row))
            .collect();
        let mut goods: Vec<(&Finished, &Good, &Held)> = Vec::new();
        let mut bads: Vec<(&Finished, &Failed, &Held)> = Vec::new();
        let (mut later, mut much_later) = (Vec::new(), Vec::new());
        let now = write.now;
        let next = now + millis(self.interval.pick());
        let next_closed = next + millis(CLOSED_INTERVAL);
        for item in finished {
            let Some(row) = held.get(&item.entity_ref) else { continue };
            self.metrics.processed.inc();
            match &item.result {
                Ok(good) => {
                    if row.result_hash.as_deref() != Some(good.hash.as_str()) || row.errors.is_some() {
                        goods.push((item, good, row));
                    } else if good.closed {
                        much_later.push(item.entity_ref.clone());
                    } else {
                        later.push(item.entity_ref.clone());
                    }
                }
                Err(failed) => {
                    self.metrics.failed.inc();
                    if row.errors.as_deref() == Some(failed.errors_json.as_str()) {
                        later.push(item.entity_ref.clone());
                    }
                    bads.push((item, failed, row));
                }
            }
        }
        store_caches(&mut write, finished.iter().filter(|item| held.contains_key(&item.entity_ref))).await?;
        let applied = self.store_goods(&mut write, &goods, next, next_closed).await?;
        self.store_bads(&mut write, &bads, next).await?;
        if bulk {
            for (item, ..) in &goods {
                write.stitch(&item.entity_ref, cause(item));
            }
        } else {
            self.stitch(&mut write, &goods).await?;
        }
        refresh_state::release(&mut write, &later, next).await?;
        refresh_state::release(&mut write, &much_later, next_closed).await?;
        let committed = write.commit().await?;
        self.tell(&applied, &bads);
        Ok(committed)
    }

    async fn store_goods(
        &self,
        write: &mut Write,
        goods: &[(&Finished, &Good, &Held)],
        next: i64,
        next_closed: i64,
    ) -> Result<Applied, CatalogError> {
        let fresh: HashSet<&str> = goods
            .iter()
            .filter(|(.., row)| row.result_hash.is_none())
            .map(|(item, ..)| item.entity_ref.as_str())
            .collect();
        let known: Vec<String> = goods
            .iter()
            .filter(|(item, ..)| !fresh.contains(item.entity_ref.as_str()))
            .map(|(item, ..)| item.entity_ref.clone())
            .collect();
        let emissions = goods
            .iter()
            .filter(|(item, good, _)| !good.children.is_empty() || !fresh.contains(item.entity_ref.as_str()))
            .map(|(item, good, _)| Emission {
                source: entity_source(&item.entity_ref),
                children: good.children.clone(),
                complete: true,
            })
            .collect();
        let applied = mutation::apply(write, emissions).await?;
        mutation::settle(write, &applied.dropped, Fate::Orphan, "").await?;
        let emitted: Vec<_> =
            goods.iter().map(|(item, good, _)| (item.entity_ref.as_str(), good.foreign.as_slice())).collect();
        relations::replace(write, &emitted, &fresh).await?;
        write
            .execute_list("DELETE FROM catalog_refresh_keys WHERE {list}", "entity_ref", &known, &[])
            .await?;
        let keys = goods
            .iter()
            .flat_map(|(item, good, _)| good.refresh_keys.iter().map(|key| (&item.entity_ref, key)))
            .map(|(entity_ref, key)| vec![key.into(), entity_ref.into()])
            .collect();
        write
            .insert(
                "catalog_refresh_keys",
                &["refresh_key", "entity_ref"],
                keys,
                "ON CONFLICT (refresh_key, entity_ref) DO NOTHING",
            )
            .await?;
        let rows = goods
            .iter()
            .map(|(item, good, _)| {
                let own = json!(good.own).to_string();
                vec![item.entity_ref.as_str().into(), good.processed_json.as_str().into(), own.into()]
            })
            .collect();
        write
            .insert(
                "catalog_processed_entities",
                &["entity_ref", "entity", "relations"],
                rows,
                "ON CONFLICT (entity_ref) DO UPDATE SET entity = excluded.entity, relations = excluded.relations",
            )
            .await?;
        let results = goods.iter().map(|(item, good, _)| Stored {
            finished: item,
            hash: Some(good.hash.as_str()),
            errors: None,
            next_update_at: if good.closed { next_closed } else { next },
        });
        store_results(write, results).await?;
        Ok(applied)
    }

    async fn store_bads(
        &self,
        write: &mut Write,
        bads: &[(&Finished, &Failed, &Held)],
        next: i64,
    ) -> Result<(), CatalogError> {
        let new = || {
            bads.iter().filter(|(_, failed, row)| row.errors.as_deref() != Some(failed.errors_json.as_str()))
        };
        let results = new().map(|(item, failed, row)| Stored {
            finished: item,
            hash: row.result_hash.as_deref(),
            errors: Some(failed.errors_json.as_str()),
            next_update_at: next,
        });
        store_results(write, results).await?;
        for (item, ..) in new() {
            // What was good before stays visible, with the errors beside it; the queue leaves out the others.
            write.stitch(&item.entity_ref, "failed");
        }
        for (item, failed, _) in bads {
            if failed.gone {
                let_contenders_in(write, &item.entity_ref).await?;
            }
        }
        Ok(())
    }

    async fn stitch(
        &self,
        write: &mut Write,
        goods: &[(&Finished, &Good, &Held)],
    ) -> Result<(), CatalogError> {
        let refs: Vec<String> = goods.iter().map(|(item, ..)| item.entity_ref.clone()).collect();
        let mut foreign = relations::of_sources(write, &refs).await?;
        let mut finals = Vec::with_capacity(goods.len());
        for (item, good, row) in goods {
            write.relations_are_stitched(&item.entity_ref);
            let entity = serde_json::from_str(&good.processed_json)
                .map_err(|error| CatalogError::stored("entity", &item.entity_ref, error))?;
            let mut edges = good.own.clone();
            edges.extend(foreign.remove(&item.entity_ref).unwrap_or_default());
            let made = assemble(entity, &item.entity_id, edges, &[], row.orphan);
            finals.push(FinalEntity {
                entity_ref: item.entity_ref.clone(),
                entity_id: item.entity_id.clone(),
                json: made.json,
                hash: made.hash,
                cause: cause(item).to_owned(),
            });
        }
        let written = final_entities::put(write, finals).await?;
        self.metrics.stitched.inc_by(written as u64);
        Ok(())
    }

    /// Events and the log, once it is certain that it happened.
    fn tell(&self, applied: &Applied, bads: &[(&Finished, &Failed, &Held)]) {
        for conflict in &applied.conflicts {
            self.metrics.conflicts.inc();
            tracing::warn!(
                entity_ref = %conflict.entity_ref,
                location = conflict.new_location_key.as_deref().unwrap_or_default(),
                owner = conflict.existing_location_key.as_deref().unwrap_or_default(),
                "an entity is described by two locations; the first one stays its owner"
            );
            self.events.publish("experimental.catalog.conflict", conflict.event());
        }
        for (item, failed, row) in bads {
            if row.errors.as_deref() != Some(failed.errors_json.as_str()) {
                let first = failed.errors.first().map_or("", |error| error.message.as_str());
                tracing::warn!(entity_ref = %item.entity_ref, error = first, "an entity could not be processed");
            }
            self.events.publish(
                "experimental.catalog.errors",
                json!({"entity": item.entity_ref, "location": item.location_key, "errors": failed.errors}),
            );
        }
    }
}

/// Through what an entity came to be as it is.
fn cause(finished: &Finished) -> &str {
    finished.location_key.as_deref().unwrap_or("provider")
}

/// What a row that was claimed becomes.
struct Stored<'a> {
    finished: &'a Finished,
    hash: Option<&'a str>,
    errors: Option<&'a str>,
    next_update_at: i64,
}

/// Hashes and errors of many rows with few statements, which release them too, see [`refresh_state::release`].
async fn store_results<'a>(
    write: &mut Write,
    results: impl Iterator<Item = Stored<'a>>,
) -> Result<(), CatalogError> {
    let rows = results
        .map(|stored| {
            vec![
                stored.finished.entity_ref.as_str().into(),
                stored.finished.entity_id.as_str().into(),
                "".into(),
                stored.hash.map_or(Param::Null, Param::from),
                stored.errors.map_or(Param::Null, Param::from),
                stored.next_update_at.into(),
                0.into(),
                0.into(),
            ]
        })
        .collect();
    // The rows are there and this transaction keeps them there, so this only ever updates.
    write
        .insert(
            "catalog_refresh_state",
            &[
                "entity_ref",
                "entity_id",
                "unprocessed_hash",
                "result_hash",
                "errors",
                "next_update_at",
                "last_discovery_at",
                "lease_until",
            ],
            rows,
            "ON CONFLICT (entity_ref) DO UPDATE SET result_hash = excluded.result_hash, errors = excluded.errors, \
             next_update_at = CASE WHEN catalog_refresh_state.next_update_at < catalog_refresh_state.lease_until \
               THEN catalog_refresh_state.next_update_at ELSE excluded.next_update_at END, \
             lease_owner = NULL, lease_until = 0",
        )
        .await?;
    Ok(())
}

async fn store_caches<'a>(
    write: &mut Write,
    finished: impl Iterator<Item = &'a Finished>,
) -> Result<(), CatalogError> {
    let (mut gone, mut rows) = (Vec::new(), Vec::new());
    for item in finished.filter(|item| item.cache != item.old_cache) {
        match &item.cache {
            None => gone.push(item.entity_ref.clone()),
            Some(cache) => rows.push(vec![item.entity_ref.as_str().into(), cache.as_str().into()]),
        }
    }
    write.execute_list("DELETE FROM catalog_processing_cache WHERE {list}", "entity_ref", &gone, &[]).await?;
    write
        .insert(
            "catalog_processing_cache",
            &["entity_ref", "cache"],
            rows,
            "ON CONFLICT (entity_ref) DO UPDATE SET cache = excluded.cache",
        )
        .await?;
    Ok(())
}

/// A location whose file is gone lets go of those entities that another location describes too; the rest stays as
/// it is, beside the error. Should the file come back, it counts as new.
async fn let_contenders_in(write: &mut Write, entity_ref: &str) -> Result<(), CatalogError> {
    let source = entity_source(entity_ref);
    let rows = write
        .query(
            "SELECT DISTINCT r.target_ref FROM catalog_references r \
             JOIN catalog_contenders c ON c.target_ref = r.target_ref AND c.source <> r.source \
             WHERE r.source = $1",
            &[source.as_str().into()],
        )
        .await?;
    let targets = rows.iter().map(|row| row.text("target_ref")).collect::<Result<Vec<_>, _>>()?;
    if targets.is_empty() {
        return Ok(());
    }
    mutation::delete_pairs(write, "catalog_references", &source, &targets).await?;
    mutation::settle(write, &targets, Fate::Orphan, "").await?;
    refresh_state::force_result(write, &[entity_ref.to_owned()]).await?;
    Ok(())
}
