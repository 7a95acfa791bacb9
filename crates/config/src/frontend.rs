//! The part of the configuration that browsers get.

use serde_json::{Map, Value, json};

use crate::node::{Data, Node};
use crate::reader::Config;
use crate::schema::{self, Known, Visibility};

/// What is written into the page: `[{context, data}]`, environment first (plugin-app-backend 0.5.18).
///
/// Only values whose key the table marks as visible to browsers are in it, whichever source they come from: a variable
/// `APP_CONFIG_…` is no way round that.
pub fn frontend_config(config: &Config) -> Value {
    let visible = |node: &Node| filter(node, schema::root()).unwrap_or_else(|| json!({}));
    let env = config.env_node().map(|node| json!({ "context": "env", "data": visible(node) }));
    let app = json!({ "context": "app", "data": visible(config.node()) });
    Value::Array(env.into_iter().chain([app]).collect())
}

/// The visible part of a value. Objects and arrays stay if something in them is visible or they are themselves; null
/// and hidden items vanish.
fn filter(node: &Node, known: Known<'_>) -> Option<Value> {
    let visible = known.visibility() == Visibility::Frontend;
    match &node.data {
        Data::Null => None,
        Data::Map(map) => {
            let data: Map<String, Value> = map
                .iter()
                .filter_map(|(key, child)| Some((key.clone(), filter(child, known.key(key))?)))
                .collect();
            (visible || !data.is_empty()).then_some(Value::Object(data))
        }
        Data::List(items) => {
            let data: Vec<Value> =
                items.iter().filter_map(|item| filter(item, known.item_of(item))).collect();
            (visible || !data.is_empty()).then_some(Value::Array(data))
        }
        _ => visible.then(|| node.to_value()),
    }
}
