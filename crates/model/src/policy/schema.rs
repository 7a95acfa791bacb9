//! Tables of fields and the one check that reads them: the part of JSON schema that entities need. Faults are worded
//! like those of the JSON schema validator that Backstage uses, `/spec must have required property 'owner' - …`.

use serde_json::{Map, Value};

use crate::validation::{Faults, ValidationError, pointer};

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
    /// A list of strings, possibly empty ones.
    TextList,
    /// An object whose values are strings.
    TextMap,
    Object(&'static [Field]),
    /// A list of at least `min` objects.
    Objects {
        min: usize,
        fields: &'static [Field],
    },
    /// An object whose fields beside those of the table are strings.
    ObjectAndTexts(&'static [Field]),
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
    faults: &mut Found,
) {
    let Some(map) = value.as_object() else {
        return wrong_type(path, "object", faults);
    };
    for field in fields.iter().filter(|field| field.required && !map.contains_key(field.name)) {
        let name = field.name;
        let text = format!("must have required property '{name}'");
        faults.add(path, pointer(path, name), &text, "missingProperty", name);
    }
    for extra in only.map(|known| foreign(map, known)).into_iter().flatten() {
        let text = "must NOT have additional properties";
        faults.add(path, pointer(path, extra), text, "additionalProperty", extra);
    }
    for field in fields {
        if let Some(value) = map.get(field.name).filter(|value| !fits_at_once(value, &field.shape)) {
            check_shape(value, &pointer(path, field.name), &field.shape, faults);
        }
    }
}

fn foreign<'a>(map: &'a Map<String, Value>, known: &[&str]) -> Vec<&'a str> {
    map.keys().map(String::as_str).filter(|key| !known.contains(key)).collect()
}

/// The usual case, decided before a path is made for a message that nobody will read.
fn fits_at_once(value: &Value, shape: &Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text => value.is_string(),
        Shape::NonEmpty => value.as_str().is_some_and(|text| !text.is_empty()),
        _ => false,
    }
}

fn check_shape(value: &Value, path: &str, shape: &Shape, faults: &mut Found) {
    match shape {
        Shape::Any => {}
        Shape::Text => {
            check_text(value, path, faults);
        }
        Shape::NonEmpty => {
            if check_text(value, path, faults) == Some("") {
                faults.at(path, "must NOT have fewer than 1 characters", "limit", "1");
            }
        }
        Shape::AtMost(limit) => {
            if check_text(value, path, faults).is_some_and(|text| text.chars().count() > *limit) {
                faults.at(
                    path,
                    &format!("must NOT have more than {limit} characters"),
                    "limit",
                    &limit.to_string(),
                );
            }
        }
        Shape::Word => {
            let word =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if check_text(value, path, faults).is_some_and(|text| !word(text)) {
                faults.at(path, "must match pattern \"^\\w+$\"", "pattern", "^\\w+$");
            }
        }
        Shape::OneOf(allowed) => {
            if check_text(value, path, faults).is_some_and(|text| !allowed.contains(&text)) {
                let text = "must be equal to one of the allowed values";
                faults.at(path, text, "allowedValues", &allowed.join(","));
            }
        }
        Shape::TextOrBool => {
            if !value.is_string() && !value.is_boolean() {
                wrong_type(path, "string,boolean", faults);
            }
        }
        Shape::NonEmptyList => check_items(value, path, &Shape::NonEmpty, 0, faults),
        Shape::TextList => check_items(value, path, &Shape::Text, 0, faults),
        Shape::TextMap => match value.as_object() {
            None => wrong_type(path, "object", faults),
            Some(map) => {
                for (key, value) in map.iter().filter(|(_, value)| !value.is_string()) {
                    check_text(value, &pointer(path, key), faults);
                }
            }
        },
        Shape::Object(fields) => check_object(value, path, fields, None, faults),
        Shape::Objects { min, fields } => {
            check_items(value, path, &Shape::Object(fields), *min, faults);
        }
        Shape::ObjectAndTexts(fields) => {
            check_object(value, path, fields, None, faults);
            for (key, value) in value.as_object().into_iter().flatten() {
                if fields.iter().all(|field| field.name != key) {
                    check_text(value, &pointer(path, key), faults);
                }
            }
        }
        Shape::ObjectOrObjects => {
            let objects = value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
            if !value.is_object() && !objects {
                wrong_type(path, "object", faults);
            }
        }
    }
}

fn check_items(value: &Value, path: &str, shape: &Shape, min: usize, faults: &mut Found) {
    let Some(items) = value.as_array() else {
        return wrong_type(path, "array", faults);
    };
    if items.len() < min {
        faults.at(path, &format!("must NOT have fewer than {min} items"), "limit", &min.to_string());
    }
    for (at, item) in items.iter().enumerate() {
        if !fits_at_once(item, shape) {
            check_shape(item, &format!("{path}/{at}"), shape, faults);
        }
    }
}

fn check_text<'a>(value: &'a Value, path: &str, faults: &mut Found) -> Option<&'a str> {
    if !value.is_string() {
        wrong_type(path, "string", faults);
    }
    value.as_str()
}

fn wrong_type(path: &str, expected: &str, faults: &mut Found) {
    faults.at(path, &format!("must be {expected}"), "type", expected);
}

/// Collects faults. Some stages of Backstage show the detail behind a fault, `- limit: 1`, others do not.
pub(crate) struct Found {
    list: Vec<ValidationError>,
    with_details: bool,
}

impl Found {
    pub(crate) fn with_details() -> Self {
        Self { list: Vec::new(), with_details: true }
    }

    pub(super) fn without_details() -> Self {
        Self { list: Vec::new(), with_details: false }
    }

    pub(crate) fn check(self) -> Result<(), Faults> {
        Faults::check(self.list)
    }

    fn at(&mut self, path: &str, text: &str, detail: &str, value: &str) {
        self.add(path, path.to_owned(), text, detail, value);
    }

    /// `path` is what the message names, `field` what is at fault: they differ where a field is missing.
    fn add(&mut self, path: &str, field: String, text: &str, detail: &str, value: &str) {
        let path = if path.is_empty() { "<root>" } else { path };
        let message = if self.with_details {
            format!("{path} {text} - {detail}: {value}")
        } else {
            format!("{path} {text}")
        };
        self.list.push(ValidationError { field, message });
    }
}
