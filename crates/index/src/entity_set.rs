//! Sets of entities that outlive the lock around an index: for filters that are too costly to be evaluated under one
//! lock. They are put together from parts, and brought up to date with what has changed meanwhile.

use std::collections::VecDeque;

use callboard_model::filter::Filter;
use roaring::RoaringBitmap;

use crate::Index;
use crate::posting::Slot;

/// Changes that are remembered.
const REMEMBERED: usize = 65_536;

/// Entities, as an index knew them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntitySet(pub(crate) RoaringBitmap);

impl EntitySet {
    /// Adds those of another set.
    pub fn unite(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    /// Keeps those that are in another set too.
    pub fn intersect(&mut self, other: &Self) {
        self.0 &= &other.0;
    }

    /// Takes those of another set away.
    pub fn subtract(&mut self, other: &Self) {
        self.0 -= &other.0;
    }

    /// Whether an entity is in it.
    pub fn contains(&self, slot: Slot) -> bool {
        self.0.contains(slot)
    }
}

/// The slots of the last changes.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// The slot of each version, the newest last; none for a change that changed nothing.
    slots: VecDeque<Option<Slot>>,
}

impl Changed {
    /// Notes what the next version has changed.
    pub(crate) fn push(&mut self, slot: Option<Slot>) {
        if self.slots.len() == REMEMBERED {
            self.slots.pop_front();
        }
        self.slots.push_back(slot);
    }
}

impl Index {
    /// The entities that match now.
    pub fn entity_set(&self, filter: &Filter) -> EntitySet {
        match self.matched(filter) {
            None => EntitySet(self.documents.live().clone()),
            Some(set) => EntitySet(set.into_owned()),
        }
    }

    /// Brings a set of those that match `filter` from what was true at some versions since `since` towards what is true
    /// now: looks again at up to `most` of the changes since then. Answers the version that the set is at, or `None` if
    /// so many changes are no longer remembered.
    pub fn renew(&self, set: &mut EntitySet, filter: &Filter, since: u64, most: usize) -> Option<u64> {
        let missing = usize::try_from(self.version.checked_sub(since)?).ok()?;
        let skipped = self.changed.slots.len().checked_sub(missing)?;
        let mut at = since;
        for slot in self.changed.slots.iter().skip(skipped).take(most) {
            at += 1;
            let Some(slot) = *slot else { continue };
            if self.documents.live().contains(slot) && self.slot_matches(slot, filter) {
                set.0.insert(slot);
            } else {
                set.0.remove(slot);
            }
        }
        Some(at)
    }
}
