//! What the index holds and what it costs.

use crate::Index;

/// Figures for metrics and the bench.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Entities.
    pub entities: u64,
    /// Search keys.
    pub keys: usize,
    /// Bytes of all entities as they are served.
    pub raw_bytes: usize,
    /// Bytes of all entities as they are kept: fewer than `raw_bytes` once they are compressed.
    pub kept_bytes: usize,
    /// Bytes of the ways to an entity: slots, references, uids.
    pub directory_bytes: usize,
    /// Bytes of keys, values and sets.
    pub search_bytes: usize,
}

impl Index {
    /// Counts; walks all keys, so it is for a metrics scrape, not for a request.
    pub fn stats(&self) -> Stats {
        let key_bytes = self.keys.iter().map(|(key, index)| key.len() + index.heap_bytes()).sum::<usize>();
        Stats {
            entities: self.documents.live().len(),
            keys: self.keys.len(),
            raw_bytes: self.documents.raw_bytes(),
            kept_bytes: self.documents.kept_bytes(),
            directory_bytes: self.documents.directory_bytes(),
            search_bytes: key_bytes
                + self.keys.capacity() * (size_of::<Box<str>>() + size_of::<crate::key_index::KeyIndex>()),
        }
    }
}
