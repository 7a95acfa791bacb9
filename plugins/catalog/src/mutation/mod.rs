//! What a source says there is, made true in the tables: the one way in which entities come, move and go.
//!
//! A source is a provider or an entity that emits others. An entity belongs to one location at a time (its location
//! key). Another location that describes the same entity becomes a *contender*: it is kept with its description, and
//! takes over in the same transaction in which the owner lets go. So a file that moves does not make its entity
//! vanish, and nothing is deleted while a good description of it is known.

mod removal;

use std::collections::{BTreeMap, HashMap, HashSet};

use callboard_store::{Param, StoreError};
use serde_json::{Value, json};

use crate::db::write::Write;
pub(crate) use removal::{FEW_LOCATIONS, FEW_LOCATIONS_SQL, Fate, remove, settle};

/// An entity as a source describes it.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    pub(crate) entity_ref: String,
    pub(crate) location_key: Option<String>,
    /// The description as JSON.
    pub(crate) json: String,
    /// The hash of the description, whatever the order of its keys.
    pub(crate) hash: String,
}

impl Child {
    pub(crate) fn new(entity_ref: String, location_key: Option<String>, entity: &Value) -> Self {
        let hash = callboard_model::stable_json::stable_hash(entity);
        Self { entity_ref, location_key, json: entity.to_string(), hash }
    }
}

/// What one source says.
#[derive(Debug)]
pub(crate) struct Emission {
    /// See [`crate::db::provider_source`] and [`crate::db::entity_source`].
    pub(crate) source: String,
    /// What it describes.
    pub(crate) children: Vec<Child>,
    /// Whether that is all: what it described before and not now is let go.
    pub(crate) complete: bool,
}

/// Two locations describe the same entity.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) entity_ref: String,
    pub(crate) new_location_key: Option<String>,
    pub(crate) existing_location_key: Option<String>,
    pub(crate) unprocessed: String,
    pub(crate) at: i64,
}

impl Conflict {
    /// The payload of the event `experimental.catalog.conflict` (catalog-backend 4.0.0).
    pub(crate) fn event(&self) -> Value {
        json!({
            "unprocessedEntity": serde_json::from_str::<Value>(&self.unprocessed).unwrap_or_default(),
            "entityRef": self.entity_ref,
            "newLocationKey": self.new_location_key,
            "existingLocationKey": self.existing_location_key,
            "lastConflictAt": jiff::Timestamp::from_millisecond(self.at).unwrap_or_default().to_string(),
        })
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    pub(crate) conflicts: Vec<Conflict>,
    /// Whom a source let go. [`settle`] decides what becomes of them.
    pub(crate) dropped: Vec<String>,
}

/// What is known about an entity that a source describes.
struct Known {
    location_key: Option<String>,
    hash: String,
    orphan: bool,
}

#[derive(Default)]
struct Changes {
    /// In the order of the table, which makes inserting cheap.
    rows: BTreeMap<String, (String, Option<String>)>,
    documents: BTreeMap<String, String>,
    references: Vec<Vec<Param>>,
    adopted: Vec<String>,
    contenders: Vec<Vec<Param>>,
    no_contenders: Vec<(String, Vec<String>)>,
    unreferenced: Vec<(String, Vec<String>)>,
}

/// Makes true what the sources say.
pub(crate) async fn apply(write: &mut Write, emissions: Vec<Emission>) -> Result<Applied, StoreError> {
    let refs = distinct(emissions.iter().flat_map(|e| e.children.iter().map(|c| &c.entity_ref)));
    let sources = distinct(emissions.iter().map(|emission| &emission.source));
    let mut known = load_known(write, &refs).await?;
    let mut described = pairs(write, "catalog_references", "source", &sources).await?;
    let mut contending = pairs(write, "catalog_contenders", "source", &sources).await?;
    let mut claims = load_claims(write, &emissions, &known).await?;
    let mut changes = Changes::default();
    let mut applied = Applied::default();
    for Emission { source, children, complete } in emissions {
        let mut gone = described.remove(&source).unwrap_or_default();
        let before = gone.clone();
        let mut stale = contending.remove(&source).unwrap_or_default();
        let mut owned = HashSet::new();
        let mut refused = HashSet::new();
        for child in children {
            let Child { entity_ref, location_key, json, hash } = child;
            let holders = claims.entry(entity_ref.clone()).or_default();
            match known.get_mut(&entity_ref) {
                None => {
                    changes.rows.insert(entity_ref.clone(), (hash.clone(), location_key.clone()));
                    changes.documents.insert(entity_ref.clone(), json);
                    known.insert(entity_ref.clone(), Known { location_key, hash, orphan: false });
                }
                Some(row) => {
                    let owns = row.location_key.is_none() || row.location_key == location_key;
                    if !owns && holders.iter().any(|holder| *holder != source) {
                        stale.remove(&entity_ref);
                        refused.insert(entity_ref.clone());
                        changes.contenders.push(vec![
                            source.as_str().into(),
                            entity_ref.as_str().into(),
                            location_key.clone().into(),
                            json.as_str().into(),
                            hash.into(),
                            write.now.into(),
                        ]);
                        applied.conflicts.push(Conflict {
                            entity_ref,
                            new_location_key: location_key,
                            existing_location_key: row.location_key.clone(),
                            unprocessed: json,
                            at: write.now,
                        });
                        continue;
                    }
                    if row.hash != hash || row.location_key != location_key {
                        row.hash.clone_from(&hash);
                        row.location_key.clone_from(&location_key);
                        changes.documents.insert(entity_ref.clone(), json);
                        changes.rows.insert(entity_ref.clone(), (hash, location_key));
                    }
                    if std::mem::take(&mut row.orphan) {
                        changes.adopted.push(entity_ref.clone());
                    }
                }
            }
            gone.remove(&entity_ref);
            owned.insert(entity_ref.clone());
            if holders.insert(source.clone()) && !before.contains(&entity_ref) {
                changes.references.push(vec![source.as_str().into(), entity_ref.into()]);
            }
        }
        if !complete {
            // A delta says nothing about what it does not mention.
            gone.retain(|entity_ref| refused.contains(entity_ref));
            stale.retain(|entity_ref| owned.contains(entity_ref));
        }
        applied.dropped.extend(gone.iter().cloned());
        changes.unreferenced.push((source.clone(), gone.into_iter().collect()));
        changes.no_contenders.push((source, stale.into_iter().collect()));
    }
    store(write, changes).await?;
    Ok(applied)
}

fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(text.as_str())).cloned().collect()
}

async fn load_known(write: &mut Write, refs: &[String]) -> Result<HashMap<String, Known>, StoreError> {
    let rows = write
        .query_list(
            "SELECT entity_ref, location_key, unprocessed_hash, orphaned_at FROM catalog_refresh_state \
             WHERE {list}",
            "entity_ref",
            refs,
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.text("entity_ref")?,
                Known {
                    location_key: row.opt_text("location_key")?,
                    hash: row.text("unprocessed_hash")?,
                    orphan: row.opt_int("orphaned_at")?.is_some(),
                },
            ))
        })
        .collect()
}

/// The targets of each source.
async fn pairs(
    write: &mut Write,
    table: &str,
    column: &str,
    list: &[String],
) -> Result<HashMap<String, HashSet<String>>, StoreError> {
    let sql = format!("SELECT source, target_ref FROM {table} WHERE {{list}}");
    let mut pairs: HashMap<String, HashSet<String>> = HashMap::new();
    for row in write.query_list(&sql, column, list).await? {
        pairs.entry(row.text("source")?).or_default().insert(row.text("target_ref")?);
    }
    Ok(pairs)
}

/// Who refers to those entities whose location key is another one than the source says.
async fn load_claims(
    write: &mut Write,
    emissions: &[Emission],
    known: &HashMap<String, Known>,
) -> Result<HashMap<String, HashSet<String>>, StoreError> {
    let contested = distinct(emissions.iter().flat_map(|emission| &emission.children).filter_map(|child| {
        known
            .get(&child.entity_ref)
            .is_some_and(|row| row.location_key.is_some() && row.location_key != child.location_key)
            .then_some(&child.entity_ref)
    }));
    let mut claims: HashMap<String, HashSet<String>> = HashMap::new();
    for row in write
        .query_list(
            "SELECT source, target_ref FROM catalog_references WHERE {list}",
            "target_ref",
            &contested,
        )
        .await?
    {
        claims.entry(row.text("target_ref")?).or_default().insert(row.text("source")?);
    }
    Ok(claims)
}

async fn store(write: &mut Write, changes: Changes) -> Result<(), StoreError> {
    if !changes.rows.is_empty() {
        write.work_is_due();
    }
    let now = write.now;
    let rows = changes.rows.into_iter().map(|(entity_ref, (hash, location_key))| {
        // The id is only used where the entity is new.
        let id = uuid::Uuid::new_v4().to_string();
        let (key, hash) = (location_key.into(), hash.into());
        vec![entity_ref.into(), id.into(), key, hash, now.into(), now.into(), 0.into()]
    });
    write
        .insert(
            "catalog_refresh_state",
            &[
                "entity_ref",
                "entity_id",
                "location_key",
                "unprocessed_hash",
                "next_update_at",
                "last_discovery_at",
                "lease_until",
            ],
            rows.collect(),
            "ON CONFLICT (entity_ref) DO UPDATE SET location_key = excluded.location_key, \
             unprocessed_hash = excluded.unprocessed_hash, next_update_at = excluded.next_update_at, \
             last_discovery_at = excluded.last_discovery_at",
        )
        .await?;
    let documents = changes.documents.into_iter().map(|(r, json)| vec![r.into(), json.into()]).collect();
    write
        .insert(
            "catalog_unprocessed_entities",
            &["entity_ref", "entity"],
            documents,
            "ON CONFLICT (entity_ref) DO UPDATE SET entity = excluded.entity",
        )
        .await?;
    for (source, targets) in changes.unreferenced {
        delete_pairs(write, "catalog_references", &source, &targets).await?;
    }
    for (source, targets) in changes.no_contenders {
        delete_pairs(write, "catalog_contenders", &source, &targets).await?;
    }
    write
        .insert(
            "catalog_references",
            &["source", "target_ref"],
            changes.references,
            "ON CONFLICT (source, target_ref) DO NOTHING",
        )
        .await?;
    write
        .insert(
            "catalog_contenders",
            &["source", "target_ref", "location_key", "entity", "entity_hash", "since"],
            changes.contenders,
            "ON CONFLICT (source, target_ref) DO UPDATE SET location_key = excluded.location_key, \
             entity = excluded.entity, entity_hash = excluded.entity_hash",
        )
        .await?;
    for entity_ref in &changes.adopted {
        write.stitch(entity_ref, "adopted");
    }
    write
        .execute_list(
            "UPDATE catalog_refresh_state SET orphaned_at = NULL WHERE {list}",
            "entity_ref",
            &changes.adopted,
            &[],
        )
        .await
}

/// Removes what one source says about these targets from the references or the contenders.
pub(crate) async fn delete_pairs(
    write: &mut Write,
    table: &str,
    source: &str,
    targets: &[String],
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {table} WHERE {{list}} AND source = $2");
    write.execute_list(&sql, "target_ref", targets, &[source.into()]).await
}
