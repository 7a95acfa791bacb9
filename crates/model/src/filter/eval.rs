//! The meaning of a filter, said in the simplest way: against the rows of one entity. The index must agree with it.

use super::Filter;
use crate::search_rows::SearchRow;

impl Filter {
    /// Whether an entity with these rows matches.
    pub fn matches(&self, rows: &[SearchRow]) -> bool {
        let of_key = |key: &str| rows.iter().filter(move |row| row.key == key).collect::<Vec<_>>();
        match self {
            Self::All(all) => all.iter().all(|filter| filter.matches(rows)),
            Self::Any(any) => any.iter().any(|filter| filter.matches(rows)),
            Self::Not(inner) => !inner.matches(rows),
            Self::Shared(shared) => shared.filter().matches(rows),
            Self::Exists(key) => rows.iter().any(|row| row.key == *key),
            Self::In { key, values } => {
                of_key(key).iter().any(|row| row.value.as_ref().is_some_and(|value| values.contains(value)))
            }
            Self::Prefix { key, prefix } => of_key(key)
                .iter()
                .any(|row| row.value.as_ref().is_some_and(|value| value.starts_with(prefix.as_str()))),
        }
    }
}
