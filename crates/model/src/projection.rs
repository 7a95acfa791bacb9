//! `fields`: the parts of an entity that a caller wants (contract: catalog-backend 4.0.0, fields).

use serde_json::{Map, Value};

/// A list of dotted paths, checked. An empty list means everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    fields: Vec<String>,
}

/// A field that cannot be projected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid field \"{field}\", array type fields are not supported")]
pub struct ProjectionError {
    /// As written.
    pub field: String,
}

impl Projection {
    /// Reads the values of `fields` parameters or of a `fields` array: each may hold several paths with commas.
    pub fn parse<S: AsRef<str>>(parameters: &[S]) -> Result<Self, ProjectionError> {
        let mut fields = Vec::new();
        for field in parameters.iter().flat_map(|parameter| parameter.as_ref().split(',')).map(str::trim) {
            if field.contains('[') {
                return Err(ProjectionError { field: field.to_owned() });
            }
            if !field.is_empty() {
                fields.push(field.to_owned());
            }
        }
        Ok(Self { fields })
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.fields.is_empty()
    }

    /// The paths.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The selected parts, and nothing else; paths that lead nowhere are skipped. A path part may itself hold dots
    /// when the entity has such a key: `metadata.annotations.backstage.io/orphan`.
    pub fn apply(&self, entity: &Value) -> Value {
        if self.is_everything() {
            return entity.clone();
        }
        let mut out = Value::Object(Map::new());
        for field in &self.fields {
            if let Some((path, value)) = find(entity, field) {
                insert(&mut out, &path, value.clone());
            }
        }
        out
    }
}

/// Follows a path; a part that is no key is joined with the next one and tried again.
fn find<'a>(entity: &'a Value, field: &str) -> Option<(Vec<String>, &'a Value)> {
    let mut path = Vec::new();
    let mut current = entity;
    let mut tried: Option<String> = None;
    for part in field.split('.') {
        let joined = match tried.take() {
            Some(tried) => format!("{tried}.{part}"),
            None => part.to_owned(),
        };
        let found = match current {
            Value::Object(map) => map.get(&joined),
            Value::Array(items) => joined.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
        match found {
            Some(found) => {
                current = found;
                path.push(joined);
            }
            None => tried = Some(joined),
        }
    }
    tried.is_none().then_some((path, current))
}

fn insert(out: &mut Value, path: &[String], value: Value) {
    let mut current = out;
    for part in path {
        if !current.is_object() {
            *current = Value::Object(Map::new());
        }
        let Value::Object(map) = current else { return };
        current = map.entry(part.as_str()).or_insert(Value::Null);
    }
    *current = value;
}
