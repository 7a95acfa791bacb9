//! From the bytes of a source to entities, off the async threads when there is much to do.

use bytes::Bytes;
use callboard_model::yaml::Document;
use callboard_model::{LocationRef, policy, yaml};
use serde_json::Value;

use super::failure::Failure;
use super::limits::PARSE_INLINE_BYTES;

/// The documents of one source and what is wrong with the others.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) entities: Vec<Value>,
    pub(super) failures: Vec<Failure>,
}

/// Parses a source that was read at `location`.
pub(super) async fn parse(body: Bytes, location: &LocationRef) -> Parsed {
    if body.len() < PARSE_INLINE_BYTES {
        return parse_now(&body, location);
    }
    let place = location.clone();
    match tokio::task::spawn_blocking(move || parse_now(&body, &place)).await {
        Ok(parsed) => parsed,
        Err(_) => Parsed {
            failures: vec![
                Failure::general(format!(
                    "The parser failed on {location}; the server's log has the details"
                ))
                .at(location.target.clone()),
            ],
            ..Parsed::default()
        },
    }
}

fn parse_now(body: &[u8], location: &LocationRef) -> Parsed {
    let mut parsed = Parsed::default();
    let text = String::from_utf8_lossy(body);
    for document in yaml::parse_documents(&text, &yaml::Limits::default()) {
        match document {
            Ok(document) if document.value.is_object() => match policy::check_envelope(&document.value) {
                Ok(()) => parsed.entities.push(document.value),
                Err(faults) => {
                    let failure = Failure::fault("TypeError", &faults);
                    parsed.failures.push(failure.at(place(
                        &document,
                        &text,
                        &faults.first().field,
                        location,
                    )));
                }
            },
            Ok(document) if document.value.is_null() => {}
            Ok(document) => parsed.failures.push(
                Failure::general(format!("Expected object at root, got {}", type_name(&document.value)))
                    .at(place(&document, &text, "", location)),
            ),
            Err(error) => {
                let at = format!("{}:{}:{}", location.target, error.position.line, error.position.column);
                parsed.failures.push(Failure::general(format!("YAML error at {location}, {error}")).at(at));
            }
        }
    }
    parsed
}

/// `file:line:column` of a field of a document.
pub(super) fn place(document: &Document, text: &str, field: &str, location: &LocationRef) -> String {
    match document.position(text, field) {
        Some(position) => format!("{}:{}:{}", location.target, position.line, position.column),
        None => format!("{}:{}", location.target, document.line),
    }
}

/// The type of a value as JavaScript's `typeof` and Backstage's errors name it.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Null | Value::Object(_) => "object",
    }
}
