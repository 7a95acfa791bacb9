//! The output of a task.

use serde_json::{Map, Value};

use super::conditions::truthy;
use super::render::Renderer;

/// Renders `spec.output`. Links and texts whose `if` is falsy go, and so does `if` itself.
pub(super) fn output(renderer: &Renderer, output: &Value, context: &Value) -> Value {
    let Some(Value::Object(rendered)) = renderer.value(output, context) else {
        return Value::Object(Map::new());
    };
    let member = |(name, value): (String, Value)| match value {
        Value::Array(items) if name == "links" || name == "text" => {
            (name, Value::Array(items.into_iter().filter_map(shown).collect()))
        }
        value => (name, value),
    };
    rendered.into_iter().map(member).collect()
}

fn shown(item: Value) -> Option<Value> {
    match item {
        Value::Object(mut members) => match members.shift_remove("if") {
            Some(condition) if !truthy(Some(&condition)) => None,
            _ => Some(Value::Object(members)),
        },
        other => Some(other),
    }
}
