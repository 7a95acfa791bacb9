//! How many entities have each value of a key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_model::filter::Filter;

use crate::full_text::Pattern;
use crate::members::Members;
use crate::{EntitySet, FullText, Index};

/// Values of all remembered counts together; a few megabytes.
const REMEMBERED_VALUES: usize = 65_536;

/// The values of one facet, sorted, each with the number of entities that have it.
pub type FacetValues = Vec<(String, u64)>;

/// Counts that hold until the next change: every visit of a page asks for the same ones, and inside of what a caller may
/// see they cost a walk over the whole catalog.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    facets: HashMap<Filter, HashMap<String, Arc<FacetValues>>>,
    /// Values in all of them, one more for each facet.
    size: usize,
}

impl Remembered {
    /// Forgets all, because something has changed.
    pub(crate) fn clear(&mut self) {
        *self.0.get_mut().unwrap_or_else(PoisonError::into_inner) = Counts::default();
    }

    fn get(&self, filter: &Filter, key: &str) -> Option<Arc<FacetValues>> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.facets.get(filter)?.get(key).cloned()
    }

    fn put(&self, filter: &Filter, key: &str, values: &Arc<FacetValues>) {
        let size = values.len() + 1;
        if size > REMEMBERED_VALUES / 8 {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.size + size > REMEMBERED_VALUES {
            *counts = Counts::default();
        }
        let facets = counts.facets.entry(filter.clone()).or_default();
        if facets.insert(key.to_owned(), values.clone()).is_none() {
            counts.size += size;
        }
    }
}

impl Index {
    /// Counts the values, as written, of each key among the entities that match, and that hold the full text if there
    /// is one; in the order of `keys`. `matching` is the outcome of the filter if there is one already.
    pub fn facets(
        &self,
        keys: &[String],
        filter: &Filter,
        full_text: Option<&FullText>,
        matching: Option<&EntitySet>,
    ) -> Vec<Arc<FacetValues>> {
        // What somebody types is seldom asked twice, and a costly filter is as large as it is rare.
        let lasting =
            matching.is_none() && full_text.is_none_or(|text| Pattern::of_term(&text.term).is_none());
        let known: Vec<_> =
            keys.iter().map(|key| if lasting { self.counted.get(filter, key) } else { None }).collect();
        if known.iter().all(Option::is_some) {
            return known.into_iter().flatten().collect();
        }
        let set = self.select(filter, full_text, None, matching).set;
        let mut members = set.as_deref().map_or_else(Members::everything, Members::of);
        let count = |(key, known): (&String, Option<Arc<FacetValues>>)| {
            known.unwrap_or_else(|| {
                let values = Arc::new(self.facet(key, &mut members));
                if lasting {
                    self.counted.put(filter, key, &values);
                }
                values
            })
        };
        keys.iter().zip(known).map(count).collect()
    }

    fn facet(&self, key: &str, members: &mut Members<'_>) -> FacetValues {
        let Some(key) = self.keys.get(key.to_lowercase().as_str()) else { return Vec::new() };
        if members.is_empty() {
            return Vec::new();
        }
        let mut counts: FacetValues = key
            .table()
            .values
            .all()
            .filter_map(|value| {
                let count = value.with_posting(|posting| members.count(posting));
                (count > 0).then(|| (String::from_utf8_lossy(value.original()).into_owned(), count))
            })
            .collect();
        counts.sort_unstable();
        counts
    }
}
