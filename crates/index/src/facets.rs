//! How many entities have each value of a key.

use callboard_model::filter::Filter;

use crate::members::Members;
use crate::{EntitySet, FullText, Index};

/// The values of one facet, sorted, each with the number of entities that have it.
pub type FacetValues = Vec<(String, u64)>;

impl Index {
    /// Counts the values, as written, of each key among the entities that match, and that hold the full text if there
    /// is one; in the order of `keys`. `matching` is the outcome of the filter if there is one already.
    pub fn facets(
        &self,
        keys: &[String],
        filter: &Filter,
        full_text: Option<&FullText>,
        matching: Option<&EntitySet>,
    ) -> Vec<FacetValues> {
        let set = self.select(filter, full_text, None, matching).set;
        let mut members = set.as_deref().map_or_else(Members::everything, Members::of);
        keys.iter().map(|key| self.facet(key, &mut members)).collect()
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
