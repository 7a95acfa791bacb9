//! The order of strings, and of the keys of an object.

use std::cmp::Ordering;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::text::units;

/// Compares strings by their UTF-16 units.
pub(crate) fn compare_units(left: &str, right: &str) -> Ordering {
    // Bytes of UTF-8 have the same order as code points; units differ only beyond the first 65,536 of those.
    if left.is_ascii() || right.is_ascii() { left.cmp(right) } else { units(left).cmp(units(right)) }
}

/// Is the key one that JavaScript keeps before all others: an integer below 2^32 - 1, written plainly?
fn integer_key(key: &str) -> Option<u32> {
    let bytes = key.as_bytes();
    if bytes.is_empty() || bytes.len() > 10 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if bytes[0] == b'0' && bytes.len() > 1 {
        return None;
    }
    key.parse().ok().filter(|index| *index != u32::MAX)
}

/// The members of an object in JavaScript's order: integer keys first, by value; then the others as they came.
pub(crate) fn ordered(entries: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    let mut integers: Vec<(u32, (&String, &Json))> = entries
        .iter()
        .filter_map(|(key, value)| integer_key(key).map(|index| (index, (key, value))))
        .collect();
    integers.sort_by_key(|(index, _)| *index);
    let skip = !integers.is_empty();
    integers
        .into_iter()
        .map(|(_, entry)| entry)
        .chain(entries.iter().filter(move |(key, _)| !skip || integer_key(key).is_none()))
}

/// Puts keys into JavaScript's order; those of the same kind keep theirs.
pub(crate) fn order_keys<T>(entries: &mut IndexMap<String, T>) {
    if entries.keys().any(|key| integer_key(key).is_some()) {
        entries.sort_by_cached_key(|key, _| integer_key(key).unwrap_or(u32::MAX));
    }
}
