//! The search rows of a final entity: what filters, facets, orders and full-text terms see of it
//! (contract: catalog-backend 4.0.0, search index).

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use crate::entity::DEFAULT_NAMESPACE;

/// Keys and values longer than this, in UTF-16 units as Backstage counts, are not indexed.
const MAX_LENGTH: usize = 200;

/// One row. Keys are lower-case and at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// `metadata.annotations.backstage.io/orphan`
    pub key: String,
    /// Lower-cased; `None` for null and for values over 200 characters.
    pub value: Option<String>,
    /// As written, for facets; `None` exactly where `value` is.
    pub original: Option<String>,
}

/// Two keys of one entity differ only in case, so that they would share their rows; such an entity is not stitched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Entity has duplicate keys that vary only in casing, '{key}'")]
pub struct DuplicateKeyCase {
    /// The key, lower-cased.
    pub key: String,
}

/// The value of a row: lower-cased, and as written.
pub type RowValue<'a> = Option<(&'a str, &'a str)>;

/// All rows of a final entity, each pair of key and value once.
pub fn rows(entity: &Value) -> Result<Vec<SearchRow>, DuplicateKeyCase> {
    let mut rows = Vec::new();
    for_each_row(entity, |key, value| {
        rows.push(SearchRow {
            key: key.to_owned(),
            value: value.map(|(lower, _)| lower.to_owned()),
            original: value.map(|(_, original)| original.to_owned()),
        });
    })?;
    Ok(rows)
}

/// Calls `visit` with each row of a final entity, without making the rows. Where the answer is an error, the rows
/// seen so far mean nothing.
pub fn for_each_row(entity: &Value, visit: impl FnMut(&str, RowValue<'_>)) -> Result<(), DuplicateKeyCase> {
    let mut walk = Walk {
        visit,
        path: Path::default(),
        lower_value: String::new(),
        seen: HashSet::new(),
        keys: Vec::new(),
    };
    let Some(root) = entity.as_object() else { return Ok(()) };
    for (key, value) in root {
        if !matches!(key.as_str(), "attachments" | "relations" | "status") {
            walk.field(key, value, false);
        }
    }
    let metadata = entity.get("metadata");
    let field = |name: &str| metadata.and_then(|m| m.get(name)).and_then(Value::as_str);
    walk.row_at("metadata.name", field("name"));
    walk.row_at("metadata.namespace", Some(field("namespace").unwrap_or(DEFAULT_NAMESPACE)));
    walk.row_at("metadata.uid", field("uid"));
    for relation in entity.get("relations").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(relation_type), Some(target)) = (part("type"), part("targetRef")) {
            let end = walk.path.push("relations");
            walk.path.push(relation_type);
            walk.scalar(Some(target), true);
            walk.path.cut(end);
        }
    }
    if has_repeats_in_another_case(&mut walk.keys) { Err(first_repeat(entity)) } else { Ok(()) }
}

/// The path to where the walk stands, as written and lower-cased, so that no row has to join or lower it again.
#[derive(Default)]
struct Path {
    written: String,
    lower: String,
}

impl Path {
    fn push(&mut self, part: &str) -> (usize, usize) {
        let end = (self.written.len(), self.lower.len());
        if !self.written.is_empty() {
            self.written.push('.');
            self.lower.push('.');
        }
        self.written.push_str(part);
        push_lower(part, &mut self.lower);
        end
    }

    fn cut(&mut self, end: (usize, usize)) {
        self.written.truncate(end.0);
        self.lower.truncate(end.1);
    }
}

struct Walk<F> {
    visit: F,
    path: Path,
    lower_value: String,
    /// Hashes of rows that may come twice: only lists and relations can repeat a key.
    seen: HashSet<u64>,
    /// Hashes of each key met, lower-cased and as written.
    keys: Vec<(u64, u64)>,
}

impl<F: FnMut(&str, RowValue<'_>)> Walk<F> {
    fn field(&mut self, key: &str, value: &Value, in_list: bool) {
        let end = self.path.push(key);
        if !is_indexed_apart(&self.path.written) {
            self.value(value, in_list);
        }
        self.path.cut(end);
    }

    fn value(&mut self, value: &Value, in_list: bool) {
        match value {
            Value::Null => self.scalar(None, in_list),
            Value::Bool(true) => self.scalar(Some("true"), in_list),
            Value::Bool(false) => self.scalar(Some("false"), in_list),
            Value::Number(number) => self.scalar(Some(&js_number(number)), in_list),
            Value::String(text) => self.scalar(Some(text), in_list),
            Value::Object(map) => {
                for (key, value) in map {
                    self.field(key, value, in_list);
                }
            }
            Value::Array(items) => self.list(items),
        }
    }

    /// An item's index is not part of its path; a string item is also a key of its own with the value `true`, so that
    /// `metadata.tags.java` can be asked for. A second item that differs from it only in case adds no second key.
    fn list(&mut self, items: &[Value]) {
        for item in items {
            self.value(item, true);
            if let Value::String(text) = item {
                let end = self.path.push(text);
                if self.is_new(None) {
                    self.scalar(Some("true"), false);
                }
                self.path.cut(end);
            }
        }
    }

    fn row_at(&mut self, key: &str, value: Option<&str>) {
        let end = self.path.push(key);
        if value.is_some() {
            self.scalar(value, false);
        }
        self.path.cut(end);
    }

    fn scalar(&mut self, value: Option<&str>, may_repeat: bool) {
        self.keys.push((hash_of(&self.path.lower), hash_of(&self.path.written)));
        if is_too_long(&self.path.lower) {
            return;
        }
        self.lower_value.clear();
        if let Some(text) = value {
            push_lower(text, &mut self.lower_value);
        }
        let value = value.filter(|_| !is_too_long(&self.lower_value));
        if may_repeat && !self.is_new(Some(value.is_some())) {
            return;
        }
        let value = value.map(|original| (self.lower_value.as_str(), original));
        (self.visit)(&self.path.lower, value);
    }

    /// Whether the row at this path was not there before; `None` asks for the key alone.
    fn is_new(&mut self, has_value: Option<bool>) -> bool {
        let value = has_value.map(|some| some.then_some(self.lower_value.as_str()));
        self.seen.insert(hash_of(&(&self.path.lower, value)))
    }
}

/// Rows that are made apart from the walk, or never.
fn is_indexed_apart(path: &str) -> bool {
    matches!(path, "metadata.name" | "metadata.namespace" | "metadata.uid" | "metadata.etag")
}

fn push_lower(text: &str, out: &mut String) {
    if text.is_ascii() {
        let from = out.len();
        out.push_str(text);
        out[from..].make_ascii_lowercase();
    } else {
        out.push_str(&text.to_lowercase());
    }
}

fn is_too_long(text: &str) -> bool {
    text.len() > MAX_LENGTH && text.encode_utf16().count() > MAX_LENGTH
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn has_repeats_in_another_case(keys: &mut [(u64, u64)]) -> bool {
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1)
}

/// Walks once more to name the key; only entities at fault pay for it.
fn first_repeat(entity: &Value) -> DuplicateKeyCase {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut lower_to_written = std::collections::HashMap::<String, String>::new();
    let mut pending = vec![(String::new(), entity)];
    while let Some((path, value)) = pending.pop() {
        if !path.is_empty() && seen.insert(hash_of(&path)) {
            let lower = path.to_lowercase();
            if lower_to_written.insert(lower.clone(), path.clone()).is_some() {
                return DuplicateKeyCase { key: lower };
            }
        }
        match value {
            Value::Object(map) => pending.extend(map.iter().rev().map(|(key, value)| {
                (if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, value)
            })),
            Value::Array(items) => pending.extend(items.iter().rev().map(|item| (path.clone(), item))),
            _ => {}
        }
    }
    DuplicateKeyCase { key: String::new() }
}

/// A number as JavaScript's `String` writes it.
pub(crate) fn js_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => js_float(float),
        _ => number.to_string(),
    }
}

fn js_float(float: f64) -> String {
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{float:e}");
        return match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
            _ => text,
        };
    }
    format!("{float}")
}
