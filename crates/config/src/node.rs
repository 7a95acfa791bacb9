//! The configuration tree: JSON values of which each remembers where it was written.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Number, Value};

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as it was named to the loader, or `env APP_CONFIG_…`.
    pub source: Arc<str>,
    /// Line, starting with 1; 0 where the source has no lines.
    pub line: usize,
    /// Column, starting with 1; 0 where the source has no lines.
    pub column: usize,
    /// What the value was taken from, where the file names only a place: `${NAME}`, `$env: NAME`, `$file: path`.
    pub via: Option<Arc<str>>,
}

impl Origin {
    pub(crate) fn without_line(source: impl Into<Arc<str>>) -> Self {
        Self { source: source.into(), line: 0, column: 0, via: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// A value that is absent because a variable is not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The key that it would have.
    pub key: String,
    /// Where the file asks for the variable.
    pub origin: Origin,
    /// The variable.
    pub variable: String,
}

/// Objects keep the order in which their keys were written: `proxy.endpoints` is matched in that order.
pub(crate) type Map = IndexMap<String, Node>;

/// What a node holds. Cloning is cheap, and so is handing out views of parts of the tree.
#[derive(Clone)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Arc<Vec<Node>>),
    Map(Arc<Map>),
}

/// A value with its origin. It has no `Debug`, so that no secret is printed by accident.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) origin: Origin,
}

impl Node {
    pub(crate) fn empty_map(origin: Origin) -> Self {
        Self { data: Data::Map(Arc::default()), origin }
    }

    pub(crate) fn from_value(value: Value, origin: &Origin) -> Self {
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(value),
            Value::Number(value) => Data::Number(value),
            Value::String(value) => Data::Text(value.into()),
            Value::Array(items) => {
                Data::List(Arc::new(items.into_iter().map(|item| Self::from_value(item, origin)).collect()))
            }
            Value::Object(entries) => Data::Map(Arc::new(
                entries.into_iter().map(|(key, value)| (key, Self::from_value(value, origin))).collect(),
            )),
        };
        Self { data, origin: origin.clone() }
    }

    pub(crate) fn to_value(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Number(value) => Value::Number(value.clone()),
            Data::Text(value) => Value::String(value.as_ref().to_owned()),
            Data::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Data::Map(map) => {
                Value::Object(map.iter().map(|(key, value)| (key.clone(), value.to_value())).collect())
            }
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// What kind of value this is, for error messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Number(_) => "a number",
            Data::Text(text) if text.is_empty() => "an empty string",
            Data::Text(_) => "a string",
            Data::List(_) => "an array",
            Data::Map(_) => "an object",
        }
    }
}

/// Lays `high` over `low`: objects merge key by key, anything else replaces, and null stays so that it hides what lies
/// below (config 1.3.9).
pub(crate) fn merge(low: Node, high: Node) -> Node {
    match (low.data, high.data) {
        (Data::Map(low), Data::Map(high_map)) => {
            let mut merged = Arc::unwrap_or_clone(low);
            for (key, value) in Arc::unwrap_or_clone(high_map) {
                let value = match merged.get(&key) {
                    Some(below) => merge(below.clone(), value),
                    None => value,
                };
                merged.insert(key, value);
            }
            Node { data: Data::Map(Arc::new(merged)), origin: high.origin }
        }
        (_, data) => Node { data, origin: high.origin },
    }
}
