//! Finds the line and column of a fault in the file that describes the entity.

use callboard_model::{Entity, LocationRef, yaml};

use super::failure::Failure;
use super::limits::MAX_FILE_BYTES;
use super::outcome::Deferred;
use super::parse;

/// Gives each failure that has no place yet the closest one that is known. For a `file` location the file is read
/// again: failures are rare, and remembering a place for every field of every entity would cost far more.
pub(super) async fn locate(failures: Vec<Failure>, entity: &Entity, location: &LocationRef) -> Vec<Failure> {
    if failures.iter().all(|failure| failure.place().is_some()) {
        return failures;
    }
    let fields: Vec<String> =
        failures.iter().map(|failure| failure.field().unwrap_or_default().to_owned()).collect();
    let places = match location.kind.as_str() {
        "file" => places_in_file(location.clone(), entity.reference().to_string(), fields).await,
        _ => None,
    };
    let mut places = places.unwrap_or_default().into_iter();
    let whole = location.target.clone();
    failures.into_iter().map(|failure| failure.at(places.next().unwrap_or_else(|| whole.clone()))).collect()
}

/// Where the kind of a child is written, if it was read from a file.
pub(super) async fn of_kind(child: &Deferred) -> Option<String> {
    let location = LocationRef::parse(child.location_key.as_deref()?).ok()?;
    if location.kind != "file" {
        return Some(location.target);
    }
    let fields = vec!["/kind".to_owned()];
    places_in_file(location, child.entity_ref.clone(), fields).await?.into_iter().next()
}

/// The place of each field, or `None` if the file does not describe the entity (any more).
async fn places_in_file(
    location: LocationRef,
    entity_ref: String,
    fields: Vec<String>,
) -> Option<Vec<String>> {
    let size = tokio::fs::metadata(&location.target).await.ok()?.len();
    if size > MAX_FILE_BYTES {
        return None;
    }
    let body = tokio::fs::read(&location.target).await.ok()?;
    let find = move || {
        let text = String::from_utf8_lossy(&body);
        let document = yaml::parse_documents(&text, &yaml::Limits::default())
            .into_iter()
            .flatten()
            .find(|document| describes(document, &entity_ref))?;
        Some(fields.iter().map(|field| parse::place(&document, &text, field, &location)).collect())
    };
    tokio::task::spawn_blocking(find).await.ok().flatten()
}

fn describes(document: &yaml::Document, entity_ref: &str) -> bool {
    Entity::from_value(document.value.clone())
        .is_ok_and(|entity| entity.reference().to_string() == entity_ref)
}
