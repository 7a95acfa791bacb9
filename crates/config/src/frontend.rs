//! The part of the configuration that browsers get.

use serde_json::{Map, Value, json};

use crate::app_schema::{AppKnown, AppSchema, Shown};
use crate::mask::is_secret;
use crate::node::{Data, Node};
use crate::path::KeyPath;
use crate::reader::Config;
use crate::schema::{self, Known, Visibility};

/// What is written into the page: `[{context, data}]`, environment first (plugin-app-backend 0.5.18).
///
/// Only values whose key the table marks as visible to browsers are in it, whichever source they come from: a variable
/// `APP_CONFIG_…` is no way round that.
pub fn frontend_config(config: &Config) -> Value {
    frontend_config_with(config, &AppSchema::default())
}

/// As [`frontend_config`], with what the schema of a built app shows besides. What the table has as a secret, or sounds
/// like one under a key that only a wide rule of the app covers, stays hidden.
pub fn frontend_config_with(config: &Config, app: &AppSchema) -> Value {
    let visible = |node: &Node| {
        filter(node, &KeyPath::default(), schema::root(), &app.root()).unwrap_or_else(|| json!({}))
    };
    let env = config.env_node().map(|node| json!({ "context": "env", "data": visible(node) }));
    let shown = json!({ "context": "app", "data": visible(config.node()) });
    Value::Array(env.into_iter().chain([shown]).collect())
}

/// The visible part of a value. Objects and arrays stay if something in them is visible or they are themselves; null
/// and hidden items vanish.
fn filter(node: &Node, path: &KeyPath, known: Known<'_>, app: &AppKnown<'_>) -> Option<Value> {
    // Schemas choose between alternatives by the whole value.
    let app = app.clone().of_node(node);
    let visible = match (known.stated_visibility(), app.shown()) {
        (Some(Visibility::Secret), _) | (_, Shown::Secret) => false,
        (Some(Visibility::Frontend), _) => true,
        (_, Shown::Yes) => !(app.is_wide() && is_secret(path, known, node)),
        _ => false,
    };
    match &node.data {
        Data::Null => None,
        Data::Map(map) => {
            let below = |(key, child): (&String, &Node)| {
                Some((key.clone(), filter(child, &path.key(key), known.key(key), &app.key(key))?))
            };
            let data: Map<String, Value> = map.iter().filter_map(below).collect();
            (visible || !data.is_empty()).then_some(Value::Object(data))
        }
        Data::List(items) => {
            let below = app.item();
            let of =
                |(index, item): (usize, &Node)| filter(item, &path.index(index), known.item_of(item), &below);
            let data: Vec<Value> = items.iter().enumerate().filter_map(of).collect();
            (visible || !data.is_empty()).then_some(Value::Array(data))
        }
        _ => visible.then(|| node.to_value()),
    }
}
