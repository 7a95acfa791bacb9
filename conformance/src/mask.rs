//! Replaces what is random on both sides (ids, hashes, dates, keys, tokens, cursors), so that the rest can be compared.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use serde_json::{Map, Value, json};

const RANDOM_KEYS: &[&str] = &[
    "kid",
    "x",
    "y",
    "n",
    "crv",
    "uip",
    "last_heartbeat_at",
    "lastHeartbeatAt",
    "build_timestamp",
    "updated_at",
    "rank",
    "expires_in",
];

fn pattern(text: &str) -> Regex {
    #[expect(clippy::unwrap_used, reason = "the patterns are constants of this file")]
    Regex::new(text).unwrap()
}

static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
static SHA1: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[0-9a-f]{40}\b"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"));
static JWT: LazyLock<Regex> = LazyLock::new(|| pattern(r"<jwt \{.*?\}\}>|eyJ[\w-]+\.eyJ[\w-]+(\.[\w-]*)?"));
static GENERATED: LazyLock<Regex> = LazyLock::new(|| pattern("generated-[0-9a-f]{40}"));
static TEMPORARY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:\{\{tmp\}\}|/tmp|/var/tmp|/var/folders)/[^\s"']*"#));

/// A value with everything random masked; `catalog` is the folder that `{{catalog}}` stands for, empty for the
/// recorded side.
pub fn mask(value: &Value, catalog: &str) -> Value {
    match value {
        Value::Object(map) => Value::Object(mask_object(map, catalog)),
        Value::Array(items) => Value::Array(items.iter().map(|item| mask(item, catalog)).collect()),
        Value::String(text) => mask_text(text, catalog),
        other => other.clone(),
    }
}

fn mask_object(map: &Map<String, Value>, catalog: &str) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in map {
        let masked = match value {
            Value::String(_) if key == "etag" => json!("<etag>"),
            _ if RANDOM_KEYS.contains(&key.as_str()) => json!("<random>"),
            // Python rounds halves to even; a quotient of exactly .5 does not occur in the recordings.
            Value::Number(seconds) if key == "expiresInSeconds" => {
                json!((seconds.as_f64().unwrap_or_default() / 360.0).round_ties_even() * 360.0)
            }
            other => mask(other, catalog),
        };
        out.insert(key.clone(), masked);
    }
    if let Some(Value::Array(relations)) = out.get_mut("relations") {
        multiset(relations);
    }
    if let Some(Value::Object(metadata)) = out.get_mut("metadata") {
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            for value in annotations.values_mut() {
                if let Value::String(text) = value {
                    *text = SHA1.replace_all(text, "<sha1>").into_owned();
                }
            }
        }
        if let Some(Value::String(name)) = metadata.get_mut("name")
            && name.contains("generated-")
        {
            *name = SHA1.replace_all(name, "<sha1>").into_owned();
        }
    }
    out
}

fn mask_text(text: &str, catalog: &str) -> Value {
    if text.len() > 20
        && let Some(cursor) = decode_cursor(text)
    {
        return json!({"<cursor>": mask(&cursor, catalog)});
    }
    let mut text = JWT.replace_all(text, "<jwt>").into_owned();
    if !catalog.is_empty() {
        text = text.replace(catalog, "{{catalog}}");
    }
    text = TEMPORARY.replace_all(&text, "<tmp>").into_owned();
    text = UUID.replace_all(&text, "<uuid>").into_owned();
    if text.contains("{{catalog}}") {
        text = GENERATED.replace_all(&text, "generated-<hash of the target>").into_owned();
    }
    text = DATE.replace_all(&text, "<date>").into_owned();
    Value::String(SHA1.replace_all(&text, "<sha1>").into_owned())
}

/// A base64 JSON object in a string, or nothing.
fn decode_cursor(text: &str) -> Option<Value> {
    let padded = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
    let bytes = STANDARD.decode(padded).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}

/// Sorts a list whose order is left to chance.
pub fn multiset(items: &mut [Value]) {
    items.sort_by_cached_key(sorted_text);
}

/// JSON with sorted keys, to sort by.
fn sorted_text(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut members: Vec<(&String, String)> =
                map.iter().map(|(key, value)| (key, sorted_text(value))).collect();
            members.sort();
            let members: Vec<String> =
                members.into_iter().map(|(key, value)| format!("{}: {value}", json!(key))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(sorted_text).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
