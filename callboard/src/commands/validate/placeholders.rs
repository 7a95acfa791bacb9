//! Fills placeholders (`$text`, `$json`, `$yaml`, `$openapi`, `$asyncapi`) for an offline check: a relative path must
//! name a file beside the one that is checked; a URL is taken on trust.

use std::path::Path;

use serde_json::Value;

const KEYS: [&str; 5] = ["$text", "$json", "$yaml", "$openapi", "$asyncapi"];

/// Replaces the placeholders of a document; returns the field and message of each that cannot be filled.
pub(crate) fn fill(value: &mut Value, file: &Path) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    walk(value, "", file, &mut faults);
    faults
}

fn walk(value: &mut Value, at: &str, file: &Path, faults: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            if let (1, Some((key, target))) = (map.len(), map.iter().next())
                && KEYS.contains(&key.as_str())
            {
                if let Err(message) = check(key, target, file) {
                    faults.push((at.to_owned(), message));
                }
                *value = Value::String(format!("content of {key}"));
                return;
            }
            for (key, member) in map {
                let step = key.replace('~', "~0").replace('/', "~1");
                walk(member, &format!("{at}/{step}"), file, faults);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter_mut().enumerate() {
                walk(item, &format!("{at}/{position}"), file, faults);
            }
        }
        _ => {}
    }
}

fn check(key: &str, target: &Value, file: &Path) -> Result<(), String> {
    let Some(target) = target.as_str() else {
        return Err(format!("{key} wants a URL or a path as a string"));
    };
    if target.contains("://") {
        return Ok(());
    }
    let path = file.parent().unwrap_or(Path::new("")).join(target);
    if path.is_file() { Ok(()) } else { Err(format!("{key}: there is no file {}", path.display())) }
}
