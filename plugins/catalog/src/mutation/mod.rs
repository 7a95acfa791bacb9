//! What a source says there is, made true in the tables: the one way in which entities come, move and go.
//!
//! A source is a provider or an entity that emits others. An entity belongs to one location at a time (its location
//! key). Another location that describes the same entity becomes a *contender*: it is kept with its description, and
//! takes over in the same transaction in which the owner lets go. So a file that moves does not make its entity
//! vanish, and nothing is deleted while a good description of it is known.

mod removal;
mod store;

use std::collections::{HashMap, HashSet};

use callboard_store::StoreError;
use serde_json::{Value, json};

use crate::db::write::Write;
use crate::engine::Good;
pub(crate) use removal::{FEW_LOCATIONS, FEW_LOCATIONS_SQL, Fate, remove, settle};
pub(crate) use store::delete_pairs;
use store::{Changes, store};

/// An entity as a source describes it.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) entity_ref: String,
    pub(crate) location_key: Option<String>,
    /// The description as JSON.
    pub(crate) json: String,
    /// The hash of the description, whatever the order of its keys.
    pub(crate) hash: String,
    /// What it was processed to in the same pass. It counts if the entity turns out to be new.
    pub(crate) good: Option<Box<Good>>,
}

impl Child {
    pub(crate) fn new(entity_ref: String, location_key: Option<String>, entity: &Value) -> Self {
        let hash = callboard_model::stable_json::stable_hash(entity);
        Self { entity_ref, location_key, json: entity.to_string(), hash, good: None }
    }
}

/// What one source says.
#[derive(Debug)]
pub(crate) struct Emission<'a> {
    /// See [`crate::db::provider_source`] and [`crate::db::entity_source`].
    pub(crate) source: String,
    /// What it describes.
    pub(crate) children: &'a [Child],
    pub(crate) extent: Extent<'a>,
}

/// How much of what a source describes is in an emission.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Extent<'a> {
    /// All: what it described before and not now is let go.
    Whole,
    /// It describes other entities too.
    Part,
    /// With those that it has described in parts before, it is all.
    Rest(&'a HashSet<String>),
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
pub(crate) struct Applied<'a> {
    pub(crate) conflicts: Vec<Conflict>,
    /// Whom a source let go. [`settle`] decides what becomes of them.
    pub(crate) dropped: Vec<String>,
    /// New entities that have been processed already. Their rows say so; the rest of their result is the caller's.
    pub(crate) created: Vec<Created<'a>>,
    /// Sources of which parts have been lost again meanwhile: somebody removed an entity by hand.
    pub(crate) torn: HashSet<String>,
}

/// A new entity and its result.
#[derive(Debug)]
pub(crate) struct Created<'a> {
    pub(crate) entity_id: String,
    pub(crate) child: &'a Child,
    pub(crate) good: &'a Good,
}

/// What is known about an entity that a source describes.
struct Known {
    location_key: Option<String>,
    hash: String,
    orphan: bool,
}

/// Makes true what the sources say. `next_update_at` is when those are due again that have been processed already.
pub(crate) async fn apply<'a>(
    write: &mut Write,
    emissions: &[Emission<'a>],
    next_update_at: i64,
) -> Result<Applied<'a>, StoreError> {
    let refs = distinct(emissions.iter().flat_map(|e| e.children.iter().map(|c| &c.entity_ref)));
    let mut known = load_known(write, &refs).await?;
    let described = pairs(write, "catalog_references", emissions).await?;
    let contending = pairs(write, "catalog_contenders", emissions).await?;
    let claims = load_claims(write, emissions, &known).await?;
    // Who has described an entity in this write.
    let mut claimed: HashMap<&'a str, Vec<&str>> = HashMap::with_capacity(refs.len());
    let nothing = HashSet::new();
    let mut changes = Changes::default();
    let mut applied = Applied::default();
    for Emission { source, children, extent } in emissions {
        let before = described.get(source).unwrap_or(&nothing);
        let mut stale = contending.get(source).cloned().unwrap_or_default();
        let mut owned: HashSet<&str> = HashSet::with_capacity(children.len());
        let mut refused: HashSet<&str> = HashSet::new();
        for child in *children {
            let entity_ref = child.entity_ref.as_str();
            match known.get_mut(entity_ref) {
                None => {
                    changes.rows.insert(entity_ref, (child, true));
                    let (location_key, hash) = (child.location_key.clone(), child.hash.clone());
                    known.insert(entity_ref.to_owned(), Known { location_key, hash, orphan: false });
                }
                Some(row) => {
                    let owns = row.location_key.is_none() || row.location_key == child.location_key;
                    let is_held = || {
                        claims.get(entity_ref).is_some_and(|all| all.iter().any(|holder| holder != source))
                            || claimed
                                .get(entity_ref)
                                .is_some_and(|all| all.iter().any(|holder| *holder != source.as_str()))
                    };
                    if !owns && is_held() {
                        stale.remove(entity_ref);
                        refused.insert(entity_ref);
                        changes.contenders.push((source.clone(), child));
                        applied.conflicts.push(Conflict {
                            entity_ref: entity_ref.to_owned(),
                            new_location_key: child.location_key.clone(),
                            existing_location_key: row.location_key.clone(),
                            unprocessed: child.json.clone(),
                            at: write.now,
                        });
                        continue;
                    }
                    if row.hash != child.hash || row.location_key != child.location_key {
                        row.hash.clone_from(&child.hash);
                        row.location_key.clone_from(&child.location_key);
                        changes.rows.insert(entity_ref, (child, false));
                    }
                    if std::mem::take(&mut row.orphan) {
                        changes.adopted.push(entity_ref.to_owned());
                    }
                }
            }
            owned.insert(entity_ref);
            claimed.entry(entity_ref).or_default().push(source.as_str());
            if !before.contains(entity_ref) {
                changes.references.push((source.clone(), entity_ref));
            }
        }
        let is_gone = |entity_ref: &&String| match extent {
            Extent::Whole => !owned.contains(entity_ref.as_str()),
            // A part says nothing about what it does not mention.
            Extent::Part => refused.contains(entity_ref.as_str()),
            Extent::Rest(parts) => !owned.contains(entity_ref.as_str()) && !parts.contains(*entity_ref),
        };
        let gone: Vec<String> = before.iter().filter(is_gone).cloned().collect();
        if let Extent::Rest(parts) = extent
            && parts.iter().any(|entity_ref| !before.contains(entity_ref) && !stale.contains(entity_ref))
        {
            applied.torn.insert(source.clone());
        }
        match extent {
            Extent::Whole => {}
            Extent::Part => stale.retain(|entity_ref| owned.contains(entity_ref.as_str())),
            Extent::Rest(parts) => stale.retain(|entity_ref| !parts.contains(entity_ref)),
        }
        applied.dropped.extend(gone.iter().cloned());
        changes.unreferenced.push((source.clone(), gone));
        changes.no_contenders.push((source.clone(), stale.into_iter().collect()));
    }
    applied.created = store(write, changes, next_update_at).await?;
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

/// The targets of each source in one of the two tables that have some: of a part only those that it mentions.
async fn pairs(
    write: &mut Write,
    table: &str,
    emissions: &[Emission<'_>],
) -> Result<HashMap<String, HashSet<String>>, StoreError> {
    let mut pairs: HashMap<String, HashSet<String>> = HashMap::new();
    let whole = emissions.iter().filter(|emission| !matches!(emission.extent, Extent::Part));
    let sources = distinct(whole.map(|emission| &emission.source));
    let sql = format!("SELECT source, target_ref FROM {table} WHERE {{list}}");
    for row in write.query_list(&sql, "source", &sources).await? {
        pairs.entry(row.text("source")?).or_default().insert(row.text("target_ref")?);
    }
    let sql = format!("SELECT target_ref FROM {table} WHERE {{list}} AND source = $2");
    for emission in emissions.iter().filter(|emission| matches!(emission.extent, Extent::Part)) {
        if pairs.contains_key(&emission.source) && sources.contains(&emission.source) {
            continue;
        }
        let refs: Vec<String> = emission.children.iter().map(|child| child.entity_ref.clone()).collect();
        let found = pairs.entry(emission.source.clone()).or_default();
        for row in
            write.query_list_with(&sql, "target_ref", &refs, &[emission.source.as_str().into()]).await?
        {
            found.insert(row.text("target_ref")?);
        }
    }
    Ok(pairs)
}

/// Who refers to those entities whose location key is another one than the source says.
async fn load_claims(
    write: &mut Write,
    emissions: &[Emission<'_>],
    known: &HashMap<String, Known>,
) -> Result<HashMap<String, HashSet<String>>, StoreError> {
    let contested = distinct(emissions.iter().flat_map(|emission| emission.children).filter_map(|child| {
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
