//! Finds the line and column of a fault in the file that describes the entity.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use callboard_model::{Entity, EntityRef, LocationRef, yaml};
use parking_lot::Mutex;
use serde_json::Value;

use super::failure::Failure;
use super::limits::MAX_LOCATED_FILE_BYTES;
use super::outcome::Deferred;
use super::parse;

/// Files whose documents are remembered: the faults of one file come one after the other.
const FILES_KEPT: usize = 4;

/// Names places. For a `file` location the file is read again: faults are rare, and remembering a place for every
/// field of every entity would cost far more.
#[derive(Debug, Default)]
pub(super) struct Places {
    files: Mutex<Vec<Arc<DescribedFile>>>,
}

/// A file at one moment, with its documents by entity.
#[derive(Debug)]
struct DescribedFile {
    path: String,
    version: (u64, Option<SystemTime>),
    text: String,
    documents: HashMap<String, yaml::Document>,
}

impl Places {
    /// Gives each failure that has no place yet the closest one that is known.
    pub(super) async fn locate(
        &self,
        failures: Vec<Failure>,
        entity: &Entity,
        location: &LocationRef,
    ) -> Vec<Failure> {
        if failures.iter().all(|failure| failure.place().is_some()) {
            return failures;
        }
        let file = self.described(location).await;
        let entity_ref = entity.reference().to_string();
        let locate = |failure: Failure| {
            let field = failure.field().unwrap_or_default();
            let place = file.as_ref().and_then(|file| file.place(&entity_ref, field, location));
            failure.at(place.unwrap_or_else(|| location.target.clone()))
        };
        failures.into_iter().map(locate).collect()
    }

    /// Where the kind of a child is written.
    pub(super) async fn of_kind(&self, child: &Deferred) -> Option<String> {
        let location = LocationRef::parse(child.location_key.as_deref()?).ok()?;
        let file = self.described(&location).await;
        let place = file.and_then(|file| file.place(&child.entity_ref, "/kind", &location));
        place.or(Some(location.target))
    }

    /// The file of a `file` location as it is now; `None` for any other location, and for what is no such file.
    async fn described(&self, location: &LocationRef) -> Option<Arc<DescribedFile>> {
        if location.kind != "file" {
            return None;
        }
        let metadata = tokio::fs::metadata(&location.target).await.ok()?;
        if !metadata.is_file() || metadata.len() > MAX_LOCATED_FILE_BYTES {
            return None;
        }
        let version = (metadata.len(), metadata.modified().ok());
        let is_it = |file: &&Arc<DescribedFile>| file.path == location.target && file.version == version;
        if let Some(known) = self.files.lock().iter().find(is_it) {
            return Some(known.clone());
        }
        let body = tokio::fs::read(&location.target).await.ok()?;
        let path = location.target.clone();
        let read = move || Arc::new(DescribedFile::new(path, version, &body));
        let file = tokio::task::spawn_blocking(read).await.ok()?;
        let mut files = self.files.lock();
        files.retain(|known| known.path != file.path);
        if files.len() >= FILES_KEPT {
            files.remove(0);
        }
        files.push(file.clone());
        Some(file)
    }
}

impl DescribedFile {
    fn new(path: String, version: (u64, Option<SystemTime>), body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body).into_owned();
        let mut documents = HashMap::new();
        for mut document in yaml::parse_documents(&text, &yaml::Limits::default()).into_iter().flatten() {
            let entity_ref = reference(&document.value).to_string();
            // Only its place is asked for.
            document.value = Value::Null;
            documents.insert(entity_ref, document);
        }
        Self { path, version, text, documents }
    }

    fn place(&self, entity_ref: &str, field: &str, location: &LocationRef) -> Option<String> {
        Some(parse::place(self.documents.get(entity_ref)?, &self.text, field, location))
    }
}

fn reference(value: &Value) -> EntityRef {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &value["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    EntityRef::new(text(&value["kind"]), namespace, text(&metadata["name"]))
}
