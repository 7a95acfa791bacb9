//! Changes on their way into the index. A batch is parsed before the index is locked for writing.

use bytes::Bytes;
use callboard_model::search_rows::{self, SearchRow};
use uuid::Uuid;

/// One change of the final entities.
#[derive(Debug, Clone)]
pub enum Change {
    /// The entity is there, and these are its bytes.
    Upsert {
        /// `metadata.uid`
        entity_id: Uuid,
        /// Lower-case reference.
        entity_ref: String,
        /// The serialised final entity, served as it is.
        bytes: Bytes,
    },
    /// The entity is gone.
    Delete {
        /// Lower-case reference.
        entity_ref: String,
    },
}

/// Why bytes can't be indexed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored entity {entity_ref} can't be indexed: {reason}")]
pub struct MalformedEntity {
    /// Which one.
    pub entity_ref: String,
    /// What is wrong with its bytes.
    pub reason: String,
}

/// An entity with its search rows.
#[derive(Debug)]
pub(crate) struct Upsert {
    pub(crate) entity_id: Uuid,
    pub(crate) entity_ref: String,
    pub(crate) bytes: Bytes,
    /// Sorted by key.
    pub(crate) rows: Vec<SearchRow>,
}

/// A parsed change.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// See [`Change::Upsert`].
    Upsert(Upsert),
    /// See [`Change::Delete`].
    Delete(String),
}

/// Changes that are ready to be applied as one.
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) changes: Vec<Prepared>,
}

impl Batch {
    /// Parses the changes, in order.
    ///
    /// # Errors
    /// When the bytes of one are not a JSON object with search rows; nothing has been applied then.
    pub fn prepare(changes: impl IntoIterator<Item = Change>) -> Result<Self, MalformedEntity> {
        let prepare = |change| match change {
            Change::Upsert { entity_id, entity_ref, bytes } => {
                Upsert::parse(entity_id, entity_ref, bytes).map(Prepared::Upsert)
            }
            Change::Delete { entity_ref } => Ok(Prepared::Delete(entity_ref)),
        };
        Ok(Self { changes: changes.into_iter().map(prepare).collect::<Result<_, _>>()? })
    }
}

impl Upsert {
    pub(crate) fn parse(entity_id: Uuid, entity_ref: String, bytes: Bytes) -> Result<Self, MalformedEntity> {
        match rows_of(&bytes) {
            Ok(rows) => Ok(Self { entity_id, entity_ref, bytes, rows }),
            Err(reason) => Err(MalformedEntity { entity_ref, reason }),
        }
    }
}

/// The search rows of a serialised entity, sorted by key, without duplicates.
pub(crate) fn rows_of(bytes: &[u8]) -> Result<Vec<SearchRow>, String> {
    let entity = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut rows = search_rows::rows(&entity).map_err(|error| error.to_string())?;
    rows.sort_unstable_by(|a, b| (&a.key, &a.value, &a.original).cmp(&(&b.key, &b.value, &b.original)));
    rows.dedup_by(|a, b| (&a.key, &a.value) == (&b.key, &b.value));
    Ok(rows)
}
