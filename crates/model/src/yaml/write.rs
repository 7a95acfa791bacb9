//! Writes a JSON value as YAML for people to read: block style, two spaces, quotes only where they are needed.

use serde_json::{Map, Value};

use super::scalar::is_text;

/// The value as a YAML document that [`super::parse_one`] reads back to an equal value. Ends with a line break.
pub fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => list(items, 0, &mut out),
        other => {
            inline(other, 0, &mut out);
        }
    }
    out
}

/// A value on one line, for keys that are not text.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(key, field)| match field {
                    Value::Null => quoted_if_needed(key),
                    _ => format!("{}: {}", quoted_if_needed(key), flow(field)),
                })
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => {
            format!("[ {} ]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => quoted_if_needed(text),
        other => other.to_string(),
    }
}

fn mapping(map: &Map<String, Value>, indent: usize, out: &mut String) {
    for (at, (key, value)) in map.iter().enumerate() {
        if at > 0 {
            pad(indent, out);
        }
        out.push_str(&quoted_if_needed(key));
        out.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                pad(indent + 2, out);
                mapping(map, indent + 2, out);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                pad(indent + 2, out);
                list(items, indent + 2, out);
            }
            other => {
                out.push(' ');
                inline(other, indent + 2, out);
            }
        }
    }
}

fn list(items: &[Value], indent: usize, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            pad(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => mapping(map, indent + 2, out),
            Value::Array(items) if !items.is_empty() => list(items, indent + 2, out),
            other => inline(other, indent + 2, out),
        }
    }
}

fn inline(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if fits_block(text) => block(text, indent, out),
        other => {
            out.push_str(&flow(other));
            out.push('\n');
        }
    }
}

/// Text of several lines that a literal block gives back unchanged.
fn fits_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.contains(|c: char| (c.is_control() && c != '\n' && c != '\t') || is_odd(c))
}

fn block(text: &str, indent: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    let indent = indent.max(2);
    for line in body.split('\n') {
        if !line.is_empty() {
            pad(indent, out);
        }
        out.push_str(line);
        out.push('\n');
    }
    for _ in 1..text.len() - body.len() {
        out.push('\n');
    }
}

fn quoted_if_needed(text: &str) -> String {
    if is_safe_plain(text) { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

/// Stricter than YAML: what could be taken for anything but text, here or by another parser, is quoted.
fn is_safe_plain(text: &str) -> bool {
    let risky_start = |c: char| c.is_whitespace() || "-?:,[]{}#&*!|>'\"%@`=<~".contains(c);
    !text.is_empty()
        && !text.starts_with(risky_start)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(|c: char| c.is_control() || ",[]{}".contains(c) || is_odd(c))
        && !matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n")
        && !text.starts_with("...")
        && is_text(text)
}

fn is_odd(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
