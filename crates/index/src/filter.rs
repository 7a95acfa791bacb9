//! From a filter to the set of entities that it matches, and to the answer for one entity.

use std::borrow::Cow;

use callboard_model::filter::Filter;
use roaring::{MultiOps, RoaringBitmap};

use crate::Index;
use crate::key_index::{FLAG, KeyIndex};
use crate::members::Collector;
use crate::posting::{Posting, Slot};

/// The entities that a filter matches; `None` stands for all of them.
pub(crate) type Matched<'a> = Option<Cow<'a, RoaringBitmap>>;

/// Up to this many candidates are asked one by one instead of intersecting with a further set.
const ASK_ONE_BY_ONE: u64 = 32;

impl Index {
    /// The entities that `filter` matches.
    pub(crate) fn matched(&self, filter: &Filter) -> Matched<'_> {
        match filter {
            Filter::All(parts) if parts.is_empty() => None,
            Filter::All(parts) => self.matched_by_all(parts),
            _ => Some(self.set(filter)),
        }
    }

    fn set(&self, filter: &Filter) -> Cow<'_, RoaringBitmap> {
        match filter {
            Filter::All(parts) => self.matched_by_all(parts).unwrap_or(Cow::Borrowed(self.documents.live())),
            Filter::Shared(shared) => Cow::Owned(self.shared_set(shared).as_ref().clone()),
            Filter::Any(parts) => {
                if let [only] = &parts[..] {
                    return self.set(only);
                }
                let sets: Vec<_> = parts.iter().map(|part| self.set(part)).collect();
                Cow::Owned(sets.iter().map(AsRef::as_ref).union())
            }
            Filter::Not(part) => match self.matched(part) {
                None => Cow::Owned(RoaringBitmap::new()),
                Some(set) => Cow::Owned(self.documents.live() - set.as_ref()),
            },
            Filter::Exists(key) => self.having(key),
            Filter::In { key, values } => self.having_one_of(key, values),
            Filter::Prefix { key, prefix } => self.having_prefix(key, prefix),
        }
    }

    /// The smallest part first; then every further part can only make the set smaller.
    fn matched_by_all(&self, parts: &[Filter]) -> Matched<'_> {
        let mut ordered: Vec<(u64, &Filter)> = parts.iter().map(|part| (self.estimate(part), part)).collect();
        ordered.sort_by_key(|(estimate, _)| *estimate);
        let mut all: Matched<'_> = None;
        for (_, part) in ordered {
            all = match all {
                None => self.matched(part),
                Some(set) if set.is_empty() => return Some(set),
                Some(set) if set.len() <= ASK_ONE_BY_ONE => {
                    Some(Cow::Owned(set.iter().filter(|slot| self.slot_matches(*slot, part)).collect()))
                }
                Some(set) => Some(match part {
                    Filter::Not(inner) => match self.matched(inner) {
                        None => Cow::Owned(RoaringBitmap::new()),
                        Some(not) => Cow::Owned(set.as_ref() - not.as_ref()),
                    },
                    Filter::Shared(shared) => Cow::Owned(set.as_ref() & self.shared_set(shared).as_ref()),
                    part => Cow::Owned(set.as_ref() & self.set(part).as_ref()),
                }),
            };
        }
        all
    }

    /// About how many entities a filter matches at most; only the order of the answers matters.
    fn estimate(&self, filter: &Filter) -> u64 {
        let all = self.documents.live().len();
        match filter {
            Filter::All(parts) => parts.iter().map(|part| self.estimate(part)).min().unwrap_or(all),
            Filter::Any(parts) => parts.iter().map(|part| self.estimate(part)).sum(),
            Filter::Not(_) => all + 1,
            Filter::Prefix { .. } => all,
            Filter::Shared(shared) => self.shared_set(shared).len(),
            Filter::Exists(key) => match self.keys.get(key.as_str()) {
                None => 0,
                Some(KeyIndex::Flag(posting)) => posting.len(),
                Some(KeyIndex::Table(table)) => table.present.len() + table.nulls.len(),
            },
            Filter::In { key, values } => match self.keys.get(key.as_str()) {
                None => 0,
                Some(KeyIndex::Flag(posting)) => posting.len(),
                Some(KeyIndex::Table(table)) => values
                    .iter()
                    .flat_map(|value| table.values.equal(value.as_bytes()))
                    .map(|value| value.with_posting(|posting| posting.len()))
                    .sum(),
            },
        }
    }

    /// Entities with any row of the key.
    fn having(&self, key: &str) -> Cow<'_, RoaringBitmap> {
        match self.keys.get(key) {
            None => Cow::Owned(RoaringBitmap::new()),
            Some(KeyIndex::Flag(posting)) => lent(posting),
            Some(KeyIndex::Table(table)) if table.nulls.is_empty() => Cow::Borrowed(&table.present),
            Some(KeyIndex::Table(table)) => Cow::Owned(&table.present | &table.nulls),
        }
    }

    fn having_one_of(&self, key: &str, values: &[String]) -> Cow<'_, RoaringBitmap> {
        match self.keys.get(key) {
            Some(KeyIndex::Flag(posting)) if values.iter().any(|value| value == FLAG) => lent(posting),
            Some(KeyIndex::Table(table)) => {
                let mut entries = values.iter().flat_map(|value| table.values.equal(value.as_bytes()));
                let first = entries.next();
                let second = entries.next();
                if let (Some(first), None) = (&first, &second)
                    && let Some(bitmap) = first.bitmap()
                {
                    // The usual filter, `kind=component`: the set is there already and is only lent.
                    return Cow::Borrowed(bitmap);
                }
                let mut set = RoaringBitmap::new();
                for entry in first.into_iter().chain(second).chain(entries) {
                    entry.with_posting(|posting| posting.add_to(&mut set));
                }
                Cow::Owned(set)
            }
            _ => Cow::Owned(RoaringBitmap::new()),
        }
    }

    fn having_prefix(&self, key: &str, prefix: &str) -> Cow<'_, RoaringBitmap> {
        match self.keys.get(key) {
            Some(KeyIndex::Flag(posting)) if FLAG.starts_with(prefix) => lent(posting),
            Some(KeyIndex::Table(table)) => {
                let mut found = Collector::default();
                for entry in table.values.prefixed(prefix.as_bytes()) {
                    entry.with_posting(|posting| posting.for_each(|slot| found.insert(slot)));
                }
                Cow::Owned(found.finish())
            }
            _ => Cow::Owned(RoaringBitmap::new()),
        }
    }

    /// Whether the entity in `slot` matches, without making any set.
    pub fn slot_matches(&self, slot: Slot, filter: &Filter) -> bool {
        match filter {
            Filter::All(parts) => parts.iter().all(|part| self.slot_matches(slot, part)),
            Filter::Any(parts) => parts.iter().any(|part| self.slot_matches(slot, part)),
            Filter::Not(part) => !self.slot_matches(slot, part),
            Filter::Shared(shared) => self.shared_set(shared).contains(slot),
            Filter::Exists(key) => match self.keys.get(key.as_str()) {
                None => false,
                Some(KeyIndex::Flag(posting)) => posting.contains(slot),
                Some(KeyIndex::Table(table)) => table.present.contains(slot) || table.nulls.contains(slot),
            },
            Filter::In { key, values } => match self.keys.get(key.as_str()) {
                None => false,
                Some(KeyIndex::Flag(posting)) => {
                    values.iter().any(|value| value == FLAG) && posting.contains(slot)
                }
                Some(KeyIndex::Table(table)) => values
                    .iter()
                    .flat_map(|value| table.values.equal(value.as_bytes()))
                    .any(|entry| entry.with_posting(|posting| posting.contains(slot))),
            },
            Filter::Prefix { key, prefix } => match self.keys.get(key.as_str()) {
                None => false,
                Some(KeyIndex::Flag(posting)) => FLAG.starts_with(prefix.as_str()) && posting.contains(slot),
                Some(KeyIndex::Table(table)) => table
                    .values
                    .prefixed(prefix.as_bytes())
                    .any(|entry| entry.with_posting(|posting| posting.contains(slot))),
            },
        }
    }
}

/// The posting as a set, without a copy where it is a bitmap already.
fn lent(posting: &Posting) -> Cow<'_, RoaringBitmap> {
    if let Posting::Many(bitmap) = posting {
        return Cow::Borrowed(bitmap);
    }
    let mut set = RoaringBitmap::new();
    posting.add_to(&mut set);
    Cow::Owned(set)
}
