//! The sorted values of one key, each with the set of entities that have it. Values stand in packed blocks, so that
//! a value that only one entity has costs its text and eight bytes.

use roaring::RoaringBitmap;

use crate::block::{Block, Target};
use crate::posting::{Posting, Slot};

/// Entries in a block that is filled in one go; a block splits at twice as many.
const FILL: usize = 128;

/// Where an entry stands: block and index in it. `(blocks, 0)` is the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    block: usize,
    index: usize,
}

/// One (value, set of entities); entities that write the value in different case stand in entries of their own.
#[derive(Debug, Clone)]
pub(crate) struct Value<'a> {
    block: &'a Block,
    index: usize,
    shared: &'a [Posting],
}

impl<'a> Value<'a> {
    /// The lower-case text.
    pub(crate) fn lower(&self) -> &'a [u8] {
        self.block.lower(self.index)
    }

    /// The text as written.
    pub(crate) fn original(&self) -> &'a [u8] {
        self.block.original(self.index)
    }

    /// The entities, if they are many and therefore stand in a bitmap.
    pub(crate) fn bitmap(&self) -> Option<&'a RoaringBitmap> {
        match self.block.target(self.index) {
            Target::Shared(number) => match &self.shared[number as usize] {
                Posting::Many(bitmap) => Some(bitmap),
                _ => None,
            },
            Target::Slot(_) => None,
        }
    }

    /// Hands the entities to `then`, without a copy.
    #[inline]
    pub(crate) fn with_posting<R>(&self, then: impl FnOnce(&Posting) -> R) -> R {
        match self.block.target(self.index) {
            Target::Slot(slot) => then(&Posting::One(slot)),
            Target::Shared(number) => then(&self.shared[number as usize]),
        }
    }
}

/// All values of one key in ascending order.
#[derive(Debug, Default)]
pub(crate) struct ValueTable {
    /// None of them empty.
    blocks: Vec<Block>,
    shared: Vec<Posting>,
    free_shared: Vec<u32>,
    /// Sum of the lengths of all postings.
    rows: u64,
    values: usize,
}

impl ValueTable {
    /// How many (entity, value) pairs there are.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// How many distinct values there are.
    pub(crate) fn values(&self) -> usize {
        self.values
    }

    /// Before the first entry.
    pub(crate) fn start(&self) -> Position {
        Position { block: 0, index: 0 }
    }

    /// After the last entry.
    pub(crate) fn end(&self) -> Position {
        Position { block: self.blocks.len(), index: 0 }
    }

    /// The first entry that is not before (`lower`, `original`).
    fn bound(&self, lower: &[u8], original: &[u8]) -> Position {
        let after =
            self.blocks.partition_point(|block| (block.lower(0), block.original(0)) <= (lower, original));
        let block = after.saturating_sub(1);
        let Some(found) = self.blocks.get(block) else { return self.end() };
        let index = found.lower_bound(lower, original);
        if index == found.len() { Position { block: block + 1, index: 0 } } else { Position { block, index } }
    }

    /// The first entry whose lower-case text is not before `lower`.
    pub(crate) fn at_or_after(&self, lower: &[u8]) -> Position {
        self.bound(lower, &[])
    }

    /// The first entry whose lower-case text is after `lower`.
    pub(crate) fn after(&self, lower: &[u8]) -> Position {
        let mut next = lower.to_vec();
        next.push(0);
        self.bound(&next, &[])
    }

    /// The entries whose lower-case text is `lower`.
    pub(crate) fn equal(&self, lower: &[u8]) -> Range<'_> {
        let from = self.at_or_after(lower);
        let mut to = from;
        while self.blocks.get(to.block).is_some_and(|block| block.lower(to.index) == lower) {
            to = self.next(to);
        }
        self.range(from, to)
    }

    /// The entries whose lower-case text begins with `prefix`.
    pub(crate) fn prefixed(&self, prefix: &[u8]) -> Range<'_> {
        let from = self.at_or_after(prefix);
        let mut successor = prefix.to_vec();
        // Text is UTF-8, which never has the byte 0xff, so the last byte can always be raised.
        if let Some(last) = successor.last_mut() {
            *last += 1;
            let to = self.bound(&successor, &[]);
            self.range(from, to)
        } else {
            self.range(from, self.end())
        }
    }

    /// The entries between two positions, walked from either end.
    pub(crate) fn range(&self, from: Position, to: Position) -> Range<'_> {
        Range { table: self, from, to: to.max(from) }
    }

    /// Every entry.
    pub(crate) fn all(&self) -> Range<'_> {
        self.range(self.start(), self.end())
    }

    /// The entries between two positions, block by block: the block and the range of indices in it.
    pub(crate) fn parts(
        &self,
        from: Position,
        to: Position,
    ) -> impl DoubleEndedIterator<Item = (&Block, std::ops::Range<usize>)> {
        let last = if to.index > 0 { to.block + 1 } else { to.block };
        (from.block..last.max(from.block)).map(move |number| {
            let block = &self.blocks[number];
            let start = if number == from.block { from.index } else { 0 };
            let end = if number == to.block { to.index } else { block.len() };
            (block, start..end.max(start))
        })
    }

    /// The blocks, for scans over the texts.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The value of an entry of [`Self::blocks`].
    pub(crate) fn value<'a>(&'a self, block: &'a Block, index: usize) -> Value<'a> {
        Value { block, index, shared: &self.shared }
    }

    fn next(&self, position: Position) -> Position {
        let Position { block, index } = position;
        if index + 1 < self.blocks[block].len() {
            Position { block, index: index + 1 }
        } else {
            Position { block: block + 1, index: 0 }
        }
    }

    /// Adds one entity to a value.
    pub(crate) fn insert(&mut self, lower: &[u8], original: &[u8], slot: Slot) {
        self.insert_all(lower, original, &[slot]);
    }

    /// Adds entities (ascending, at least one) to a value.
    fn insert_all(&mut self, lower: &[u8], original: &[u8], slots: &[Slot]) {
        let position = self.bound(lower, original);
        if let Some(block) = self.blocks.get(position.block)
            && (block.lower(position.index), block.original(position.index)) == (lower, original)
        {
            return self.add_to_entry(position, slots);
        }
        let Some(target) = self.new_target(slots) else { return };
        self.rows += slots.len() as u64;
        self.values += 1;
        // A position at the start of a block may as well be the end of the one before; that keeps appending cheap.
        let (number, index) = match position {
            Position { block: 0, index: 0 } if self.blocks.is_empty() => {
                self.blocks.push(Block::default());
                (0, 0)
            }
            Position { block, index: 0 } if block > 0 => (block - 1, self.blocks[block - 1].len()),
            Position { block, index } => (block, index),
        };
        self.blocks[number].insert(index, lower, original, target);
        if self.blocks[number].len() >= 2 * FILL {
            let right = self.blocks[number].split();
            self.blocks.insert(number + 1, right);
        }
    }

    fn add_to_entry(&mut self, position: Position, slots: &[Slot]) {
        let block = &mut self.blocks[position.block];
        match block.target(position.index) {
            Target::Shared(number) => {
                let posting = &mut self.shared[number as usize];
                let before = posting.len();
                slots.iter().for_each(|slot| posting.insert(*slot));
                self.rows += posting.len() - before;
            }
            Target::Slot(first) => {
                let mut posting = Posting::One(first);
                slots.iter().for_each(|slot| posting.insert(*slot));
                let added = posting.len() - 1;
                if added > 0 {
                    let number = self.share(posting);
                    self.blocks[position.block].set_target(position.index, Target::Shared(number));
                    self.rows += added;
                }
            }
        }
    }

    fn new_target(&mut self, slots: &[Slot]) -> Option<Target> {
        Some(match Posting::from_sorted(slots)? {
            Posting::One(slot) => Target::Slot(slot),
            posting => Target::Shared(self.share(posting)),
        })
    }

    fn share(&mut self, posting: Posting) -> u32 {
        if let Some(number) = self.free_shared.pop() {
            self.shared[number as usize] = posting;
            return number;
        }
        self.shared.push(posting);
        (self.shared.len() - 1) as u32
    }

    /// Takes one entity away from a value.
    pub(crate) fn remove(&mut self, lower: &[u8], original: &[u8], slot: Slot) {
        let position = self.bound(lower, original);
        let Some(block) = self.blocks.get_mut(position.block) else { return };
        if (block.lower(position.index), block.original(position.index)) != (lower, original) {
            return;
        }
        match block.target(position.index) {
            Target::Slot(only) if only == slot => {
                block.remove(position.index);
                if block.len() == 0 {
                    self.blocks.remove(position.block);
                }
                self.rows -= 1;
                self.values -= 1;
            }
            Target::Slot(_) => {}
            Target::Shared(number) => {
                let posting = &mut self.shared[number as usize];
                let before = posting.len();
                posting.remove(slot);
                self.rows -= before - posting.len();
                if let Posting::One(last) = *posting {
                    block.set_target(position.index, Target::Slot(last));
                    self.free_shared.push(number);
                }
            }
        }
    }

    /// Adds many rows at once. `rows` must be sorted by (lower, original, slot) and free of duplicates. Rebuilds all
    /// blocks, which is the faster way as soon as the rows are not few beside what is there.
    pub(crate) fn merge<'r>(&mut self, rows: impl Iterator<Item = (&'r [u8], &'r [u8], Slot)>) {
        let old = std::mem::take(&mut self.blocks);
        let mut old_entries =
            old.iter().flat_map(|block| (0..block.len()).map(move |index| (block, index))).peekable();
        let mut writer = BlockWriter::default();
        let mut rows = rows.peekable();
        let mut slots = Vec::new();
        while let Some((lower, original, slot)) = rows.next() {
            slots.clear();
            slots.push(slot);
            while let Some((_, _, next)) = rows.next_if(|(l, o, _)| (*l, *o) == (lower, original)) {
                slots.push(next);
            }
            while let Some((block, index)) = old_entries
                .next_if(|(block, index)| (block.lower(*index), block.original(*index)) < (lower, original))
            {
                writer.push(block.lower(index), block.original(index), block.target(index));
            }
            let same = old_entries
                .next_if(|(block, index)| (block.lower(*index), block.original(*index)) == (lower, original));
            let target = match same.map(|(block, index)| block.target(index)) {
                None => {
                    self.values += 1;
                    self.rows += slots.len() as u64;
                    self.new_target(&slots)
                }
                Some(Target::Shared(number)) => {
                    let posting = &mut self.shared[number as usize];
                    let before = posting.len();
                    slots.iter().for_each(|slot| posting.insert(*slot));
                    self.rows += posting.len() - before;
                    Some(Target::Shared(number))
                }
                Some(Target::Slot(first)) => {
                    let mut posting = Posting::One(first);
                    slots.iter().for_each(|slot| posting.insert(*slot));
                    self.rows += posting.len() - 1;
                    Some(match posting {
                        Posting::One(slot) => Target::Slot(slot),
                        posting => Target::Shared(self.share(posting)),
                    })
                }
            };
            if let Some(target) = target {
                writer.push(lower, original, target);
            }
        }
        for (block, index) in old_entries {
            writer.push(block.lower(index), block.original(index), block.target(index));
        }
        self.blocks = writer.finish();
    }

    /// Bytes on the heap, for the statistics.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>()
            + self.blocks.iter().map(Block::heap_bytes).sum::<usize>()
            + self.shared.capacity() * size_of::<Posting>()
            + self.shared.iter().map(Posting::heap_bytes).sum::<usize>()
    }
}

/// Fills blocks one after the other.
#[derive(Default)]
struct BlockWriter {
    done: Vec<Block>,
    current: Block,
}

impl BlockWriter {
    fn push(&mut self, lower: &[u8], original: &[u8], target: Target) {
        self.current.push(lower, original, target);
        if self.current.len() >= FILL {
            self.close();
        }
    }

    fn close(&mut self) {
        self.current.shrink();
        self.done.push(std::mem::take(&mut self.current));
    }

    fn finish(mut self) -> Vec<Block> {
        if self.current.len() > 0 {
            self.close();
        }
        self.done.shrink_to_fit();
        self.done
    }
}

/// Entries between two positions.
#[derive(Debug, Clone)]
pub(crate) struct Range<'a> {
    table: &'a ValueTable,
    from: Position,
    to: Position,
}

impl<'a> Iterator for Range<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        if self.from >= self.to {
            return None;
        }
        let Position { block, index } = self.from;
        self.from = self.table.next(self.from);
        Some(self.table.value(&self.table.blocks[block], index))
    }
}

impl DoubleEndedIterator for Range<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.from >= self.to {
            return None;
        }
        if self.to.index > 0 {
            self.to.index -= 1;
        } else {
            self.to.block -= 1;
            self.to.index = self.table.blocks[self.to.block].len() - 1;
        }
        Some(self.table.value(&self.table.blocks[self.to.block], self.to.index))
    }
}
