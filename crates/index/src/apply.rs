//! Applying changes: only the rows of an entity that differ from before are touched.

use callboard_model::search_rows::SearchRow;

use crate::Index;
use crate::batch::{Batch, Prepared, Upsert, rows_of};
use crate::key_index::{KeyIndex, RowValue};
use crate::posting::Slot;

impl Index {
    /// Applies a batch whole; whoever reads through the same lock sees all of it or nothing. `sequence` is the last
    /// entry of the change log that the batch holds.
    pub fn apply(&mut self, batch: Batch, sequence: i64) {
        self.counted.clear();
        for change in batch.changes {
            let slot = match change {
                Prepared::Upsert(upsert) => Some(self.upsert(upsert)),
                Prepared::Delete(entity_ref) => self.delete(&entity_ref),
            };
            self.changed.push(slot);
            self.version += 1;
        }
        self.sequence = self.sequence.max(sequence);
    }

    fn upsert(&mut self, new: Upsert) -> Slot {
        let (slot, before) = match self.documents.slot_of_ref(&new.entity_ref) {
            Some(slot) => {
                let before = self.rows_in(slot);
                self.documents.replace(slot, new.entity_id, new.bytes);
                (slot, before)
            }
            None => {
                let slot = self.documents.add(new.entity_id, new.bytes);
                self.documents.enter_reference(&new.entity_ref, slot);
                (slot, Vec::new())
            }
        };
        // Both lists are sorted by key, and a key whose rows are the same needs nothing.
        let same =
            |key: &str, rows: &[SearchRow], others: &[SearchRow]| of_key(rows, key) == of_key(others, key);
        for rows in before.chunk_by(|a, b| a.key == b.key) {
            if let Some(first) = rows.first()
                && !same(&first.key, rows, &new.rows)
            {
                self.forget(rows, slot);
            }
        }
        for rows in new.rows.chunk_by(|a, b| a.key == b.key) {
            if let Some(first) = rows.first()
                && !same(&first.key, rows, &before)
            {
                rows.iter().for_each(|row| self.enter(row, slot));
            }
        }
        slot
    }

    fn delete(&mut self, entity_ref: &str) -> Option<Slot> {
        let slot = self.documents.slot_of_ref(entity_ref)?;
        let before = self.rows_in(slot);
        for rows in before.chunk_by(|a, b| a.key == b.key) {
            self.forget(rows, slot);
        }
        self.documents.remove(entity_ref, slot);
        Some(slot)
    }

    /// What an entity has been indexed under. It is not kept: the bytes say it.
    fn rows_in(&self, slot: Slot) -> Vec<SearchRow> {
        rows_of(&self.documents.bytes(slot)).unwrap_or_default()
    }

    fn enter(&mut self, row: &SearchRow, slot: Slot) {
        match self.keys.get_mut(row.key.as_str()) {
            Some(key) => key.insert(value_of(row), slot),
            None => {
                self.keys.insert(row.key.as_str().into(), KeyIndex::first(value_of(row), slot));
            }
        }
    }

    /// Takes all rows of one key of an entity away.
    fn forget(&mut self, rows: &[SearchRow], slot: Slot) {
        let Some(first) = rows.first() else { return };
        if let Some(key) = self.keys.get_mut(first.key.as_str())
            && key.remove(rows.iter().map(value_of), slot)
        {
            self.keys.remove(first.key.as_str());
        }
    }
}

/// The rows of one key in a list sorted by key.
fn of_key<'r>(rows: &'r [SearchRow], key: &str) -> &'r [SearchRow] {
    let start = rows.partition_point(|row| row.key.as_str() < key);
    let end = rows.partition_point(|row| row.key.as_str() <= key);
    &rows[start..end]
}

/// A row's value as the tables take it.
fn value_of(row: &SearchRow) -> RowValue<'_> {
    let lower = row.value.as_deref()?;
    Some((lower, row.original.as_deref().unwrap_or(lower)))
}
