//! What differs between two JSON values, one line for each place.

use serde_json::{Value, json};

use crate::mask::multiset;

/// The differences, each beginning with a JSON pointer.
pub fn differences(want: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(want, got, "", &mut found);
    found
}

fn walk(want: &Value, got: &Value, at: &str, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            let mut keys: Vec<&String> = want.keys().chain(got.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                match (want.get(key), got.get(key)) {
                    (Some(want), Some(got)) => walk(want, got, &format!("{at}/{key}"), found),
                    (Some(want), None) => found.push(format!("{at}/{key}: missing (want {})", short(want))),
                    (None, Some(got)) => found.push(format!("{at}/{key}: not expected ({})", short(got))),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(want), Value::Array(got)) => {
            if want.len() != got.len() {
                found.push(format!("{at}: {} items wanted, {} came", want.len(), got.len()));
            }
            for (position, (want, got)) in want.iter().zip(got).enumerate() {
                walk(want, got, &format!("{at}/{position}"), found);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        _ if want == got => {}
        _ => found.push(format!("{at}: want {}, got {}", short(want), short(got))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}

/// The same value with every list in a fixed order.
pub fn any_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), any_order(value))).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(any_order).collect();
            multiset(&mut items);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// The same value without some keys, at any depth.
pub fn without(value: &Value, keys: &[String]) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(key, _)| !keys.contains(key))
                .map(|(key, value)| (key.clone(), without(value, keys)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| without(item, keys)).collect()),
        other => other.clone(),
    }
}

/// Only the shape: keys, lengths of lists, types. For answers of which chance picks the page.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.contains_key("items") => json!({
            "items": map["items"].as_array().map(Vec::len),
            "totalItems": map.get("totalItems"),
            "pageInfo": map.get("pageInfo").and_then(Value::as_object).map(|info| {
                let mut keys: Vec<&String> = info.keys().collect();
                keys.sort();
                keys
            }),
        }),
        other => types(other),
    }
}

fn types(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), types(value))).collect())
        }
        Value::Array(items) => json!([items.len()]),
        Value::String(_) => json!("string"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("boolean"),
        Value::Null => json!("null"),
    }
}
