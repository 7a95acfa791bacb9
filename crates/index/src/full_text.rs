//! Full text as Backstage does it: a term is somewhere in a value, with the wildcards of SQL's `LIKE`.

use std::ops::Range;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use crate::Index;
use crate::block::Block;
use crate::members::{Collector, Members};
use crate::posting::Posting;
use crate::value_table::ValueTable;

/// With a filter that lets less than one in so many entities through, entries are tested against it before their
/// text is searched.
pub(crate) const FILTER_FIRST: u64 = 8;

/// What a value must hold.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// A text that every value must hold; all there is to it if there are no wildcards.
    literal: Box<Finder<'static>>,
    /// A `LIKE` pattern: `_` is any character, `%` any text. The server that this one follows does not escape what
    /// the caller sends.
    wild: Option<Vec<char>>,
}

impl Pattern {
    /// From a term as the caller sent it; `None` if it is blank.
    pub(crate) fn of_term(term: &str) -> Option<Self> {
        let term = term.trim().to_lowercase();
        if term.is_empty() {
            return None;
        }
        let wild = term.contains(['%', '_']).then(|| format!("%{term}%").chars().collect());
        let literal = term.split(['%', '_']).max_by_key(|part| part.len()).unwrap_or_default();
        Some(Self { literal: Box::new(Finder::new(literal.as_bytes()).into_owned()), wild })
    }

    /// Whether one value holds it.
    pub(crate) fn is_in(&self, value: &[u8]) -> bool {
        self.literal.find(value).is_some() && self.agrees(value)
    }

    /// Whether a value that holds the literal text holds the rest too.
    fn agrees(&self, value: &[u8]) -> bool {
        let Some(wild) = &self.wild else { return true };
        std::str::from_utf8(value).is_ok_and(|value| like(wild, &value.chars().collect::<Vec<_>>()))
    }

    /// Calls `visit` with the entries of a block, within `range`, that hold it, in ascending order. One search over
    /// the block's text instead of one for each entry.
    pub(crate) fn for_each_entry(&self, block: &Block, range: Range<usize>, mut visit: impl FnMut(usize)) {
        if range.is_empty() {
            return;
        }
        if self.literal.needle().is_empty() {
            return range.filter(|index| self.agrees(block.lower(*index))).for_each(visit);
        }
        let mut offset = block.span(range.start).start;
        let end = block.span(range.end - 1).end;
        while let Some(hit) = self.literal.find(&block.texts()[offset..end]) {
            let index = block.entry_at(offset + hit);
            let span = block.span(index);
            if offset + hit + self.literal.needle().len() > span.end {
                // Only the end of one value together with the beginning of the next.
                offset += hit + 1;
                continue;
            }
            offset = span.end;
            if self.agrees(block.lower(index)) {
                visit(index);
            }
        }
    }

    /// Calls `visit` with the entities of each value that holds it, as far as one of them is let through. Whichever
    /// tells more apart is asked first, the members or the text.
    pub(crate) fn for_each_posting(
        &self,
        values: &ValueTable,
        members: &mut Members<'_>,
        mut visit: impl FnMut(&mut Members<'_>, &Posting),
    ) {
        if !members.are_fewer_than(values.rows() / FILTER_FIRST) {
            for block in values.blocks() {
                self.for_each_entry(block, 0..block.len(), |index| {
                    values.value(block, index).with_posting(|posting| visit(members, posting));
                });
            }
            return;
        }
        members.expect_many_tests();
        for block in values.blocks() {
            for index in 0..block.len() {
                values.value(block, index).with_posting(|posting| {
                    if members.have_one_of(posting) && self.is_in(block.lower(index)) {
                        visit(members, posting);
                    }
                });
            }
        }
    }
}

/// SQL's `LIKE`, on text that is lower-case on both sides.
fn like(pattern: &[char], value: &[char]) -> bool {
    let (mut p, mut v) = (0, 0);
    let mut last_percent: Option<(usize, usize)> = None;
    while v < value.len() {
        if p < pattern.len() && pattern[p] == '%' {
            last_percent = Some((p, v));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '_' || pattern[p] == value[v]) {
            p += 1;
            v += 1;
        } else if let Some((percent, from)) = last_percent {
            // Let the last `%` take one character more.
            last_percent = Some((percent, from + 1));
            p = percent + 1;
            v = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

impl Index {
    /// Those entities of a set, or of all, that hold the pattern in one of the keys.
    pub(crate) fn holding(
        &self,
        set: Option<&RoaringBitmap>,
        pattern: &Pattern,
        keys: &[String],
    ) -> RoaringBitmap {
        let mut members = set.map_or_else(Members::everything, Members::of);
        let mut found = Collector::default();
        for key in keys {
            let Some(key) = self.keys.get(key.to_lowercase().as_str()) else { continue };
            pattern.for_each_posting(&key.table().values, &mut members, |members, posting| {
                posting.for_each(|slot| {
                    if members.contains(slot) {
                        found.insert(slot);
                    }
                });
            });
        }
        found.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_term_is_found_anywhere_and_its_sql_wildcards_work() {
        for (term, value, expected) in [
            ("play", "the player", true),
            (" Play ", "the player", true),
            ("play", "the pla yer", false),
            ("p_a", "the player", true),
            ("p_a", "the pa player", true),
            ("p_a", "the pa pyer", false),
            ("t%r", "the player", true),
            ("t%x", "the player", false),
            ("%", "", true),
            ("_", "", false),
            ("a_", "xa", false),
            ("ä_", "xäy", true),
        ] {
            let pattern = Pattern::of_term(term).unwrap();
            assert_eq!(pattern.is_in(value.as_bytes()), expected, "{term} in {value}");
        }
        assert!(Pattern::of_term("  ").is_none());
    }
}
