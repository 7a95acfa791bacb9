//! The configuration as text for people: every value with its origin, secrets masked.

use std::fmt::Write;

use crate::mask;
use crate::node::{Data, Node, Origin};
use crate::path::KeyPath;
use crate::reader::Config;
use crate::schema::{self, Known};

/// What stands in place of a secret.
const MASK: &str = "<secret>";

/// The merged configuration as YAML, with the origin of each value as a comment behind it and `<secret>` in place of
/// secrets. What is absent because a variable is not set is listed at the end.
pub fn print(config: &Config) -> String {
    let mut out = String::new();
    match &config.node().data {
        Data::Map(map) if map.is_empty() => out.push_str("{}\n"),
        _ => children(&mut out, config.node(), &KeyPath::default(), schema::root(), 0),
    }
    if !config.left_out().is_empty() {
        out.push_str("# Absent because a variable is not set:\n");
        for left_out in config.left_out() {
            let _ = writeln!(out, "# {}: {} ({})", left_out.key, left_out.variable, left_out.origin);
        }
    }
    out
}

fn children(out: &mut String, node: &Node, path: &KeyPath, known: Known<'_>, depth: usize) {
    match &node.data {
        Data::Map(map) => {
            for (key, child) in map.iter() {
                indent(out, depth);
                out.push_str(&scalar(key));
                out.push(':');
                value(out, child, &path.key(key), known.key(key), depth + 1);
            }
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                indent(out, depth);
                out.push('-');
                value(out, item, &path.index(index), known.item_of(item), depth + 1);
            }
        }
        _ => {}
    }
}

fn value(out: &mut String, node: &Node, path: &KeyPath, known: Known<'_>, depth: usize) {
    let text = match &node.data {
        Data::Map(map) if map.is_empty() => "{}".to_owned(),
        Data::List(items) if items.is_empty() => "[]".to_owned(),
        Data::Map(_) | Data::List(_) => {
            out.push('\n');
            return children(out, node, path, known, depth);
        }
        _ if mask::is_secret(path, known, node) => scalar(MASK),
        Data::Text(text) => scalar(text),
        _ => node.to_value().to_string(),
    };
    let _ = writeln!(out, " {text} # {}", origin(&node.origin));
}

fn origin(origin: &Origin) -> String {
    match &origin.via {
        Some(via) => format!("{origin} from {}", one_line(via)),
        None => origin.to_string(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// A text as YAML: plain if nobody can read it as something else, else in double quotes as JSON writes it.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@".contains(c))
        && !text.ends_with(':')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
