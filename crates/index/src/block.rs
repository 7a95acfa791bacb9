//! A run of at most a few hundred sorted values, packed: all texts in one buffer, eight bytes for each entry.

use crate::posting::Slot;

/// Set in [`Entry::target`] when the low bits name a shared posting of the table instead of a slot.
const SHARED: u32 = 1 << 31;

/// What an entry points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Exactly one entity.
    Slot(Slot),
    /// A posting of the table, by number.
    Shared(u32),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where the lower-case text ends in `lower`.
    end: u32,
    target: u32,
}

/// Values in ascending order of (lower-case text, text as written).
#[derive(Debug, Default)]
pub(crate) struct Block {
    lower: Vec<u8>,
    entries: Vec<Entry>,
    /// Texts as written, of those entries where they differ from the lower-case ones.
    originals: Vec<u8>,
    /// Where each entry's text ends in `originals`; empty while no entry has one.
    original_ends: Vec<u32>,
}

impl Block {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// All lower-case texts, one after the other.
    pub(crate) fn texts(&self) -> &[u8] {
        &self.lower
    }

    fn start(&self, index: usize) -> usize {
        if index == 0 { 0 } else { self.entries[index - 1].end as usize }
    }

    /// Where the lower-case text of an entry stands in [`Self::texts`].
    pub(crate) fn span(&self, index: usize) -> std::ops::Range<usize> {
        self.start(index)..self.entries[index].end as usize
    }

    /// The entry whose text holds the byte at `offset` of [`Self::texts`].
    pub(crate) fn entry_at(&self, offset: usize) -> usize {
        self.entries.partition_point(|entry| entry.end as usize <= offset)
    }

    /// The lower-case text.
    #[inline]
    pub(crate) fn lower(&self, index: usize) -> &[u8] {
        &self.lower[self.span(index)]
    }

    /// The text as written.
    pub(crate) fn original(&self, index: usize) -> &[u8] {
        let span = self.original_span(index);
        if span.is_empty() { self.lower(index) } else { &self.originals[span] }
    }

    fn original_span(&self, index: usize) -> std::ops::Range<usize> {
        match self.original_ends.get(index) {
            None => 0..0,
            Some(end) if index == 0 => 0..*end as usize,
            Some(end) => self.original_ends[index - 1] as usize..*end as usize,
        }
    }

    /// What the entry points to.
    #[inline]
    pub(crate) fn target(&self, index: usize) -> Target {
        let target = self.entries[index].target;
        if target & SHARED == 0 { Target::Slot(target) } else { Target::Shared(target & !SHARED) }
    }

    /// Points the entry elsewhere.
    pub(crate) fn set_target(&mut self, index: usize, target: Target) {
        self.entries[index].target = encode(target);
    }

    /// The first entry that is not before (`lower`, `original`).
    pub(crate) fn lower_bound(&self, lower: &[u8], original: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if (self.lower(middle), self.original(middle)) < (lower, original) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Appends an entry that sorts after all others.
    pub(crate) fn push(&mut self, lower: &[u8], original: &[u8], target: Target) {
        self.insert(self.len(), lower, original, target);
    }

    /// Puts an entry at `index`.
    pub(crate) fn insert(&mut self, index: usize, lower: &[u8], original: &[u8], target: Target) {
        let start = self.start(index);
        self.lower.splice(start..start, lower.iter().copied());
        self.entries.insert(index, Entry { end: start as u32, target: encode(target) });
        for entry in &mut self.entries[index..] {
            entry.end += lower.len() as u32;
        }
        let written: &[u8] = if lower == original { &[] } else { original };
        if self.original_ends.is_empty() {
            if written.is_empty() {
                return;
            }
            self.original_ends = vec![0; self.entries.len() - 1];
        }
        let start = if index == 0 { 0 } else { self.original_ends[index - 1] as usize };
        self.originals.splice(start..start, written.iter().copied());
        self.original_ends.insert(index, start as u32);
        for end in &mut self.original_ends[index..] {
            *end += written.len() as u32;
        }
    }

    /// Takes the entry at `index` out.
    pub(crate) fn remove(&mut self, index: usize) {
        let originals = self.original_span(index);
        if !self.original_ends.is_empty() {
            let length = originals.len() as u32;
            self.originals.drain(originals);
            self.original_ends.remove(index);
            for end in &mut self.original_ends[index..] {
                *end -= length;
            }
        }
        let span = self.span(index);
        let length = span.len() as u32;
        self.lower.drain(span);
        self.entries.remove(index);
        for entry in &mut self.entries[index..] {
            entry.end -= length;
        }
    }

    /// Splits off the upper half.
    pub(crate) fn split(&mut self) -> Self {
        let middle = self.len() / 2;
        let (mut left, mut right) = (Self::default(), Self::default());
        for index in 0..self.len() {
            let half = if index < middle { &mut left } else { &mut right };
            half.push(self.lower(index), self.original(index), self.target(index));
        }
        left.shrink();
        right.shrink();
        *self = left;
        right
    }

    /// Gives spare memory back.
    pub(crate) fn shrink(&mut self) {
        self.lower.shrink_to_fit();
        self.entries.shrink_to_fit();
        self.originals.shrink_to_fit();
        self.original_ends.shrink_to_fit();
    }

    /// Bytes on the heap, for the statistics.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.lower.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.originals.capacity()
            + self.original_ends.capacity() * size_of::<u32>()
    }
}

fn encode(target: Target) -> u32 {
    match target {
        Target::Slot(slot) => slot,
        Target::Shared(number) => number | SHARED,
    }
}
