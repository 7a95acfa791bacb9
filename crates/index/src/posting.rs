//! The set of entities that have one value: one slot, a short sorted list, or a compressed bitmap.

use roaring::RoaringBitmap;

/// Where an entity's bytes are in [`crate::documents::Documents`]; reused after a deletion.
pub type Slot = u32;

/// Above this many slots a bitmap is smaller and faster than a list.
const LIST_LIMIT: usize = 256;

/// Slots in ascending order, at least one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Posting {
    /// Exactly one: what names, uids and descriptions have.
    One(Slot),
    /// A few, sorted.
    Few(Vec<Slot>),
    /// Many.
    Many(RoaringBitmap),
}

impl Posting {
    /// From slots in ascending order without duplicates; `None` for no slots.
    pub(crate) fn from_sorted(slots: &[Slot]) -> Option<Self> {
        match slots {
            [] => None,
            [one] => Some(Self::One(*one)),
            few if few.len() <= LIST_LIMIT => Some(Self::Few(few.to_vec())),
            many => Some(Self::Many(many.iter().copied().collect())),
        }
    }

    /// How many slots there are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Few(list) => list.len() as u64,
            Self::Many(bitmap) => bitmap.len(),
        }
    }

    /// Whether the slot is one of them.
    pub(crate) fn contains(&self, slot: Slot) -> bool {
        match self {
            Self::One(one) => *one == slot,
            Self::Few(list) => list.binary_search(&slot).is_ok(),
            Self::Many(bitmap) => bitmap.contains(slot),
        }
    }

    /// Adds a slot.
    pub(crate) fn insert(&mut self, slot: Slot) {
        match self {
            Self::One(one) if *one == slot => {}
            Self::One(one) => {
                let pair = if *one < slot { vec![*one, slot] } else { vec![slot, *one] };
                *self = Self::Few(pair);
            }
            Self::Few(list) => {
                if let Err(position) = list.binary_search(&slot) {
                    list.insert(position, slot);
                    if list.len() > LIST_LIMIT {
                        *self = Self::Many(list.iter().copied().collect());
                    }
                }
            }
            Self::Many(bitmap) => {
                bitmap.insert(slot);
            }
        }
    }

    /// Takes a slot away; true when nothing is left and the posting must be dropped.
    pub(crate) fn remove(&mut self, slot: Slot) -> bool {
        match self {
            Self::One(one) => *one == slot,
            Self::Few(list) => {
                if let Ok(position) = list.binary_search(&slot) {
                    list.remove(position);
                }
                if let [one] = list[..] {
                    *self = Self::One(one);
                }
                false
            }
            Self::Many(bitmap) => {
                bitmap.remove(slot);
                // Half the limit, so that a set at the border does not change its form with every write.
                if bitmap.len() <= (LIST_LIMIT / 2) as u64 {
                    *self = Self::Few(bitmap.iter().collect());
                }
                false
            }
        }
    }

    /// Calls `visit` with every slot in ascending order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(Slot)) {
        match self {
            Self::One(one) => visit(*one),
            Self::Few(list) => list.iter().copied().for_each(visit),
            Self::Many(bitmap) => bitmap.iter().for_each(visit),
        }
    }

    /// Adds all slots to `set`.
    pub(crate) fn add_to(&self, set: &mut RoaringBitmap) {
        match self {
            Self::One(one) => {
                set.insert(*one);
            }
            Self::Few(list) => set.extend(list.iter().copied()),
            Self::Many(bitmap) => *set |= bitmap,
        }
    }

    /// Bytes on the heap, for the statistics.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Few(list) => list.capacity() * size_of::<Slot>(),
            Self::Many(bitmap) => bitmap.serialized_size(),
        }
    }
}
