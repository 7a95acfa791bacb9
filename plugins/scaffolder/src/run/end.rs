//! The output of a task.

use serde_json::{Map, Value};

use super::conditions::truthy;
use super::render::Renderer;

/// Renders `spec.output`. Links and texts whose `if` is falsy go, and so does `if` itself.
pub(super) fn output(renderer: &Renderer, output: &Value, context: &Value) -> Value {
    let Some(members) = output.as_object() else { return Value::Object(Map::new()) };
    let mut rendered = Map::new();
    for (name, value) in members {
        let value = match value {
            // Looked at before rendering: a condition that is undefined would no longer be there afterwards.
            Value::Array(items) if name == "links" || name == "text" => {
                let shown = items.iter().filter_map(|item| shown(renderer, item, context));
                Some(shown.collect())
            }
            value => renderer.value(value, context),
        };
        if let Some(value) = value {
            rendered.insert(name.clone(), value);
        }
    }
    Value::Object(rendered)
}

fn shown(renderer: &Renderer, item: &Value, context: &Value) -> Option<Value> {
    let mut item = item.clone();
    if let Some(condition) = item.as_object_mut().and_then(|members| members.shift_remove("if"))
        && !truthy(renderer.value(&condition, context).as_ref())
    {
        return None;
    }
    renderer.value(&item, context)
}
