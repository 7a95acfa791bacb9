//! Outputs of actions that don't run in a dry run: examples made from their schema.

use serde_json::{Map, Value, json};

const MAX_DEPTH: usize = 20;

/// An example for each output that the schema names.
pub(super) fn outputs(schema: Option<&Value>) -> Map<String, Value> {
    match schema.map(|schema| example(schema, 0)) {
        Some(Value::Object(outputs)) => outputs,
        _ => Map::new(),
    }
}

fn example(schema: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
        return first.clone();
    }
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    match kind {
        Some("string") => json!("<example>"),
        Some("number" | "integer") => json!(0),
        Some("boolean") => json!(false),
        Some("array") => {
            schema.get("items").map_or_else(|| json!([]), |items| json!([example(items, depth + 1)]))
        }
        Some("null") => Value::Null,
        _ => match schema.get("properties").and_then(Value::as_object) {
            Some(properties) => {
                properties.iter().map(|(name, schema)| (name.clone(), example(schema, depth + 1))).collect()
            }
            None if kind == Some("object") => json!({}),
            None => json!("<unknown>"),
        },
    }
}
