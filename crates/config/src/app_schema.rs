//! The schema that the build of a Backstage app brings along (`.config-schema.json`): which values of plugins that nobody
//! here knows browsers may see.

use serde_json::Value;

use crate::node::Node;

/// How deep references between schemas are followed.
const DEEPEST: usize = 64;
/// Schemas that may count for one value; those of one app are a few dozen.
const MOST: usize = 4_096;

/// The schemas of an app (config-loader 1.11.3, `backstageConfigSchemaVersion` 1).
#[derive(Debug, Clone, Default)]
pub struct AppSchema {
    roots: Vec<Value>,
}

impl AppSchema {
    /// Reads the file's content.
    ///
    /// # Errors
    /// It is no such file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document["backstageConfigSchemaVersion"] != 1 {
            return Err("backstageConfigSchemaVersion is not 1".to_owned());
        }
        let schemas = document["schemas"].as_array().ok_or("it has no list of schemas")?;
        Ok(Self { roots: schemas.iter().map(|schema| schema["value"].clone()).collect() })
    }

    pub(crate) fn root(&self) -> AppKnown<'_> {
        let schemas = self.roots.iter().map(|root| Part { schema: root, root });
        AppKnown { parts: schemas.collect(), deep: None }
    }
}

#[derive(Debug, Clone, Copy)]
struct Part<'s> {
    schema: &'s Value,
    root: &'s Value,
}

/// What the schemas say about one value.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppKnown<'s> {
    parts: Vec<Part<'s>>,
    /// `frontend` or `secret` for everything below.
    deep: Option<&'s str>,
}

/// Who may see a value, as the schemas have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Yes,
    Secret,
    Unsaid,
}

impl<'s> AppKnown<'s> {
    /// The schemas that hold for this value: references and alternatives resolved.
    pub(crate) fn of(self, value: &Value) -> Self {
        let mut parts = Vec::new();
        for part in self.parts {
            expand(part, value, 0, &mut parts);
        }
        let said = parts.iter().filter_map(|part| part.schema["deepVisibility"].as_str());
        let deep = strongest(said.chain(self.deep));
        Self { parts, deep }
    }

    /// As [`Self::of`], for a value of the configuration; where no schema says anything it costs nothing.
    pub(crate) fn of_node(self, node: &Node) -> Self {
        if self.parts.is_empty() { self } else { self.of(&node.to_value()) }
    }

    /// Whether only a rule for everything below some value counts here, and none for exactly this key.
    pub(crate) fn is_wide(&self) -> bool {
        self.deep.is_some() && self.parts.is_empty()
    }

    pub(crate) fn shown(&self) -> Shown {
        let said = self.parts.iter().filter_map(|part| part.schema["visibility"].as_str());
        match strongest(said.chain(self.deep)) {
            Some("secret") => Shown::Secret,
            Some("frontend") => Shown::Yes,
            _ => Shown::Unsaid,
        }
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        self.below(|schema| {
            let own = schema["properties"].get(key);
            let patterned = schema["patternProperties"].as_object().into_iter().flatten();
            let found: Vec<&Value> = match own {
                Some(own) => vec![own],
                // Patterns in use all mean "any key"; the stricter reading of others is to show nothing.
                None => patterned
                    .filter(|(pattern, _)| [".*", ".+", "^.*$", "^.+$"].contains(&pattern.as_str()))
                    .map(|(_, schema)| schema)
                    .chain(schema.get("additionalProperties").filter(|more| more.is_object()))
                    .collect(),
            };
            found
        })
    }

    pub(crate) fn item(&self) -> Self {
        self.below(|schema| schema.get("items").filter(|items| items.is_object()).into_iter().collect())
    }

    fn below(&self, find: impl Fn(&'s Value) -> Vec<&'s Value>) -> Self {
        let parts = self
            .parts
            .iter()
            .flat_map(|part| find(part.schema).into_iter().map(|schema| Part { schema, root: part.root }));
        Self { parts: parts.take(MOST).collect(), deep: self.deep }
    }
}

/// A secret is one whatever else is said.
fn strongest<'s>(said: impl Iterator<Item = &'s str>) -> Option<&'s str> {
    let said: Vec<&str> = said.collect();
    ["secret", "frontend"].into_iter().find(|word| said.contains(word))
}

/// Adds a schema and whatever it refers to, as far as it fits the value.
fn expand<'s>(part: Part<'s>, value: &Value, depth: usize, found: &mut Vec<Part<'s>>) {
    if depth > DEEPEST || found.len() >= MOST || !fits(part.schema, value) {
        return;
    }
    found.push(part);
    let on = |schema: &'s Value| Part { schema, root: part.root };
    if let Some(pointer) = part.schema["$ref"].as_str().and_then(|text| text.strip_prefix('#'))
        && let Some(target) = part.root.pointer(pointer)
    {
        expand(on(target), value, depth + 1, found);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for schema in part.schema[keyword].as_array().into_iter().flatten() {
            expand(on(schema), value, depth + 1, found);
        }
    }
}

/// Whether a schema can be meant for a value: its type, its constants, and those of its members.
fn fits(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    };
    let typed = match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    let constant = |schema: &Value, value: &Value| {
        schema.get("const").is_none_or(|constant| constant == value)
            && schema["enum"].as_array().is_none_or(|words| words.contains(value))
    };
    let members = schema["properties"].as_object().into_iter().flatten();
    typed
        && constant(schema, value)
        && members.into_iter().all(|(key, member)| value.get(key).is_none_or(|value| constant(member, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, frontend_config_with};
    use serde_json::json;

    fn visible(schema: Value, config: Value) -> Value {
        let file = json!({"backstageConfigSchemaVersion": 1, "schemas": [{"value": schema}]});
        let schema = AppSchema::parse(&file.to_string()).expect("a schema");
        frontend_config_with(&Config::from_value(config), &schema)[0]["data"].clone()
    }

    #[test]
    fn a_plugin_that_nobody_knows_shows_what_its_schema_says() {
        let schema = json!({"type": "object", "properties": {"radar": {"type": "object", "properties": {
            "url": {"type": "string", "visibility": "frontend"},
            "token": {"type": "string", "visibility": "secret"},
            "size": {"type": "number"},
            "all": {"type": "object", "deepVisibility": "frontend", "properties": {
                "inner": {"type": "string"}, "hidden": {"type": "string", "visibility": "secret"}}},
        }}}});
        let config = json!({"radar": {"url": "u", "token": "canary", "size": 1, "all": {"inner": "i", "hidden": "canary"}}});
        assert_eq!(visible(schema, config), json!({"radar": {"url": "u", "all": {"inner": "i"}}}));
    }

    #[test]
    fn references_and_alternatives_are_followed_where_they_fit() {
        let schema = json!({"type": "object", "definitions": {"Link": {"type": "string", "visibility": "frontend"}},
        "properties": {"x": {"type": "object", "additionalProperties": {"anyOf": [
            {"$ref": "#/definitions/Link"},
            {"type": "object", "properties": {"kind": {"const": "open"}, "v": {"visibility": "frontend"}}},
            {"type": "object", "properties": {"kind": {"const": "closed"}, "v": {"type": "string"}}},
        ]}}}});
        let config = json!({"x": {"a": "shown", "b": {"kind": "open", "v": "shown"}, "c": {"kind": "closed", "v": "canary"}}});
        assert_eq!(visible(schema, config), json!({"x": {"a": "shown", "b": {"v": "shown"}}}));
    }

    #[test]
    fn what_this_server_knows_as_a_secret_stays_one_whatever_an_app_says() {
        let schema = json!({"type": "object", "deepVisibility": "frontend"});
        let config = json!({"backend": {"baseUrl": "http://b", "cache": {"connection": "canary"}},
            "other": {"apiToken": "canary", "name": "shown"}});
        let text = visible(schema, config).to_string();
        assert!(!text.contains("canary") && text.contains("http://b") && text.contains("shown"), "{text}");
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}});
        assert_eq!(visible(schema, json!({"a": "x"})), json!({}));
    }
}
