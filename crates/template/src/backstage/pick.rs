//! `pick`: a member deep inside of a value, by a path.

use crate::native::Native;
use crate::syntax::is_reserved;

/// What stands at a path, as lodash's `get` finds it: `a.b[0]['c']`, or a list of keys. A third argument stands in for
/// what is missing.
///
/// # Errors
///
/// When the path leads to a function of JavaScript's own.
pub fn pick(value: &Native, path: &Native, otherwise: &Native) -> Result<Native, String> {
    let keys = match path {
        Native::Array(keys) => keys.iter().map(key).collect(),
        other => {
            let whole = key(other);
            // A key of that very name comes before the path that it could be.
            if member(value, &whole).is_some() { vec![whole] } else { parse(&whole) }
        }
    };
    let mut current = value.clone();
    if keys.is_empty() {
        return Ok(otherwise.clone());
    }
    for key in &keys {
        if !matches!(current, Native::Object(_) | Native::Undefined | Native::Null)
            && (is_reserved(key) || is_method(&current, key))
        {
            return Err(format!("{key} is no value that a template may have"));
        }
        match member(&current, key) {
            Some(found) => current = found,
            None => return Ok(otherwise.clone()),
        }
    }
    Ok(if current == Native::Undefined { otherwise.clone() } else { current })
}

fn key(value: &Native) -> String {
    match value {
        Native::Undefined => "undefined".to_owned(),
        Native::Null => "null".to_owned(),
        Native::Bool(value) => value.to_string(),
        Native::Number(value) => crate::js::number_to_string(*value),
        Native::String(text) => text.clone(),
        Native::Array(items) => items.iter().map(key).collect::<Vec<_>>().join(","),
        Native::Object(_) => "[object Object]".to_owned(),
    }
}

fn member(value: &Native, key: &str) -> Option<Native> {
    match value {
        Native::Object(entries) => entries.get(key).cloned(),
        #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
        Native::Array(items) if key == "length" => Some(Native::Number(items.len() as f64)),
        Native::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index).cloned()),
        #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
        Native::String(text) if key == "length" => Some(Native::Number(crate::js::units_len(text) as f64)),
        Native::String(text) => {
            key.parse::<usize>().ok().and_then(|index| crate::js::unit_at(text, index)).map(Native::String)
        }
        _ => None,
    }
}

/// Would JavaScript find a method there? Those are no values of templates.
fn is_method(value: &Native, key: &str) -> bool {
    const OF_ALL: [&str; 6] =
        ["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf"];
    const OF_LISTS: [&str; 12] = [
        "at", "concat", "filter", "find", "includes", "indexOf", "join", "map", "push", "slice", "sort",
        "forEach",
    ];
    const OF_STRINGS: [&str; 10] =
        ["at", "charAt", "concat", "includes", "indexOf", "replace", "slice", "split", "trim", "toUpperCase"];
    OF_ALL.contains(&key)
        || matches!(value, Native::Array(_)) && OF_LISTS.contains(&key)
        || matches!(value, Native::String(_)) && OF_STRINGS.contains(&key)
}

/// The keys of a path, as lodash reads it.
fn parse(path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    if rest.starts_with('.') {
        keys.push(String::new());
    }
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let quoted = inside.chars().next().filter(|quote| *quote == '"' || *quote == '\'');
            let end = match quoted {
                Some(quote) => inside[1..].find(quote).map(|end| end + 1),
                None => inside.find(']'),
            };
            let Some(end) = end else {
                keys.push(inside.to_owned());
                break;
            };
            keys.push(inside[usize::from(quoted.is_some())..end].to_owned());
            rest = inside[end..].trim_start_matches(['"', '\'']).trim_start_matches(']');
        } else {
            let start = rest.strip_prefix('.').unwrap_or(rest);
            let end = start.find(['.', '[']).unwrap_or(start.len());
            if end > 0 || rest.starts_with('.') && (start.is_empty() || start.starts_with('.')) {
                keys.push(start[..end].to_owned());
            }
            rest = &start[end..];
        }
    }
    keys
}
