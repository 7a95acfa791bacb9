//! Stores what a batch of processed entities has come to, in one transaction: state, children, references,
//! relations, refresh keys, the final entities of the batch itself, and the queue of those around them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use callboard_kit::events::EventBus;
use callboard_store::{Database, Param};
use serde_json::json;

use super::finished::{Failed, Finished, Good};
use super::work::Item;
use crate::config::ProcessingInterval;
use crate::db::final_entities::{self, FinalEntity};
use crate::db::refresh_state::{self, Held};
use crate::db::relations;
use crate::db::write::{Committed, Write};
use crate::db::{entity_source, millis};
use crate::error::CatalogError;
use crate::metrics::CatalogMetrics;
use crate::mutation::{self, Applied, Emission, Extent, Fate};
use crate::stitch::assemble::assemble;

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

/// A good result that is stored: of a claimed entity, or of a new one that was processed in passing.
struct Outcome<'a> {
    entity_ref: &'a str,
    entity_id: &'a str,
    /// Through what it came to be as it is.
    cause: &'a str,
    good: &'a Good,
    /// Whether it has had none before.
    fresh: bool,
    /// Whether its row was made in this write.
    is_new: bool,
    orphan: bool,
}

impl Committer {
    /// Stores results and parts of families, and says whose claims were lost meanwhile: those are left out, somebody
    /// else works on them.
    pub(super) async fn commit(&self, items: &[Item]) -> Result<(Committed, HashSet<String>), CatalogError> {
        let mut write = Write::begin(&self.database).await?;
        let refs: Vec<String> = items
            .iter()
            .map(|item| item.entity_ref())
            .collect::<HashSet<_>>()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let held: HashMap<String, Held> = refresh_state::held(&mut write, &self.owner, &refs)
            .await?
            .into_iter()
            .map(|row| (row.entity_ref.clone(), row))
            .collect();
        let mut goods: Vec<(&Finished, &Good, &Held)> = Vec::new();
        let mut bads: Vec<(&Finished, &Failed, &Held)> = Vec::new();
        let mut emissions = Vec::new();
        let (mut later, mut much_later) = (Vec::new(), Vec::new());
        let now = write.now;
        let next = now + millis(self.interval.pick());
        let next_closed = next + millis(CLOSED_INTERVAL);
        for item in items {
            let Some(row) = held.get(item.entity_ref()) else { continue };
            let source = || entity_source(item.entity_ref());
            let item = match item {
                Item::Result(finished) => finished.as_ref(),
                Item::Part(part) => {
                    let (source, children) = (source(), part.children.as_slice());
                    emissions.push(Emission { source, children, extent: Extent::Part });
                    continue;
                }
            };
            self.metrics.processed.inc();
            match &item.result {
                Ok(good) => {
                    if row.result_hash.as_deref() != Some(good.hash.as_str()) || row.errors.is_some() {
                        goods.push((item, good, row));
                        if !good.children.is_empty() || row.result_hash.is_some() || good.parts.is_some() {
                            let (source, children) = (source(), good.children.as_slice());
                            emissions.push(Emission { source, children, extent: good.extent() });
                        }
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
        let results = items.iter().filter_map(|item| match item {
            Item::Result(finished) if held.contains_key(&finished.entity_ref) => Some(finished.as_ref()),
            _ => None,
        });
        store_caches(&mut write, results).await?;
        let applied = mutation::apply(&mut write, &emissions, next_closed).await?;
        mutation::settle(&mut write, &applied.dropped, Fate::Orphan, "").await?;
        let outcomes = outcomes(&goods, &applied);
        self.metrics.processed.inc_by(applied.created.len() as u64);
        store_outcomes(&mut write, &outcomes).await?;
        let results = goods.iter().map(|(item, good, _)| Stored {
            finished: item,
            // A part that is gone again is not stored: the next run has to bring it back.
            hash: Some(if applied.torn.contains(&entity_source(&item.entity_ref)) {
                ""
            } else {
                good.hash.as_str()
            }),
            errors: None,
            next_update_at: if good.closed { next_closed } else { next },
        });
        store_results(&mut write, results).await?;
        self.store_bads(&mut write, &bads, next).await?;
        self.stitch(&mut write, &outcomes).await?;
        refresh_state::release(&mut write, &later, next).await?;
        refresh_state::release(&mut write, &much_later, next_closed).await?;
        let committed = write.commit().await?;
        self.tell(&applied, &bads);
        let lost = refs.into_iter().filter(|entity_ref| !held.contains_key(entity_ref)).collect();
        Ok((committed, lost))
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

    /// Puts together the final entities of those that are stored, with the relations that are known so far. Those that
    /// come later are stitched when they come.
    async fn stitch(&self, write: &mut Write, outcomes: &[Outcome<'_>]) -> Result<(), CatalogError> {
        let refs: Vec<String> = outcomes.iter().map(|outcome| outcome.entity_ref.to_owned()).collect();
        let mut foreign = relations::of_sources(write, &refs).await?;
        let mut finals = Vec::with_capacity(outcomes.len());
        for Outcome { entity_ref, entity_id, cause, good, is_new, orphan, .. } in outcomes {
            write.relations_are_stitched(entity_ref);
            let mut edges = good.own.clone();
            edges.extend(foreign.remove(*entity_ref).unwrap_or_default());
            let made = assemble(&good.processed_json, entity_id, edges, &[], *orphan)
                .map_err(|error| CatalogError::stored("entity", entity_ref, error))?;
            finals.push(FinalEntity {
                entity_ref: (*entity_ref).to_owned(),
                entity_id: (*entity_id).to_owned(),
                json: made.json,
                hash: made.hash,
                cause: (*cause).to_owned(),
                is_new: *is_new,
            });
        }
        let written = final_entities::put(write, finals).await?;
        self.metrics.stitched.inc_by(written as u64);
        Ok(())
    }

    /// Events and the log, once it is certain that it happened.
    fn tell(&self, applied: &Applied<'_>, bads: &[(&Finished, &Failed, &Held)]) {
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

/// All good results of one write.
fn outcomes<'a>(goods: &[(&'a Finished, &'a Good, &'a Held)], applied: &'a Applied<'_>) -> Vec<Outcome<'a>> {
    const NO_KEY: &str = "provider";
    let claimed = goods.iter().map(|(item, good, row)| Outcome {
        entity_ref: &item.entity_ref,
        entity_id: &item.entity_id,
        cause: item.location_key.as_deref().unwrap_or(NO_KEY),
        good,
        fresh: row.result_hash.is_none(),
        is_new: false,
        orphan: row.orphan,
    });
    let created = applied.created.iter().map(|created| Outcome {
        entity_ref: &created.child.entity_ref,
        entity_id: &created.entity_id,
        cause: created.child.location_key.as_deref().unwrap_or(NO_KEY),
        good: created.good,
        fresh: true,
        is_new: true,
        orphan: false,
    });
    claimed.chain(created).collect()
}

/// Processed entities, relations and refresh keys.
async fn store_outcomes(write: &mut Write, outcomes: &[Outcome<'_>]) -> Result<(), CatalogError> {
    let fresh: HashSet<&str> =
        outcomes.iter().filter(|outcome| outcome.fresh).map(|outcome| outcome.entity_ref).collect();
    let emitted: Vec<_> =
        outcomes.iter().map(|outcome| (outcome.entity_ref, outcome.good.foreign.as_slice())).collect();
    relations::replace(write, &emitted, &fresh).await?;
    let known: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.fresh)
        .map(|outcome| outcome.entity_ref.to_owned())
        .collect();
    write.execute_list("DELETE FROM catalog_refresh_keys WHERE {list}", "entity_ref", &known, &[]).await?;
    let keys = outcomes
        .iter()
        .flat_map(|outcome| outcome.good.refresh_keys.iter().map(|key| (outcome.entity_ref, key)))
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
    let rows = outcomes
        .iter()
        .map(|outcome| {
            let own = json!(outcome.good.own).to_string();
            vec![outcome.entity_ref.into(), outcome.good.processed_json.as_str().into(), own.into()]
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
    Ok(())
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
