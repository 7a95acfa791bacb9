//! `${NAME}` in strings.

use std::collections::BTreeMap;

/// What became of a string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Substituted {
    /// Nothing to replace.
    Unchanged,
    /// The new text, and the placeholders whose variable was read.
    Text { text: String, via: Vec<String> },
    /// A variable is not set and has no default: the value vanishes.
    Unset { variable: String },
}

/// Replaces `${NAME}` by the variable, `${NAME:-default}` by the default if the variable is unset or empty, and
/// `$${…}` by `${…}`. One variable that is unset, or a default that is empty, makes the whole value vanish
/// (config-loader 1.11.3).
pub(super) fn substitute(text: &str, env: &BTreeMap<String, String>) -> Substituted {
    let mut out = String::new();
    let mut via = Vec::new();
    let mut rest = text;
    let mut changed = false;
    while let Some((before, placeholder, after)) = next_placeholder(rest) {
        changed = true;
        rest = after;
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            out.push_str(placeholder);
            out.push('}');
            continue;
        }
        out.push_str(before);
        let (name, default) = match placeholder.split_once(":-") {
            Some((name, default)) => (name.trim(), Some(default)),
            None => (placeholder.trim(), None),
        };
        match (variable(env, name), default) {
            (Some(value), Some(default)) if value.is_empty() && !default.is_empty() => out.push_str(default),
            (Some(""), Some(_)) => return Substituted::Unset { variable: name.to_owned() },
            (Some(value), _) => {
                via.push(format!("${{{name}}}"));
                out.push_str(value);
            }
            (None, Some(default)) if !default.is_empty() => out.push_str(default),
            (None, _) => return Substituted::Unset { variable: name.to_owned() },
        }
    }
    if !changed {
        return Substituted::Unchanged;
    }
    out.push_str(rest);
    Substituted::Text { text: out, via }
}

/// A variable as substitution sees it: trimmed.
pub(super) fn variable<'a>(env: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    env.get(name).map(|value| value.trim())
}

/// Splits at the first `${…}` whose inside has no brace.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("${") {
        let start = from + found;
        let inside = &text[start + 2..];
        let end = inside.find(['{', '}'])?;
        if inside[end..].starts_with('}') {
            return Some((&text[..start], &inside[..end], &inside[end + 1..]));
        }
        from = start + 2;
    }
    None
}
