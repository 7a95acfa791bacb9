//! Writing JSON schemas of inputs and outputs without their ceremony.

use serde_json::{Map, Value, json};

/// An object with these members, of which `required` must be there. Others are let pass, as Backstage does.
pub fn object<'a>(required: &[&str], members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let properties: Map<String, Value> =
        members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A string.
pub fn string(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

/// One of these strings.
pub fn one_of(values: &[&str], description: &str) -> Value {
    json!({"type": "string", "enum": values, "description": description})
}

/// A boolean.
pub fn boolean(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

/// A number.
pub fn number(description: &str) -> Value {
    json!({"type": "number", "description": description})
}

/// A list.
pub fn list(items: Value, description: &str) -> Value {
    json!({"type": "array", "items": items, "description": description})
}

/// A schema with the value that stands in for a missing one.
pub fn with_default(mut schema: Value, value: impl Into<Value>) -> Value {
    schema["default"] = value.into();
    schema
}
