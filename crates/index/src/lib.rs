//! The in-memory index: every final entity's bytes, and who has which search key and value.
//!
//! Pure: no I/O, no clock, no runtime. The database is the truth; an [`Index`] is loaded from it ([`load::Loader`]),
//! follows its change log ([`Batch`], [`Index::apply`]) and can be thrown away at any time. The owner keeps it
//! behind a read-write lock.

mod apply;
mod batch;
mod block;
mod documents;
mod entity_set;
mod facets;
mod filter;
mod full_text;
mod key_index;
mod listing;
mod load;
mod members;
mod order;
mod packing;
mod posting;
mod query;
mod shared;
mod stats;
mod value_table;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use callboard_model::filter::Filter;
use uuid::Uuid;

pub use batch::{Batch, Change, MalformedEntity};
pub use entity_set::EntitySet;
pub use facets::FacetValues;
pub use load::{LoadEntry, Loader};
pub use posting::Slot;
pub use query::{FullText, Mark, Order, PageRequest, Row, Selection};
pub use stats::Stats;

/// How an index is kept.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Bytes of entities that are kept uncompressed. Above it all are compressed, which costs a few microseconds
    /// for each entity read and saves about two thirds of the memory.
    pub plain_budget: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { plain_budget: 256 << 20 }
    }
}

/// The index of one catalog.
#[derive(Debug)]
pub struct Index {
    documents: documents::Documents,
    keys: HashMap<Box<str>, key_index::KeyIndex>,
    version: u64,
    changed: entity_set::Changed,
    counted: facets::Remembered,
    sequence: i64,
    /// Tells this index from any other, for what is remembered about it elsewhere.
    identity: Arc<()>,
}

impl Default for Index {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl Index {
    /// An empty index.
    pub fn new(options: Options) -> Self {
        let documents = documents::Documents::new(options.plain_budget);
        Self {
            documents,
            keys: HashMap::new(),
            version: 0,
            changed: Default::default(),
            counted: Default::default(),
            sequence: 0,
            identity: Arc::default(),
        }
    }

    /// Grows with every change that this index has applied.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The last entry of the change log that this index holds.
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// How many entities there are.
    pub fn len(&self) -> u64 {
        self.documents.live().len()
    }

    /// The smallest uid. Uids are random, so it tells two catalogs apart.
    pub fn first_uid(&self) -> Option<Uuid> {
        self.documents.first_uid()
    }

    /// Whether there is no entity.
    pub fn is_empty(&self) -> bool {
        self.documents.live().is_empty()
    }

    /// The entity with a lower-case reference.
    pub fn by_ref(&self, entity_ref: &str) -> Option<Slot> {
        self.documents.slot_of_ref(entity_ref)
    }

    /// The references that begin so, in order, at most `limit` of them.
    pub fn refs_with_prefix(&self, prefix: &str, limit: usize) -> Vec<String> {
        let found = self.documents.references().prefixed(prefix.as_bytes()).take(limit);
        found.map(|value| String::from_utf8_lossy(value.lower()).into_owned()).collect()
    }

    /// The entity with a uid.
    pub fn by_uid(&self, uid: Uuid) -> Option<Slot> {
        self.documents.slot_of_uid(uid)
    }

    /// For each reference, in order, its entity if there is one and it matches.
    pub fn by_refs(&self, entity_refs: &[String], filter: &Filter) -> Vec<Option<Slot>> {
        let slots = entity_refs.iter().map(|entity_ref| self.by_ref(entity_ref));
        if let Filter::Shared(shared) = filter {
            // What a caller may read: looked up once, and not for each entity.
            let set = self.shared_set(shared);
            return slots.map(|slot| slot.filter(|slot| set.contains(*slot))).collect();
        }
        slots.map(|slot| slot.filter(|slot| self.slot_matches(*slot, filter))).collect()
    }

    /// The uid of the entity in `slot`.
    pub fn uid(&self, slot: Slot) -> Uuid {
        self.documents.uid(slot)
    }

    /// The serialised entity in `slot`, as it was handed in.
    pub fn bytes(&self, slot: Slot) -> Bytes {
        self.documents.bytes(slot)
    }

    /// How long the serialised entity in `slot` is.
    pub fn size(&self, slot: Slot) -> usize {
        self.documents.size(slot)
    }

    /// Appends the serialised entity in `slot` to `out`.
    pub fn append_to(&self, slot: Slot, out: &mut Vec<u8>) {
        self.documents.append(slot, out);
    }
}
