//! Entity providers: what they may say, and how it becomes true.

pub(crate) mod config_locations;

use callboard_kit::events::EventBus;
use callboard_model::Entity;
use callboard_store::Database;
use serde_json::Value;

use crate::config::OrphanStrategy;
use crate::db::write::{Committed, Write};
use crate::db::{CHUNK, KEY_SOURCE, provider_source, refresh_state};
use crate::error::CatalogError;
use crate::mutation::{self, Child, Emission, Extent, Fate};

/// An entity as a provider describes it.
#[derive(Debug, Clone)]
pub struct ProvidedEntity {
    /// With its location annotations.
    pub entity: Value,
    /// Who owns it; another key than the one that is there is a conflict.
    pub location_key: Option<String>,
}

/// What a provider says.
#[derive(Debug, Clone)]
pub enum Mutation {
    /// These are all that there are.
    Full(Vec<ProvidedEntity>),
    /// These came or changed, and those went.
    Delta {
        /// Came or changed.
        added: Vec<ProvidedEntity>,
        /// Entity references, lower-case.
        removed: Vec<String>,
    },
}

/// Makes a provider's mutation true, in one transaction. Descendants that nothing else reaches go at once.
pub(crate) async fn apply(
    database: &Database,
    events: &EventBus,
    provider: &str,
    mutation: Mutation,
) -> Result<Committed, CatalogError> {
    let (entities, removed, complete) = match mutation {
        Mutation::Full(entities) => (entities, Vec::new(), true),
        Mutation::Delta { added, removed } => (added, removed, false),
    };
    let mut children: Vec<Child> = Vec::with_capacity(entities.len());
    let mut seen = std::collections::HashSet::new();
    for ProvidedEntity { entity, location_key } in entities {
        let entity = Entity::from_value(entity).map_err(|_| {
            CatalogError::Input(format!("{provider} provided something that is not an object as an entity"))
        })?;
        let entity_ref = entity.reference().to_string();
        if seen.insert(entity_ref.clone()) {
            children.push(Child::new(entity_ref, location_key, &entity.into_value()));
        } else {
            tracing::warn!(provider, %entity_ref, "a provider described an entity twice; the first one counts");
        }
    }
    let source = provider_source(provider);
    let mut write = Write::begin(database).await?;
    let extent = if complete { Extent::Whole } else { Extent::Part };
    let emission = Emission { source: source.clone(), children: &children, extent };
    let now = write.now;
    let mut applied = mutation::apply(&mut write, &[emission], now).await?;
    if !removed.is_empty() {
        mutation::delete_pairs(&mut write, "catalog_references", &source, &removed).await?;
        mutation::delete_pairs(&mut write, "catalog_contenders", &source, &removed).await?;
        applied.dropped.extend(removed);
    }
    mutation::settle(&mut write, &applied.dropped, Fate::Remove, &format!("provider:{provider}")).await?;
    let committed = write.commit().await?;
    for conflict in &applied.conflicts {
        tracing::warn!(
            provider, entity_ref = %conflict.entity_ref,
            owner = conflict.existing_location_key.as_deref().unwrap_or_default(),
            "a provider describes an entity that another location owns"
        );
        events.publish("experimental.catalog.conflict", conflict.event());
    }
    Ok(committed)
}

/// Lets go of what providers left behind that are no longer there, if the configuration says so.
pub(crate) async fn remove_unknown(
    database: &Database,
    known: &[&str],
    strategy: OrphanStrategy,
) -> Result<Committed, CatalogError> {
    if strategy == OrphanStrategy::Keep {
        return Ok(Committed::default());
    }
    let mut write = Write::begin(database).await?;
    let rows = write
        .query(
            "SELECT DISTINCT source FROM catalog_references WHERE source >= $1 AND source < $2",
            &[KEY_SOURCE.into(), "key;".into()],
        )
        .await?;
    for row in &rows {
        let source = row.str("source")?;
        let provider = source.trim_start_matches(KEY_SOURCE);
        if known.contains(&provider) {
            continue;
        }
        tracing::info!(provider, "the entities of a provider that is no longer there are removed");
        let rows = write
            .query("SELECT target_ref FROM catalog_references WHERE source = $1", &[source.into()])
            .await?;
        let dropped = rows.iter().map(|row| row.text("target_ref")).collect::<Result<Vec<_>, _>>()?;
        for table in ["catalog_references", "catalog_contenders"] {
            write.execute(&format!("DELETE FROM {table} WHERE source = $1"), &[source.into()]).await?;
        }
        mutation::settle(&mut write, &dropped, Fate::Remove, "provider removed").await?;
    }
    Ok(write.commit().await?)
}

/// Has everything processed again if results were made by another program or with other rules.
pub(crate) async fn check_fingerprint(database: &Database, fingerprint: &str) -> Result<(), CatalogError> {
    let mut write = Write::begin(database).await?;
    let changed = write
        .execute(
            "UPDATE catalog_state SET fingerprint = $1 WHERE id = 1 AND fingerprint <> $1",
            &[fingerprint.into()],
        )
        .await?;
    if changed > 0 {
        let now = write.now;
        write
            .execute(
                "UPDATE catalog_refresh_state SET next_update_at = $1 WHERE next_update_at > $1",
                &[now.into()],
            )
            .await?;
    }
    write.commit().await?;
    Ok(())
}

/// Has those entities processed again that registered one of these keys.
pub(crate) async fn refresh_by_keys(database: &Database, keys: &[String]) -> Result<Committed, CatalogError> {
    let mut write = Write::begin(database).await?;
    let keys: Vec<String> = keys.iter().map(|key| crate::processing::bounded_refresh_key(key)).collect();
    let rows = write
        .query_list("SELECT DISTINCT entity_ref FROM catalog_refresh_keys WHERE {list}", "refresh_key", &keys)
        .await?;
    let refs = rows.iter().map(|row| row.text("entity_ref")).collect::<Result<Vec<_>, _>>()?;
    for part in refs.chunks(CHUNK) {
        refresh_state::make_due(&mut write, part).await?;
    }
    Ok(write.commit().await?)
}
