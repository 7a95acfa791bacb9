//! The bytes of every entity by slot, and the ways to a slot: by reference, by uid, in uid order.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::packing::Dictionary;
use crate::posting::Slot;
use crate::value_table::ValueTable;

/// One entity's bytes. Both forms and the empty one fit into 32 bytes.
#[derive(Debug, Default)]
enum Stored {
    /// Nothing: the slot is free.
    #[default]
    Free,
    /// As served.
    Plain(Bytes),
    /// Compressed with the dictionary.
    Packed(Box<[u8]>),
}

/// All entities.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    stored: Vec<Stored>,
    uids: Vec<Uuid>,
    free: Vec<Slot>,
    live: RoaringBitmap,
    by_uid: BTreeMap<Uuid, Slot>,
    by_ref: ValueTable,
    dictionary: Option<Dictionary>,
    /// Bytes kept uncompressed before compression begins.
    plain_budget: usize,
    raw_bytes: usize,
    kept_bytes: usize,
}

impl Documents {
    /// No entities; see [`crate::Options::plain_budget`].
    pub(crate) fn new(plain_budget: usize) -> Self {
        Self { plain_budget, ..Self::default() }
    }

    /// The slots in use.
    pub(crate) fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    /// The slot of a lower-case entity reference.
    pub(crate) fn slot_of_ref(&self, entity_ref: &str) -> Option<Slot> {
        let value = self.by_ref.equal(entity_ref.as_bytes()).next()?;
        let mut slot = None;
        value.with_posting(|posting| posting.for_each(|found| slot = Some(found)));
        slot
    }

    /// The slot of a uid.
    pub(crate) fn slot_of_uid(&self, uid: Uuid) -> Option<Slot> {
        self.by_uid.get(&uid).copied()
    }

    /// The smallest uid.
    pub(crate) fn first_uid(&self) -> Option<Uuid> {
        self.by_uid.keys().next().copied()
    }

    /// The uid in a slot.
    pub(crate) fn uid(&self, slot: Slot) -> Uuid {
        self.uids.get(slot as usize).copied().unwrap_or_default()
    }

    /// All references in order, each with its slot.
    pub(crate) fn references(&self) -> &ValueTable {
        &self.by_ref
    }

    /// The bytes in a slot; empty for a free one. No copy while the entity is kept uncompressed.
    pub(crate) fn bytes(&self, slot: Slot) -> Bytes {
        match (self.stored.get(slot as usize), &self.dictionary) {
            (Some(Stored::Plain(bytes)), _) => bytes.clone(),
            (Some(Stored::Packed(packed)), Some(dictionary)) => dictionary.unpack(packed).into(),
            _ => Bytes::new(),
        }
    }

    /// How long the bytes in a slot are.
    pub(crate) fn size(&self, slot: Slot) -> usize {
        match (self.stored.get(slot as usize), &self.dictionary) {
            (Some(Stored::Plain(bytes)), _) => bytes.len(),
            (Some(Stored::Packed(packed)), Some(dictionary)) => dictionary.unpacked_len(packed),
            _ => 0,
        }
    }

    /// Appends the bytes in a slot to `out`.
    pub(crate) fn append(&self, slot: Slot, out: &mut Vec<u8>) {
        match self.stored.get(slot as usize) {
            Some(Stored::Plain(bytes)) => out.extend_from_slice(bytes),
            _ => out.extend_from_slice(&self.bytes(slot)),
        }
    }

    /// Takes a slot for a new entity whose reference is entered separately ([`Self::enter_references`]).
    pub(crate) fn add(&mut self, uid: Uuid, bytes: Bytes) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.stored.push(Stored::Free);
            self.uids.push(Uuid::nil());
            (self.stored.len() - 1) as Slot
        });
        self.live.insert(slot);
        self.uids[slot as usize] = uid;
        self.by_uid.insert(uid, slot);
        self.store(slot, bytes);
        slot
    }

    /// Enters the reference of a new entity.
    pub(crate) fn enter_reference(&mut self, entity_ref: &str, slot: Slot) {
        self.by_ref.insert(entity_ref.as_bytes(), entity_ref.as_bytes(), slot);
    }

    /// Enters many references at once, sorted.
    pub(crate) fn enter_references<'r>(&mut self, rows: impl Iterator<Item = (&'r [u8], &'r [u8], Slot)>) {
        self.by_ref.merge(rows);
    }

    /// Replaces what is in a slot.
    pub(crate) fn replace(&mut self, slot: Slot, uid: Uuid, bytes: Bytes) {
        let before = self.uid(slot);
        if before != uid {
            self.forget_uid(before, slot);
            self.uids[slot as usize] = uid;
            self.by_uid.insert(uid, slot);
        }
        self.drop_bytes(slot);
        self.store(slot, bytes);
    }

    /// Frees a slot.
    pub(crate) fn remove(&mut self, entity_ref: &str, slot: Slot) {
        self.by_ref.remove(entity_ref.as_bytes(), entity_ref.as_bytes(), slot);
        self.forget_uid(self.uid(slot), slot);
        self.drop_bytes(slot);
        self.live.remove(slot);
        self.free.push(slot);
    }

    fn forget_uid(&mut self, uid: Uuid, slot: Slot) {
        if self.by_uid.get(&uid) == Some(&slot) {
            self.by_uid.remove(&uid);
        }
    }

    fn drop_bytes(&mut self, slot: Slot) {
        let old = std::mem::take(&mut self.stored[slot as usize]);
        match (&old, &self.dictionary) {
            (Stored::Plain(bytes), _) => {
                self.raw_bytes -= bytes.len();
                self.kept_bytes -= bytes.len();
            }
            (Stored::Packed(packed), Some(dictionary)) => {
                self.raw_bytes -= dictionary.unpacked_len(packed);
                self.kept_bytes -= packed.len();
            }
            _ => {}
        }
    }

    fn store(&mut self, slot: Slot, bytes: Bytes) {
        self.raw_bytes += bytes.len();
        if let Some(dictionary) = &self.dictionary {
            let packed = dictionary.pack(&bytes);
            self.kept_bytes += packed.len();
            self.stored[slot as usize] = Stored::Packed(packed);
            return;
        }
        self.kept_bytes += bytes.len();
        self.stored[slot as usize] = Stored::Plain(bytes);
        if self.kept_bytes > self.plain_budget {
            self.pack_all();
        }
    }

    /// From here on everything is kept compressed. There is no way back while the process runs, so that a
    /// catalog at the border is not recompressed again and again.
    fn pack_all(&mut self) {
        let plain = |stored: &Stored| match stored {
            Stored::Plain(bytes) => Some(bytes.clone()),
            _ => None,
        };
        let dictionary = Dictionary::from_samples(self.stored.iter().filter_map(plain));
        self.kept_bytes = 0;
        for stored in &mut self.stored {
            if let Stored::Plain(bytes) = stored {
                let packed = dictionary.pack(bytes);
                self.kept_bytes += packed.len();
                *stored = Stored::Packed(packed);
            }
        }
        self.dictionary = Some(dictionary);
    }

    /// At most `limit` slots of `set` (all slots for `None`) in uid order, those strictly behind `from` in that
    /// direction, after leaving out the first `skip`.
    pub(crate) fn in_uid_order(
        &self,
        set: Option<&RoaringBitmap>,
        from: Option<Uuid>,
        descending: bool,
        skip: usize,
        limit: usize,
    ) -> Vec<Slot> {
        let wanted = skip.saturating_add(limit);
        let size = set.map_or(self.live.len(), RoaringBitmap::len) as usize;
        if wanted == 0 || size == 0 {
            return Vec::new();
        }
        // Walking all uids meets one of the set every live/size steps; a step and a gathered slot cost about the same.
        let steps = (wanted as u128 * u128::from(self.live.len()) / size as u128) as usize;
        match set {
            Some(set) if steps > size => self.gathered_in_uid_order(set, from, descending, skip, wanted),
            _ => self.walked_in_uid_order(set, from, descending, skip, limit),
        }
    }

    fn gathered_in_uid_order(
        &self,
        set: &RoaringBitmap,
        from: Option<Uuid>,
        descending: bool,
        skip: usize,
        wanted: usize,
    ) -> Vec<Slot> {
        let behind = |uid: &Uuid| match from {
            None => true,
            Some(from) if descending => *uid < from,
            Some(from) => *uid > from,
        };
        let mut found: Vec<(Uuid, Slot)> =
            set.iter().map(|slot| (self.uid(slot), slot)).filter(|(uid, _)| behind(uid)).collect();
        let compare = |a: &(Uuid, Slot), b: &(Uuid, Slot)| if descending { b.cmp(a) } else { a.cmp(b) };
        if wanted < found.len() {
            found.select_nth_unstable_by(wanted, compare);
            found.truncate(wanted);
        }
        found.sort_unstable_by(compare);
        found.into_iter().skip(skip).map(|(_, slot)| slot).collect()
    }

    fn walked_in_uid_order(
        &self,
        set: Option<&RoaringBitmap>,
        from: Option<Uuid>,
        descending: bool,
        skip: usize,
        limit: usize,
    ) -> Vec<Slot> {
        let behind = from.map_or(Bound::Unbounded, Bound::Excluded);
        let member = |slot: &Slot| set.is_none_or(|set| set.contains(*slot));
        if descending {
            let walk = self.by_uid.range((Bound::Unbounded, behind)).rev();
            walk.map(|(_, slot)| *slot).filter(member).skip(skip).take(limit).collect()
        } else {
            let walk = self.by_uid.range((behind, Bound::Unbounded));
            walk.map(|(_, slot)| *slot).filter(member).skip(skip).take(limit).collect()
        }
    }

    /// Bytes of all entities as served.
    pub(crate) fn raw_bytes(&self) -> usize {
        self.raw_bytes
    }

    /// Bytes of all entities as kept.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    /// Bytes of the ways to the entities, for the statistics.
    pub(crate) fn directory_bytes(&self) -> usize {
        self.stored.capacity() * size_of::<Stored>()
            + self.uids.capacity() * size_of::<Uuid>()
            + self.free.capacity() * size_of::<Slot>()
            // A B-tree node is about two thirds full.
            + self.by_uid.len() * (size_of::<Uuid>() + size_of::<Slot>()) * 3 / 2
            + self.by_ref.heap_bytes()
    }
}
