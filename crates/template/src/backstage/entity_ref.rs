//! `parseEntityRef`: `component:default/name` in its parts.

use indexmap::IndexMap;

use crate::native::Native;

/// Takes an entity reference apart. It may be text or a record with kind, namespace and name; the second argument may
/// have `defaultKind` and `defaultNamespace`.
///
/// # Errors
///
/// When it is no reference, or has no kind.
pub fn parse_entity_ref(reference: &Native, context: &Native) -> Result<Native, String> {
    let default = |name: &str| match context {
        Native::Object(entries) => match entries.get(name) {
            Some(Native::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let (kind, namespace, name) = match reference {
        Native::String(text) if !text.is_empty() => split(text)?,
        Native::Object(entries) => {
            let part = |name: &str| match entries.get(name) {
                Some(Native::String(text)) if !text.is_empty() => Some(text.clone()),
                _ => None,
            };
            (part("kind"), part("namespace"), part("name").unwrap_or_default())
        }
        _ => return Err("an entity reference must not be empty".to_owned()),
    };
    let Some(kind) = kind.or_else(|| default("defaultKind")) else {
        return Err(format!(
            "the entity reference {name} has no kind; write one, as in component:{name}, or give a defaultKind"
        ));
    };
    let namespace = namespace.or_else(|| default("defaultNamespace")).unwrap_or_else(|| "default".to_owned());
    if name.is_empty() {
        return Err("the entity reference has no name".to_owned());
    }
    let mut parts = IndexMap::new();
    parts.insert("kind".to_owned(), Native::String(kind));
    parts.insert("namespace".to_owned(), Native::String(namespace));
    parts.insert("name".to_owned(), Native::String(name));
    Ok(Native::Object(parts))
}

type Parts = (Option<String>, Option<String>, String);

/// A colon behind the slash belongs to the name.
fn split(text: &str) -> Result<Parts, String> {
    let slash = text.find('/');
    let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
    let kind = colon.map(|colon| text[..colon].to_owned());
    let rest = &text[colon.map_or(0, |colon| colon + 1)..];
    let (namespace, name) = match rest.split_once('/') {
        Some((namespace, name)) => (Some(namespace.to_owned()), name),
        None => (None, rest),
    };
    if kind.as_deref() == Some("") || namespace.as_deref() == Some("") || name.is_empty() {
        return Err(format!("{text:?} is not an entity reference; one looks like [kind:][namespace/]name"));
    }
    Ok((kind, namespace, name.to_owned()))
}
