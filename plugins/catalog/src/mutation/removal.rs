//! What becomes of entities that a source let go: others still describe them, a contender takes over, they wait as
//! orphans, or they are removed with everything that only they brought in.

use std::collections::{HashMap, HashSet};

use callboard_store::StoreError;

use crate::db::write::Write;
use crate::db::{
    KEY_SOURCE, REF_SOURCE, entity_source, final_entities, refresh_state, relations, stitch_queue,
};

/// So many locations are few.
pub(crate) const FEW_LOCATIONS: i64 = 50;
pub(crate) const FEW_LOCATIONS_SQL: &str = "SELECT entity_ref FROM catalog_refresh_state \
    WHERE entity_ref >= 'location:' AND entity_ref < 'location;' LIMIT $1";

/// What is to become of those whom nothing refers to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They wait as orphans for somebody to adopt them.
    Orphan,
    /// They go now, with everything that is not reachable without them.
    Remove,
    /// As [`Self::Remove`], because somebody unregistered the location that brought them in. What their files describe
    /// and others describe too is out of sight for a moment, as on Backstage's wire, and comes back as it was.
    Unregister,
}

/// How long that moment is, in milliseconds.
const OUT_OF_SIGHT: i64 = 10_000;

/// Decides what becomes of `dropped`, which a source has let go. Says how many were removed.
pub(crate) async fn settle(
    write: &mut Write,
    dropped: &[String],
    fate: Fate,
    cause: &str,
) -> Result<usize, StoreError> {
    if dropped.is_empty() {
        return Ok(0);
    }
    let seeds: HashSet<&String> = dropped.iter().collect();
    let mut handed_over = HashSet::new();
    loop {
        let mut doomed = unreachable(write, dropped).await?;
        if fate == Fate::Orphan {
            // What hangs below an orphan has a parent until the orphan goes.
            doomed.retain(|entity_ref| seeds.contains(entity_ref));
        }
        if doomed.is_empty() {
            return Ok(0);
        }
        let taken = hand_over(write, &doomed).await?;
        if !taken.is_empty() {
            handed_over.extend(taken);
            continue;
        }
        if fate == Fate::Unregister {
            let shared = shared_with(write, &doomed, &handed_over).await?;
            hide(write, &shared, cause).await?;
        }
        let doomed: Vec<String> = doomed.into_iter().collect();
        if fate != Fate::Orphan {
            remove(write, &doomed, cause).await?;
            return Ok(doomed.len());
        }
        for entity_ref in &doomed {
            write.stitch(entity_ref, "orphaned");
        }
        let now = write.now;
        write
            .execute_list(
                "UPDATE catalog_refresh_state SET orphaned_at = $2 WHERE {list} AND orphaned_at IS NULL",
                "entity_ref",
                &doomed,
                &[now.into()],
            )
            .await?;
        if let Some(locations) = few_locations(write).await? {
            // The new place of a file that moved is likely to be one of them.
            refresh_state::make_due(write, &locations).await?;
        }
        return Ok(0);
    }
}

/// All Location entities, if there are so few that they can all be read when one of them lets go of something.
async fn few_locations(write: &mut Write) -> Result<Option<Vec<String>>, StoreError> {
    let rows = write.query(FEW_LOCATIONS_SQL, &[(FEW_LOCATIONS + 1).into()]).await?;
    let locations = rows.iter().map(|row| row.text("entity_ref")).collect::<Result<Vec<_>, _>>()?;
    Ok((locations.len() as i64 <= FEW_LOCATIONS).then_some(locations))
}

/// Those of `seeds` and of what hangs below them that no provider reaches any more. Counting references is not
/// enough: entities may refer to each other in a circle.
async fn unreachable(write: &mut Write, seeds: &[String]) -> Result<HashSet<String>, StoreError> {
    let mut closure: HashSet<String> = seeds.iter().cloned().collect();
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    let mut frontier: Vec<String> = seeds.to_vec();
    while !frontier.is_empty() {
        let sources: Vec<String> = frontier.iter().map(|entity_ref| entity_source(entity_ref)).collect();
        frontier.clear();
        for row in write
            .query_list("SELECT source, target_ref FROM catalog_references WHERE {list}", "source", &sources)
            .await?
        {
            let parent = row.str("source")?.trim_start_matches(REF_SOURCE).to_owned();
            let child = row.text("target_ref")?;
            if closure.insert(child.clone()) {
                frontier.push(child.clone());
            }
            children.entry(parent).or_default().push(child);
        }
    }
    let all: Vec<String> = closure.iter().cloned().collect();
    let mut alive = Vec::new();
    for row in write
        .query_list("SELECT source, target_ref FROM catalog_references WHERE {list}", "target_ref", &all)
        .await?
    {
        let source = row.str("source")?;
        let outside = match source.strip_prefix(REF_SOURCE) {
            Some(parent) => !closure.contains(parent),
            None => source.starts_with(KEY_SOURCE),
        };
        if outside {
            alive.push(row.text("target_ref")?);
        }
    }
    let mut doomed = closure;
    while let Some(entity_ref) = alive.pop() {
        if doomed.remove(&entity_ref) {
            alive.extend(children.remove(&entity_ref).unwrap_or_default());
        }
    }
    Ok(doomed)
}

/// What a doomed location inside of a file describes and a root does too, in the same file. On Backstage who describes an
/// entity last has it, and a file is read later than the root above it. Locations stay in sight, with all below them.
async fn shared_with(
    write: &mut Write,
    doomed: &HashSet<String>,
    handed_over: &HashSet<String>,
) -> Result<Vec<String>, StoreError> {
    let roots = provided(write, doomed.iter().cloned().collect()).await?;
    let inner = doomed.iter().filter(|entity_ref| !roots.contains(*entity_ref));
    let sources: Vec<String> = inner.map(|entity_ref| entity_source(entity_ref)).collect();
    let rows = write
        .query_list("SELECT target_ref FROM catalog_references WHERE {list}", "source", &sources)
        .await?;
    let mut described: HashMap<String, Vec<String>> = HashMap::new();
    for row in &rows {
        let entity_ref = row.text("target_ref")?;
        let stays = doomed.contains(&entity_ref) || handed_over.contains(&entity_ref);
        if !stays && !entity_ref.starts_with("location:") {
            described.insert(entity_ref, Vec::new());
        }
    }
    let refs: Vec<String> = described.keys().cloned().collect();
    for row in write
        .query_list("SELECT source, target_ref FROM catalog_references WHERE {list}", "target_ref", &refs)
        .await?
    {
        let source = row.text("source")?;
        let parent = source.strip_prefix(REF_SOURCE).unwrap_or_default();
        if !doomed.contains(parent) {
            described.entry(row.text("target_ref")?).or_default().push(parent.to_owned());
        }
    }
    let others = provided(write, described.values().flatten().cloned().collect()).await?;
    // An empty one stands for a provider that gives the entity itself.
    let is_root = |parent: &String| !parent.is_empty() && others.contains(parent);
    let by_roots = described.into_iter().filter(|(_, parents)| parents.iter().all(is_root));
    Ok(by_roots.map(|(entity_ref, _)| entity_ref).collect())
}

/// Those of them that a provider or a registration provides, or did until this write.
async fn provided(write: &mut Write, refs: Vec<String>) -> Result<HashSet<String>, StoreError> {
    let rows = write
        .query_list("SELECT source, target_ref FROM catalog_references WHERE {list}", "target_ref", &refs)
        .await?;
    let mut from_files: HashSet<String> = HashSet::new();
    for row in &rows {
        if row.str("source")?.starts_with(REF_SOURCE) {
            from_files.insert(row.text("target_ref")?);
        }
    }
    Ok(refs.into_iter().filter(|entity_ref| !from_files.contains(entity_ref)).collect())
}

/// Takes entities out of sight. They keep their uid and all that is known about them, and are stitched again soon.
async fn hide(write: &mut Write, refs: &[String], cause: &str) -> Result<(), StoreError> {
    final_entities::remove(write, refs, cause).await?;
    stitch_queue::forget(write, refs).await?;
    stitch_queue::add_later(write, refs, OUT_OF_SIGHT, "described by another location").await
}

/// Lets the oldest contender of each doomed entity take over and says which entities those are. Each keeps its uid, its
/// history and its final form until the new description has been processed.
async fn hand_over(write: &mut Write, doomed: &HashSet<String>) -> Result<Vec<String>, StoreError> {
    let list: Vec<String> = doomed.iter().cloned().collect();
    let rows = write
        .query_list(
            "SELECT source, target_ref, location_key, entity, entity_hash, since FROM catalog_contenders \
             WHERE {list}",
            "target_ref",
            &list,
        )
        .await?;
    let mut oldest: HashMap<String, (i64, String, usize)> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let source = row.text("source")?;
        if source.strip_prefix(REF_SOURCE).is_some_and(|parent| doomed.contains(parent)) {
            continue;
        }
        let candidate = (row.int("since")?, source, index);
        let entry = oldest.entry(row.text("target_ref")?).or_insert_with(|| candidate.clone());
        if candidate < *entry {
            *entry = candidate;
        }
    }
    for (entity_ref, (_, source, index)) in &oldest {
        let row = &rows[*index];
        tracing::info!(
            %entity_ref, location_key = row.opt_str("location_key")?.unwrap_or_default(),
            "another location takes over an entity that its location no longer describes"
        );
        write
            .execute(
                "UPDATE catalog_refresh_state SET location_key = $2, unprocessed_hash = $3, \
                 next_update_at = $4, last_discovery_at = $4, orphaned_at = NULL WHERE entity_ref = $1",
                &[
                    entity_ref.into(),
                    row.opt_text("location_key")?.into(),
                    row.text("entity_hash")?.into(),
                    write.now.into(),
                ],
            )
            .await?;
        write
            .execute(
                "UPDATE catalog_unprocessed_entities SET entity = $2 WHERE entity_ref = $1",
                &[entity_ref.into(), row.text("entity")?.into()],
            )
            .await?;
        let pair = [source.into(), entity_ref.into()];
        write.execute("DELETE FROM catalog_contenders WHERE source = $1 AND target_ref = $2", &pair).await?;
        write.execute("INSERT INTO catalog_references (source, target_ref) VALUES ($1, $2)", &pair).await?;
        write.stitch(entity_ref, "adopted");
        write.work_is_due();
    }
    Ok(oldest.into_keys().collect())
}

/// Removes entities with all that belongs to them. Whoever had a relation through them is stitched.
pub(crate) async fn remove(write: &mut Write, refs: &[String], cause: &str) -> Result<(), StoreError> {
    relations::remove(write, refs).await?;
    final_entities::remove(write, refs, cause).await?;
    stitch_queue::forget(write, refs).await?;
    for entity_ref in refs {
        write.forget_stitch(entity_ref);
    }
    for table in [
        "catalog_unprocessed_entities",
        "catalog_processed_entities",
        "catalog_processing_cache",
        "catalog_refresh_keys",
        "catalog_refresh_state",
    ] {
        let sql = format!("DELETE FROM {table} WHERE {{list}}");
        write.execute_list(&sql, "entity_ref", refs, &[]).await?;
    }
    let sources: Vec<String> = refs.iter().map(|entity_ref| entity_source(entity_ref)).collect();
    for table in ["catalog_references", "catalog_contenders"] {
        let sql = format!("DELETE FROM {table} WHERE {{list}}");
        write.execute_list(&sql, "source", &sources, &[]).await?;
    }
    // Who else described one of them is made to say so again: with the row, the claim is open to all.
    let contenders =
        write.query_list("SELECT source FROM catalog_contenders WHERE {list}", "target_ref", refs).await?;
    let mut again = Vec::new();
    for row in &contenders {
        if let Some(parent) = row.str("source")?.strip_prefix(REF_SOURCE) {
            again.push(parent.to_owned());
        }
    }
    refresh_state::force_result(write, &again).await?;
    write.execute_list("DELETE FROM catalog_references WHERE {list}", "target_ref", refs, &[]).await?;
    write.execute_list("DELETE FROM catalog_contenders WHERE {list}", "target_ref", refs, &[]).await
}
