//! One search key: its values, who has it, and who has it with no value.

use std::ops::Deref;

use roaring::RoaringBitmap;

use crate::posting::{Posting, Slot};
use crate::value_table::ValueTable;

/// The value of the rows that array items get in addition (`metadata.tags.java = true`).
pub(crate) const FLAG: &str = "true";

/// A row's value: lower-case, and as written. `None` is null.
pub(crate) type RowValue<'a> = Option<(&'a str, &'a str)>;

/// A key with everything about it.
#[derive(Debug)]
pub(crate) enum KeyIndex {
    /// A key that only ever has the value `true`. There are as many of these as there are distinct array items,
    /// so they must be small.
    Flag(Posting),
    /// Any other key.
    Table(Box<KeyTable>),
}

/// The values of a key.
#[derive(Debug, Default)]
pub(crate) struct KeyTable {
    /// Values other than null.
    pub(crate) values: ValueTable,
    /// Entities with at least one value other than null.
    pub(crate) present: RoaringBitmap,
    /// Entities with a null row.
    pub(crate) nulls: RoaringBitmap,
}

/// A key's table to read: its own, or for a flag one made on the fly, which only matters to those who sort by a flag.
#[derive(Debug)]
pub(crate) enum TableRef<'a> {
    /// The key's own.
    Own(&'a KeyTable),
    /// Made for this use.
    Made(Box<KeyTable>),
}

impl Deref for TableRef<'_> {
    type Target = KeyTable;

    fn deref(&self) -> &KeyTable {
        match self {
            Self::Own(table) => table,
            Self::Made(table) => table,
        }
    }
}

impl KeyIndex {
    /// For a key whose first row this is.
    pub(crate) fn first(value: RowValue<'_>, slot: Slot) -> Self {
        if is_flag(value) {
            return Self::Flag(Posting::One(slot));
        }
        let mut table = KeyTable::default();
        table.insert(value, slot);
        Self::Table(Box::new(table))
    }

    /// Adds a row.
    pub(crate) fn insert(&mut self, value: RowValue<'_>, slot: Slot) {
        match self {
            Self::Flag(posting) if is_flag(value) => posting.insert(slot),
            Self::Flag(posting) => {
                let mut table = KeyTable::of_flag(posting);
                table.insert(value, slot);
                *self = Self::Table(Box::new(table));
            }
            Self::Table(table) => table.insert(value, slot),
        }
    }

    /// Takes all rows of an entity away; true when the key has no rows left and must be dropped.
    pub(crate) fn remove<'r>(&mut self, values: impl Iterator<Item = RowValue<'r>>, slot: Slot) -> bool {
        match self {
            Self::Flag(posting) => posting.contains(slot) && posting.remove(slot),
            Self::Table(table) => {
                for (lower, original) in values.flatten() {
                    table.values.remove(lower.as_bytes(), original.as_bytes(), slot);
                }
                table.present.remove(slot);
                table.nulls.remove(slot);
                table.present.is_empty() && table.nulls.is_empty()
            }
        }
    }

    /// The key's table, to read.
    pub(crate) fn table(&self) -> TableRef<'_> {
        match self {
            Self::Flag(posting) => TableRef::Made(Box::new(KeyTable::of_flag(posting))),
            Self::Table(table) => TableRef::Own(table),
        }
    }

    /// The key's table, taken out of it.
    pub(crate) fn into_table(self) -> Box<KeyTable> {
        match self {
            Self::Flag(posting) => Box::new(KeyTable::of_flag(&posting)),
            Self::Table(table) => table,
        }
    }

    /// Bytes on the heap, for the statistics.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Self::Flag(posting) => posting.heap_bytes(),
            Self::Table(table) => {
                size_of::<KeyTable>()
                    + table.values.heap_bytes()
                    + table.present.serialized_size()
                    + table.nulls.serialized_size()
            }
        }
    }
}

impl KeyTable {
    /// The table of a key that is only a flag.
    pub(crate) fn of_flag(posting: &Posting) -> Self {
        let mut slots = Vec::new();
        posting.for_each(|slot| slots.push(slot));
        let mut table = Self { present: slots.iter().copied().collect(), ..Self::default() };
        table.values.merge(slots.iter().map(|slot| (FLAG.as_bytes(), FLAG.as_bytes(), *slot)));
        table
    }

    fn insert(&mut self, value: RowValue<'_>, slot: Slot) {
        match value {
            Some((lower, original)) => {
                self.values.insert(lower.as_bytes(), original.as_bytes(), slot);
                self.present.insert(slot);
            }
            None => {
                self.nulls.insert(slot);
            }
        }
    }
}

/// Whether this is the row of an array item.
pub(crate) fn is_flag(value: RowValue<'_>) -> bool {
    value == Some((FLAG, FLAG))
}
