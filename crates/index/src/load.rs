//! Building an index from a whole catalog: rows are gathered by key, sorted, and merged in a few large steps.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use bytes::Bytes;
use callboard_model::search_rows;
use uuid::Uuid;

use crate::batch::MalformedEntity;
use crate::key_index::{KeyIndex, RowValue, is_flag};
use crate::posting::Slot;
use crate::{Index, Options};

/// Rows are merged when so many bytes of them wait: it bounds what loading needs beside the index.
const WAITING_LIMIT: usize = 160 << 20;

/// Fills a new index. Every reference may be pushed once.
#[derive(Debug)]
pub struct Loader {
    index: Index,
    keys: HashMap<Box<str>, Waiting>,
    references: Waiting,
    bytes: usize,
}

/// An entity with its rows, parsed on any thread and pushed by one.
#[derive(Debug)]
pub struct LoadEntry {
    entity_id: Uuid,
    entity_ref: String,
    bytes: Bytes,
    /// Keys and values of all rows, one after the other.
    text: String,
    rows: Vec<RowEnds>,
}

/// Where the parts of a row end in the text. A row without a value has no more than a key.
#[derive(Debug, Clone, Copy)]
struct RowEnds {
    key: u32,
    lower: u32,
    original: u32,
    has_value: bool,
}

impl LoadEntry {
    /// Parses a final entity.
    ///
    /// # Errors
    /// When the bytes are not a JSON object with search rows.
    pub fn parse(entity_id: Uuid, entity_ref: String, bytes: Bytes) -> Result<Self, MalformedEntity> {
        let (mut text, mut rows) = (String::with_capacity(bytes.len()), Vec::with_capacity(32));
        let parsed = serde_json::from_slice(&bytes).map_err(|error| error.to_string()).and_then(|entity| {
            search_rows::for_each_row(&entity, |key, value| {
                let (lower, original) = value.unwrap_or_default();
                let mut end_of = |part: &str| {
                    text.push_str(part);
                    text.len() as u32
                };
                let has_value = value.is_some();
                rows.push(RowEnds {
                    key: end_of(key),
                    lower: end_of(lower),
                    original: end_of(original),
                    has_value,
                });
            })
            .map_err(|error| error.to_string())
        });
        match parsed {
            Ok(()) => Ok(Self { entity_id, entity_ref, bytes, text, rows }),
            Err(reason) => Err(MalformedEntity { entity_ref, reason }),
        }
    }
}

impl Loader {
    /// Nothing loaded yet.
    pub fn new(options: Options) -> Self {
        Self { index: Index::new(options), keys: HashMap::new(), references: Waiting::default(), bytes: 0 }
    }

    /// Adds one entity.
    pub fn push(&mut self, entry: LoadEntry) {
        let LoadEntry { entity_id, entity_ref, bytes, text, rows } = entry;
        let slot = self.index.documents.add(entity_id, bytes);
        self.bytes += self.references.push(Some((&entity_ref, &entity_ref)), slot);
        let mut start = 0;
        for row in &rows {
            let (key, lower, original) = (row.key as usize, row.lower as usize, row.original as usize);
            let value = row.has_value.then(|| (&text[key..lower], &text[lower..original]));
            let key = &text[start..key];
            start = original;
            let waiting = match self.keys.get_mut(key) {
                Some(waiting) => waiting,
                None => self.keys.entry(key.into()).or_default(),
            };
            self.bytes += waiting.push(value, slot);
        }
        if self.bytes > WAITING_LIMIT {
            self.merge();
        }
    }

    /// Parses entities on as many threads as there are processors, and adds them in their order. Those whose bytes
    /// can't be indexed are left out and answered.
    pub fn push_many(&mut self, entities: Vec<(Uuid, String, Bytes)>) -> Vec<MalformedEntity> {
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = entities.len().div_ceil(threads).max(1);
        let mut shares = Vec::with_capacity(threads);
        let mut rest = entities.into_iter();
        loop {
            let part: Vec<_> = rest.by_ref().take(share).collect();
            if part.is_empty() {
                break;
            }
            shares.push(part);
        }
        let parse = |part: Vec<(Uuid, String, Bytes)>| -> Vec<Result<LoadEntry, MalformedEntity>> {
            part.into_iter().map(|(id, entity_ref, bytes)| LoadEntry::parse(id, entity_ref, bytes)).collect()
        };
        let mut malformed = Vec::new();
        std::thread::scope(|scope| {
            let running: Vec<_> = shares.into_iter().map(|part| scope.spawn(move || parse(part))).collect();
            for thread in running {
                // Parsing does not panic; if it did, that panic belongs to whoever loads.
                for entry in thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                    match entry {
                        Ok(entry) => self.push(entry),
                        Err(error) => malformed.push(error),
                    }
                }
            }
        });
        malformed
    }

    /// The index. `sequence` is the last entry of the change log that it holds.
    pub fn finish(mut self, sequence: i64) -> Index {
        self.merge();
        self.index.sequence = sequence;
        self.index.version = 1;
        self.index.keys.shrink_to_fit();
        self.index
    }

    fn merge(&mut self) {
        self.bytes = 0;
        let references = std::mem::take(&mut self.references).sorted();
        self.index.documents.enter_references(references.rows());
        for (key, waiting) in std::mem::take(&mut self.keys) {
            waiting.sorted().merge_into(key, &mut self.index);
        }
    }
}

/// Rows of one key that wait to be merged: texts in one buffer, sixteen bytes for each row.
#[derive(Debug, Default)]
struct Waiting {
    text: Vec<u8>,
    rows: Vec<WaitingRow>,
    nulls: Vec<Slot>,
    /// A row that is not the flag of an array item has been pushed.
    plain: bool,
}

#[derive(Debug, Clone, Copy)]
struct WaitingRow {
    start: u32,
    lower: u16,
    /// Zero when the text as written is the lower-case one.
    original: u16,
    slot: Slot,
}

impl Waiting {
    /// Adds a row and answers how many bytes it takes.
    fn push(&mut self, value: RowValue<'_>, slot: Slot) -> usize {
        self.plain |= !is_flag(value);
        let Some((lower, original)) = value else {
            self.nulls.push(slot);
            return size_of::<Slot>();
        };
        let written = if lower == original { "" } else { original };
        let row = WaitingRow {
            start: self.text.len() as u32,
            lower: lower.len() as u16,
            original: written.len() as u16,
            slot,
        };
        self.text.extend_from_slice(lower.as_bytes());
        self.text.extend_from_slice(written.as_bytes());
        self.rows.push(row);
        size_of::<WaitingRow>() + lower.len() + written.len()
    }

    fn texts(&self, row: &WaitingRow) -> (&[u8], &[u8]) {
        let start = row.start as usize;
        let middle = start + usize::from(row.lower);
        let lower = &self.text[start..middle];
        let original = &self.text[middle..middle + usize::from(row.original)];
        (lower, if original.is_empty() { lower } else { original })
    }

    fn sorted(mut self) -> Self {
        let mut rows = std::mem::take(&mut self.rows);
        // Few distinct values among many rows are the rule, and for those comparing equal texts is what costs;
        // so equal neighbours are cheap and the slots come in ascending order already.
        rows.sort_by(|a, b| self.texts(a).cmp(&self.texts(b)));
        self.rows = rows;
        self
    }

    fn rows(&self) -> impl Iterator<Item = (&[u8], &[u8], Slot)> {
        self.rows.iter().map(|row| {
            let (lower, original) = self.texts(row);
            (lower, original, row.slot)
        })
    }

    fn merge_into(self, key: Box<str>, index: &mut Index) {
        let slots = self.rows.iter().map(|row| row.slot);
        let known = index.keys.remove(&key);
        let merged = match known {
            Some(KeyIndex::Flag(mut posting)) if !self.plain => {
                slots.for_each(|slot| posting.insert(slot));
                KeyIndex::Flag(posting)
            }
            None if !self.plain => match crate::posting::Posting::from_sorted(&slots.collect::<Vec<_>>()) {
                Some(posting) => KeyIndex::Flag(posting),
                None => return,
            },
            known => {
                let mut table = known.map(KeyIndex::into_table).unwrap_or_default();
                table.present.extend(slots);
                table.nulls.extend(self.nulls.iter().copied());
                table.values.merge(self.rows());
                KeyIndex::Table(table)
            }
        };
        index.keys.insert(key, merged);
    }
}
