//! Membership tests against a filter's result while a table is walked. Few tests go to the compressed bitmap; a long
//! walk is worth a plain bit array, which answers in a nanosecond or two.

use roaring::RoaringBitmap;

use crate::posting::{Posting, Slot};

/// After so many tests the bit array is made.
const TESTS_BEFORE_DENSE: u32 = 1024;
/// Bitmaps up to this many slots are tested one by one, larger ones are intersected.
const ONE_BY_ONE: u64 = 2048;

/// The entities that a filter lets through.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    set: Option<&'a RoaringBitmap>,
    dense: Vec<u64>,
    tests: u32,
}

impl<'a> Members<'a> {
    /// Every entity.
    pub(crate) fn everything() -> Self {
        Self { set: None, dense: Vec::new(), tests: 0 }
    }

    /// The entities of `set`.
    pub(crate) fn of(set: &'a RoaringBitmap) -> Self {
        Self { set: Some(set), dense: Vec::new(), tests: 0 }
    }

    /// Whether nothing is let through.
    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_some_and(RoaringBitmap::is_empty)
    }

    /// Whether `slot` is let through.
    #[inline]
    pub(crate) fn contains(&mut self, slot: Slot) -> bool {
        let Some(set) = self.set else { return true };
        if !self.dense.is_empty() {
            let word = self.dense.get((slot >> 6) as usize).copied().unwrap_or_default();
            return word >> (slot & 63) & 1 == 1;
        }
        self.tests += 1;
        if self.tests >= TESTS_BEFORE_DENSE {
            self.dense = dense(set);
        }
        set.contains(slot)
    }

    /// Whether fewer than `count` entities are let through.
    pub(crate) fn are_fewer_than(&self, count: u64) -> bool {
        self.set.is_some_and(|set| set.len() < count)
    }

    /// Makes the bit array now, before a walk over a whole table.
    pub(crate) fn expect_many_tests(&mut self) {
        if let (Some(set), true) = (self.set, self.dense.is_empty()) {
            self.dense = dense(set);
        }
    }

    /// Whether a slot of the posting is let through.
    #[inline]
    pub(crate) fn have_one_of(&mut self, posting: &Posting) -> bool {
        match (posting, self.set) {
            (_, None) => true,
            (Posting::One(slot), _) => self.contains(*slot),
            (Posting::Few(list), _) => list.iter().any(|slot| self.contains(*slot)),
            (Posting::Many(bitmap), Some(set)) => !bitmap.is_disjoint(set),
        }
    }

    /// How many slots of the posting are let through.
    pub(crate) fn count(&mut self, posting: &Posting) -> u64 {
        let Some(set) = self.set else { return posting.len() };
        match posting {
            Posting::One(slot) => u64::from(self.contains(*slot)),
            Posting::Few(list) => list.iter().filter(|slot| self.contains(**slot)).count() as u64,
            Posting::Many(bitmap) if bitmap.len() <= ONE_BY_ONE => {
                bitmap.iter().filter(|slot| self.contains(*slot)).count() as u64
            }
            Posting::Many(bitmap) => bitmap.intersection_len(set),
        }
    }

    /// Adds the slots of the posting that are let through to `hits`; true if there was one.
    pub(crate) fn collect(&mut self, posting: &Posting, hits: &mut RoaringBitmap) -> bool {
        let before = hits.len();
        match (posting, self.set) {
            (Posting::Many(bitmap), None) => *hits |= bitmap,
            (Posting::Many(bitmap), Some(set)) if bitmap.len() > ONE_BY_ONE => *hits |= bitmap & set,
            _ => posting.for_each(|slot| {
                if self.contains(slot) {
                    hits.insert(slot);
                }
            }),
        }
        hits.len() > before
    }
}

/// A bit array with the slots of `set`.
fn dense(set: &RoaringBitmap) -> Vec<u64> {
    let mut bits = vec![0; set.max().map_or(1, |max| (max >> 6) as usize + 1)];
    for slot in set {
        bits[(slot >> 6) as usize] |= 1 << (slot & 63);
    }
    bits
}

/// Slots collected in any order, for results too large to be put into a bitmap one by one.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    bits: Vec<u64>,
}

impl Collector {
    /// Adds a slot.
    pub(crate) fn insert(&mut self, slot: Slot) {
        let word = (slot >> 6) as usize;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (slot & 63);
    }

    /// The bitmap of all slots added.
    pub(crate) fn finish(self) -> RoaringBitmap {
        let mut slots = Vec::new();
        for (index, mut word) in self.bits.into_iter().enumerate() {
            while word != 0 {
                slots.push((index as u32) << 6 | word.trailing_zeros());
                word &= word - 1;
            }
        }
        slots.into_iter().collect()
    }
}
