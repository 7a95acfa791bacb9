//! Full text as Backstage does it: a term is somewhere in a value, with the wildcards of SQL's `LIKE`.

use std::ops::Range;

use callboard_model::filter::Filter;
use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use crate::Index;
use crate::block::Block;
use crate::members::Collector;

/// What a value must hold.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// This text, anywhere.
    Plain(Box<Finder<'static>>),
    /// A `LIKE` pattern without the `%` at both ends: `_` is any character, `%` any text. The server that this
    /// one follows does not escape what the caller sends.
    Wild(Vec<char>),
}

impl Pattern {
    /// From a term as the caller sent it; `None` if it is blank.
    pub(crate) fn of_term(term: &str) -> Option<Self> {
        let term = term.trim().to_lowercase();
        if term.is_empty() {
            None
        } else if term.contains(['%', '_']) {
            Some(Self::Wild(format!("%{term}%").chars().collect()))
        } else {
            Some(Self::Plain(Box::new(Finder::new(term.as_bytes()).into_owned())))
        }
    }

    /// Whether one value holds it.
    pub(crate) fn is_in(&self, value: &[u8]) -> bool {
        match self {
            Self::Plain(finder) => finder.find(value).is_some(),
            Self::Wild(pattern) => match std::str::from_utf8(value) {
                Ok(value) => like(pattern, &value.chars().collect::<Vec<_>>()),
                Err(_) => false,
            },
        }
    }

    /// The entries of a block, within `range`, that hold it, in ascending order. One search over the block's text
    /// instead of one for each entry.
    pub(crate) fn entries_of(&self, block: &Block, range: Range<usize>) -> Vec<usize> {
        let Self::Plain(finder) = self else {
            return range.filter(|index| self.is_in(block.lower(*index))).collect();
        };
        let mut found = Vec::new();
        if range.is_empty() {
            return found;
        }
        let mut offset = block.span(range.start).start;
        let end = block.span(range.end - 1).end;
        while let Some(hit) = finder.find(&block.texts()[offset..end]) {
            let index = block.entry_at(offset + hit);
            let span = block.span(index);
            if offset + hit + finder.needle().len() <= span.end {
                found.push(index);
                offset = span.end;
            } else {
                // Only the end of one value together with the beginning of the next.
                offset += hit + 1;
            }
        }
        found
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
    /// Entities that hold the pattern in one of the keys.
    pub(crate) fn holding(&self, pattern: &Pattern, keys: &[String]) -> RoaringBitmap {
        let mut found = Collector::default();
        for key in keys {
            let Some(key) = self.keys.get(key.to_lowercase().as_str()) else { continue };
            let table = key.table();
            for block in table.values.blocks() {
                for index in pattern.entries_of(block, 0..block.len()) {
                    let value = table.values.value(block, index);
                    value.with_posting(|posting| posting.for_each(|slot| found.insert(slot)));
                }
            }
        }
        found.finish()
    }

    /// A filter and a full-text search over several keys together.
    pub(crate) fn matched_and_holding(
        &self,
        filter: &Filter,
        pattern: &Pattern,
        keys: &[String],
    ) -> RoaringBitmap {
        let holding = self.holding(pattern, keys);
        match self.matched(filter) {
            None => holding,
            Some(set) => holding & set.as_ref(),
        }
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
            ("t%r", "the player", true),
            ("t%x", "the player", false),
            ("%", "", true),
            ("a_", "xa", false),
            ("ä_", "xäy", true),
        ] {
            let pattern = Pattern::of_term(term).unwrap();
            assert_eq!(pattern.is_in(value.as_bytes()), expected, "{term} in {value}");
        }
        assert!(Pattern::of_term("  ").is_none());
    }
}
