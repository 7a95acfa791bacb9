//! Tables of fields and the one check that reads them: the part of JSON schema that entities need. Faults are worded
//! like those of the JSON schema validator that Backstage uses, `/spec must have required property 'owner' - …`.

use serde_json::{Map, Value};

use crate::validation::{ValidationError, pointer};

/// One field of an object.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// What a value must look like. Objects may always hold more than their table names.
pub(crate) enum Shape {
    Any,
    /// A string, possibly empty.
    Text,
    /// A string of at least one character.
    NonEmpty,
    /// A string of at most so many characters.
    AtMost(usize),
    /// A string of letters, digits and underscores.
    Word,
    OneOf(&'static [&'static str]),
    TextOrBool,
    /// A list of non-empty strings.
    NonEmptyList,
    /// An object whose values are strings.
    TextMap,
    Object(&'static [Field]),
    /// A list of at least `min` objects.
    Objects {
        min: usize,
        fields: &'static [Field],
    },
    /// One object, or a list of them.
    ObjectOrObjects,
}

pub(crate) const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}

pub(crate) const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

pub(super) const ENVELOPE: &[Field] = &[
    required("apiVersion", Shape::NonEmpty),
    required("kind", Shape::NonEmpty),
    required(
        "metadata",
        Shape::Object(&[required("name", Shape::NonEmpty), optional("namespace", Shape::NonEmpty)]),
    ),
];

pub(super) const ENTITY_ROOTS: &[&str] = &["apiVersion", "kind", "metadata", "spec", "relations", "status"];

pub(super) const ENTITY: &[Field] = &[
    required("apiVersion", Shape::NonEmpty),
    required("kind", Shape::NonEmpty),
    required("metadata", Shape::Object(METADATA)),
    optional("spec", Shape::Object(&[])),
    optional(
        "relations",
        Shape::Objects {
            min: 0,
            fields: &[required("type", Shape::Word), required("targetRef", Shape::NonEmpty)],
        },
    ),
    optional("status", Shape::Object(&[optional("items", Shape::Objects { min: 0, fields: STATUS_ITEM })])),
];

const METADATA: &[Field] = &[
    required("name", Shape::NonEmpty),
    optional("uid", Shape::NonEmpty),
    optional("etag", Shape::NonEmpty),
    optional("namespace", Shape::NonEmpty),
    optional("title", Shape::NonEmpty),
    optional("description", Shape::Text),
    optional("labels", Shape::TextMap),
    optional("annotations", Shape::TextMap),
    optional("tags", Shape::NonEmptyList),
    optional("links", Shape::Objects { min: 0, fields: LINK }),
];

const LINK: &[Field] = &[
    required("url", Shape::NonEmpty),
    optional("title", Shape::NonEmpty),
    optional("icon", Shape::NonEmpty),
    optional("type", Shape::NonEmpty),
];

const STATUS_ITEM: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("level", Shape::OneOf(&["info", "warning", "error"])),
    required("message", Shape::Text),
    optional("error", Shape::Object(&[required("name", Shape::NonEmpty), required("message", Shape::Text)])),
];

/// Checks an object against a table; `only` closes it to other fields. Missing fields come first, then fields too
/// many, then the fields in the order of the table.
pub(crate) fn check_object(
    value: &Value,
    path: &str,
    fields: &[Field],
    only: Option<&[&str]>,
    faults: &mut Vec<ValidationError>,
) {
    let Some(map) = value.as_object() else {
        return wrong_type(path, "object", faults);
    };
    for field in fields.iter().filter(|field| field.required && !map.contains_key(field.name)) {
        let name = field.name;
        let message =
            format!("{} must have required property '{name}' - missingProperty: {name}", shown(path));
        faults.push(ValidationError { field: pointer(path, name), message });
    }
    for extra in only.map(|known| foreign(map, known)).into_iter().flatten() {
        let message =
            format!("{} must NOT have additional properties - additionalProperty: {extra}", shown(path));
        faults.push(ValidationError { field: pointer(path, extra), message });
    }
    for field in fields {
        if let Some(value) = map.get(field.name) {
            check_shape(value, &pointer(path, field.name), &field.shape, faults);
        }
    }
}

fn foreign<'a>(map: &'a Map<String, Value>, known: &[&str]) -> Vec<&'a str> {
    map.keys().map(String::as_str).filter(|key| !known.contains(key)).collect()
}

fn check_shape(value: &Value, path: &str, shape: &Shape, faults: &mut Vec<ValidationError>) {
    match shape {
        Shape::Any => {}
        Shape::Text => {
            check_text(value, path, faults);
        }
        Shape::NonEmpty => {
            if check_text(value, path, faults) == Some("") {
                fault(path, "must NOT have fewer than 1 characters - limit: 1", faults);
            }
        }
        Shape::AtMost(limit) => {
            if check_text(value, path, faults).is_some_and(|text| text.chars().count() > *limit) {
                fault(path, &format!("must NOT have more than {limit} characters - limit: {limit}"), faults);
            }
        }
        Shape::Word => {
            let word =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if check_text(value, path, faults).is_some_and(|text| !word(text)) {
                fault(path, "must match pattern \"^\\w+$\" - pattern: ^\\w+$", faults);
            }
        }
        Shape::OneOf(allowed) => {
            if !value.as_str().is_some_and(|text| allowed.contains(&text)) {
                let message = format!(
                    "must be equal to one of the allowed values - allowedValues: {}",
                    allowed.join(",")
                );
                fault(path, &message, faults);
            }
        }
        Shape::TextOrBool => {
            if !value.is_string() && !value.is_boolean() {
                wrong_type(path, "string,boolean", faults);
            }
        }
        Shape::NonEmptyList => check_items(value, path, &Shape::NonEmpty, 0, faults),
        Shape::TextMap => match value.as_object() {
            None => wrong_type(path, "object", faults),
            Some(map) => {
                for (key, value) in map {
                    check_text(value, &pointer(path, key), faults);
                }
            }
        },
        Shape::Object(fields) => check_object(value, path, fields, None, faults),
        Shape::Objects { min, fields } => {
            check_items(value, path, &Shape::Object(fields), *min, faults);
        }
        Shape::ObjectOrObjects => match value {
            Value::Object(_) => {}
            Value::Array(_) => check_items(value, path, &Shape::Object(&[]), 0, faults),
            _ => wrong_type(path, "object", faults),
        },
    }
}

fn check_items(value: &Value, path: &str, shape: &Shape, min: usize, faults: &mut Vec<ValidationError>) {
    let Some(items) = value.as_array() else {
        return wrong_type(path, "array", faults);
    };
    if items.len() < min {
        fault(path, &format!("must NOT have fewer than {min} items - limit: {min}"), faults);
    }
    for (at, item) in items.iter().enumerate() {
        check_shape(item, &pointer(path, &at.to_string()), shape, faults);
    }
}

fn check_text<'a>(value: &'a Value, path: &str, faults: &mut Vec<ValidationError>) -> Option<&'a str> {
    if !value.is_string() {
        wrong_type(path, "string", faults);
    }
    value.as_str()
}

fn wrong_type(path: &str, expected: &str, faults: &mut Vec<ValidationError>) {
    fault(path, &format!("must be {expected} - type: {expected}"), faults);
}

fn fault(path: &str, message: &str, faults: &mut Vec<ValidationError>) {
    faults.push(ValidationError { field: path.to_owned(), message: format!("{} {message}", shown(path)) });
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "<root>" } else { path }
}
