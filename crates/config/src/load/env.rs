//! Configuration from `APP_CONFIG_*` environment variables (config-loader 1.11.3).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::error::ConfigError;
use crate::node::{Data, Map, Node, Origin};
use crate::path::is_valid_part;

const PREFIX: &str = "APP_CONFIG_";
/// How deep a name may reach.
const MAX_PARTS: usize = 100;

/// The tree that the variables make, or `None` if there are none. Empty variables count as unset.
/// `APP_CONFIG_app_title=x` sets `app.title`; a value is JSON if it parses as JSON, else text as it stands.
///
/// # Errors
/// A name that is no key, the value `null`, or two variables of which one needs an object where the other puts a value.
pub(super) fn read(env: &BTreeMap<String, String>) -> Result<Option<Node>, ConfigError> {
    let mut root = None;
    for (name, text) in env {
        let Some(key) = name.strip_prefix(PREFIX) else { continue };
        if text.is_empty() {
            continue;
        }
        let origin = Origin::without_line(format!("env {name}"));
        let parts: Vec<&str> = key.split('_').collect();
        if parts.len() > MAX_PARTS {
            return Err(ConfigError::source(origin, format!("the name has more than {MAX_PARTS} parts")));
        }
        if let Some(bad) = parts.iter().find(|part| !is_valid_part(part)) {
            let message = format!(
                "{bad:?} cannot be part of a key; after {PREFIX} come the parts of a key, joined by single underscores"
            );
            return Err(ConfigError::source(origin, message));
        }
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()));
        if value.is_null() {
            return Err(ConfigError::source(origin, "the value may not be null"));
        }
        let root: &mut Node = root.get_or_insert_with(|| Node::empty_map(Origin::without_line("env")));
        insert(root, &parts, Node::from_value(value, &origin), &origin)?;
    }
    Ok(root)
}

fn insert(parent: &mut Node, parts: &[&str], value: Node, origin: &Origin) -> Result<(), ConfigError> {
    let conflict = |place: &Origin| {
        let message = format!("needs an object where {place} sets a value; use one of the two");
        ConfigError::source(origin.clone(), message)
    };
    let above = parent.origin.clone();
    let Data::Map(map) = &mut parent.data else { return Err(conflict(&above)) };
    let map: &mut Map = Arc::make_mut(map);
    match parts {
        [] => Ok(()),
        [last] => match map.get(*last) {
            Some(existing) => Err(ConfigError::source(
                origin.clone(),
                format!("sets a key that {} sets already; use one of the two", existing.origin),
            )),
            None => {
                map.insert((*last).to_owned(), value);
                Ok(())
            }
        },
        [first, rest @ ..] => {
            let child = map.entry((*first).to_owned()).or_insert_with(|| Node::empty_map(origin.clone()));
            insert(child, rest, value, origin)
        }
    }
}
