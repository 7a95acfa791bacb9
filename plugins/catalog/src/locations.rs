//! `DefaultLocationStore`: locations that were registered, in the database.

use callboard_kit::events::EventBus;
use callboard_model::LocationRef;
use callboard_store::{Database, Row, StoreError};
use serde_json::Value;

use crate::config::LocationConflict;
use crate::db::write::{Committed, Write};
use crate::db::{provider_source, refresh_state};
use crate::error::CatalogError;
use crate::mutation::{self, Child, Conflict, Emission, Extent, Fate};
use crate::processing::location_entity;

/// The name that Backstage gives the provider; rows in the database carry it.
pub(crate) const NAME: &str = "DefaultLocationStore";

/// A registered location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// A UUID.
    pub id: String,
    /// `url`
    pub kind: String,
    /// What to read.
    pub target: String,
    /// The Location entity that was made for it, lower-case. It stays when the target changes.
    pub entity_ref: String,
}

/// Outcome of registering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// It is new.
    Created(Location),
    /// It was there, and is read again.
    Refreshed(Location),
}

/// The locations of one catalog.
#[derive(Clone)]
pub struct LocationStore {
    pub(crate) database: Database,
    pub(crate) events: EventBus,
}

impl LocationStore {
    /// All of them, by id.
    pub async fn list(&self) -> Result<Vec<Location>, CatalogError> {
        let sql = "SELECT id, type, target, entity_ref FROM catalog_locations ORDER BY id";
        Ok(locations(&self.database.query(sql, &[]).await?)?)
    }

    /// One by id.
    pub async fn get(&self, id: &str) -> Result<Location, CatalogError> {
        let sql = "SELECT id, type, target, entity_ref FROM catalog_locations WHERE id = $1";
        locations(&self.database.query(sql, &[id.into()]).await?)?
            .pop()
            .ok_or_else(|| CatalogError::NotFound(format!("Found no location with ID {id}")))
    }

    /// The one with a type and target.
    pub async fn find(&self, kind: &str, target: &str) -> Result<Option<Location>, CatalogError> {
        let sql =
            "SELECT id, type, target, entity_ref FROM catalog_locations WHERE type = $1 AND target = $2";
        Ok(locations(&self.database.query(sql, &[kind.into(), target.into()]).await?)?.pop())
    }

    pub(crate) async fn create(
        &self,
        location: &LocationRef,
        conflict: LocationConflict,
    ) -> Result<(Registered, Committed), CatalogError> {
        let mut write = Write::begin(&self.database).await?;
        if let Some(existing) = existing(&mut write, &location.kind, &location.target).await? {
            if conflict == LocationConflict::Reject {
                return Err(already_exists(location));
            }
            let refs = [existing.entity_ref.clone()];
            refresh_state::force_result(&mut write, &refs).await?;
            refresh_state::make_due(&mut write, &refs).await?;
            return Ok((Registered::Refreshed(existing), write.commit().await?));
        }
        let (child, entity_ref) = child(location);
        let created = Location {
            id: uuid::Uuid::new_v4().to_string(),
            kind: location.kind.clone(),
            target: location.target.clone(),
            entity_ref,
        };
        let columns = ["id", "type", "target", "entity_ref"];
        let row = [&created.id, &created.kind, &created.target, &created.entity_ref].map(Into::into);
        write.insert("catalog_locations", &columns, vec![row.to_vec()], "").await?;
        let conflicts = emit(&mut write, child).await?;
        let committed = write.commit().await?;
        self.tell(&conflicts);
        Ok((Registered::Created(created), committed))
    }

    /// Gives a location another type and target. Its id and the reference in its row stay.
    pub(crate) async fn update(
        &self,
        id: &str,
        location: &LocationRef,
    ) -> Result<(Location, Committed), CatalogError> {
        let old = self.get(id).await?;
        let mut write = Write::begin(&self.database).await?;
        match existing(&mut write, &location.kind, &location.target).await? {
            Some(other) if other.id != id => return Err(already_exists(location)),
            _ => {}
        }
        write
            .execute(
                "UPDATE catalog_locations SET type = $2, target = $3 WHERE id = $1",
                &[id.into(), location.kind.as_str().into(), location.target.as_str().into()],
            )
            .await?;
        let old_ref = entity_ref(&old)?;
        let (child, new_ref) = child(location);
        let conflicts = emit(&mut write, child).await?;
        if new_ref != old_ref {
            // The new tree is there first, so what both trees hold is handed over and not removed.
            let_go(&mut write, &old_ref, Fate::Remove).await?;
        }
        let committed = write.commit().await?;
        self.tell(&conflicts);
        let (kind, target) = (location.kind.clone(), location.target.clone());
        Ok((Location { kind, target, ..old }, committed))
    }

    pub(crate) async fn delete(&self, id: &str) -> Result<(Location, Committed), CatalogError> {
        let location = self.get(id).await?;
        let mut write = Write::begin(&self.database).await?;
        write.execute("DELETE FROM catalog_locations WHERE id = $1", &[id.into()]).await?;
        let_go(&mut write, &entity_ref(&location)?, Fate::Unregister).await?;
        Ok((location, write.commit().await?))
    }

    fn tell(&self, conflicts: &[Conflict]) {
        for conflict in conflicts {
            self.events.publish("experimental.catalog.conflict", conflict.event());
        }
    }
}

async fn existing(write: &mut Write, kind: &str, target: &str) -> Result<Option<Location>, CatalogError> {
    let sql = "SELECT id, type, target, entity_ref FROM catalog_locations WHERE type = $1 AND target = $2";
    Ok(locations(&write.query(sql, &[kind.into(), target.into()]).await?)?.pop())
}

fn already_exists(location: &LocationRef) -> CatalogError {
    CatalogError::Conflict(format!("Location {location} already exists"))
}

/// The entity of a location as the store provides it, and its reference.
fn child(location: &LocationRef) -> (Child, String) {
    let entity: Value = location_entity(location);
    let name = callboard_model::entity::generated_location_name(&location.kind, &location.target);
    let entity_ref = format!("location:default/{name}");
    (Child::new(entity_ref.clone(), Some(location.to_string()), &entity), entity_ref)
}

/// The reference of the entity that stands for the location now; the one in the row may be of an older target.
fn entity_ref(location: &Location) -> Result<String, CatalogError> {
    let location = LocationRef::new(&location.kind, &location.target)
        .map_err(|error| CatalogError::Input(error.to_string()))?;
    Ok(child(&location).1)
}

async fn emit(write: &mut Write, child: Child) -> Result<Vec<Conflict>, CatalogError> {
    let emission = Emission { source: provider_source(NAME), children: &[child], extent: Extent::Part };
    let now = write.now;
    Ok(mutation::apply(write, &[emission], now).await?.conflicts)
}

async fn let_go(write: &mut Write, entity_ref: &str, fate: Fate) -> Result<(), CatalogError> {
    let source = provider_source(NAME);
    let dropped = [entity_ref.to_owned()];
    mutation::delete_pairs(write, "catalog_references", &source, &dropped).await?;
    mutation::delete_pairs(write, "catalog_contenders", &source, &dropped).await?;
    mutation::settle(write, &dropped, fate, "location removed").await?;
    Ok(())
}

fn locations(rows: &[Row]) -> Result<Vec<Location>, StoreError> {
    rows.iter()
        .map(|row| {
            Ok(Location {
                id: row.text("id")?,
                kind: row.text("type")?,
                target: row.text("target")?,
                entity_ref: row.text("entity_ref")?,
            })
        })
        .collect()
}
