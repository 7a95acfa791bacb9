//! The permission rules of `catalog-entity` resources, each turned into a filter (contract: catalog-backend 4.0.0,
//! built-in rules). A decision with conditions thereby becomes part of the query itself.

use callboard_kit::permission::Condition;
use callboard_model::filter::Filter;
use serde_json::{Map, Value, json};

use super::permissions::CATALOG_ENTITY;

/// How deep conditions may be nested.
const MAX_DEPTH: usize = 32;

/// Why a condition can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    /// There is no such rule.
    #[error("Permission rule '{rule}' does not exist for resource type '{CATALOG_ENTITY}'")]
    UnknownRule {
        /// As asked for.
        rule: String,
    },
    /// The condition is about other resources.
    #[error("Unexpected resource types: {0}.")]
    ResourceType(String),
    /// The parameters are not what the rule takes.
    #[error("Parameters to rule {rule} are invalid: {reason}")]
    Parameters {
        /// The rule.
        rule: String,
        /// What is wrong.
        reason: String,
    },
    /// `allOf` or `anyOf` without parts, which no policy means.
    #[error("A condition of allOf or anyOf needs at least one part")]
    Empty,
    /// Too deep.
    #[error("Conditions may be nested {MAX_DEPTH} deep at most")]
    Depth,
}

/// The filter that a condition stands for.
pub(crate) fn to_filter(condition: &Condition) -> Result<Filter, RuleError> {
    filter_of(condition, 0)
}

fn filter_of(condition: &Condition, depth: usize) -> Result<Filter, RuleError> {
    if depth > MAX_DEPTH {
        return Err(RuleError::Depth);
    }
    let list = |parts: &[Condition]| match parts {
        [] => Err(RuleError::Empty),
        parts => parts.iter().map(|part| filter_of(part, depth + 1)).collect::<Result<Vec<_>, _>>(),
    };
    match condition {
        Condition::AllOf { all_of } => Ok(Filter::All(list(all_of)?)),
        Condition::AnyOf { any_of } => Ok(Filter::Any(list(any_of)?)),
        Condition::Not { not } => Ok(Filter::Not(Box::new(filter_of(not, depth + 1)?))),
        Condition::Rule { resource_type, .. } if resource_type != CATALOG_ENTITY => {
            Err(RuleError::ResourceType(resource_type.clone()))
        }
        Condition::Rule { rule, params, .. } => rule_filter(rule, params),
    }
}

fn rule_filter(rule: &str, params: &Value) -> Result<Filter, RuleError> {
    let params = Params::of(rule, params)?;
    match rule {
        "HAS_ANNOTATION" => params.key_and_value("annotation", "metadata.annotations"),
        "HAS_LABEL" => params.key_and_value("label", "metadata.labels"),
        "HAS_METADATA" => params.key_and_value("key", "metadata"),
        "HAS_SPEC" => params.key_and_value("key", "spec"),
        "IS_ENTITY_KIND" => params.one_of("kinds", "kind"),
        "IS_ENTITY_OWNER" => params.one_of("claims", "relations.ownedby"),
        _ => Err(RuleError::UnknownRule { rule: rule.to_owned() }),
    }
}

struct Params<'a> {
    rule: &'a str,
    map: Option<&'a Map<String, Value>>,
}

impl<'a> Params<'a> {
    fn of(rule: &'a str, params: &'a Value) -> Result<Self, RuleError> {
        match params {
            Value::Null => Ok(Self { rule, map: None }),
            Value::Object(map) => Ok(Self { rule, map: Some(map) }),
            _ => Err(Self { rule, map: None }.invalid("expected an object")),
        }
    }

    fn invalid(&self, reason: impl Into<String>) -> RuleError {
        RuleError::Parameters { rule: self.rule.to_owned(), reason: reason.into() }
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, RuleError> {
        match self.map.and_then(|map| map.get(name)) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(format!("{name} must be a string"))),
        }
    }

    fn key_and_value(&self, name: &str, prefix: &str) -> Result<Filter, RuleError> {
        let key = self.text(name)?.ok_or_else(|| self.invalid(format!("{name} is missing")))?;
        let key = format!("{prefix}.{key}").to_lowercase();
        Ok(match self.text("value")? {
            None => Filter::Exists(key),
            Some(value) => Filter::In { key, values: vec![value.to_lowercase()] },
        })
    }

    fn one_of(&self, name: &str, key: &str) -> Result<Filter, RuleError> {
        let list = self.map.and_then(|map| map.get(name)).and_then(Value::as_array);
        let list = list.ok_or_else(|| self.invalid(format!("{name} must be a list of strings")))?;
        let values = list
            .iter()
            .map(|value| match value.as_str() {
                Some(text) => Ok(text.to_lowercase()),
                None => Err(self.invalid(format!("{name} must be a list of strings"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Filter::In { key: key.to_owned(), values })
    }
}

/// The rules as the metadata route describes them. The descriptions are part of what clients compare, so they are
/// those of catalog-backend 4.0.0.
pub(crate) fn metadata() -> Value {
    let key_and_value = |rule: &str, subject: &str, name: &str, of_name: &str, of_value: &str| {
        rule_metadata(
            rule,
            &format!("Allow entities with the specified {subject}"),
            json!({
                name: {"type": "string", "description": of_name},
                "value": {"type": "string", "description": of_value},
            }),
            name,
        )
    };
    let one_of = |rule: &str, description: &str, name: &str, of_name: &str| {
        let list = json!({"type": "array", "items": {"type": "string"}, "description": of_name});
        rule_metadata(rule, description, json!({name: list}), name)
    };
    let of_property = "Value of the given property to match on";
    json!([
        key_and_value(
            "HAS_ANNOTATION",
            "annotation",
            "annotation",
            "Name of the annotation to match on",
            "Value of the annotation to match on",
        ),
        key_and_value(
            "HAS_LABEL",
            "label",
            "label",
            "Name of the label to match on",
            "Value of the label to match on",
        ),
        key_and_value(
            "HAS_METADATA",
            "metadata subfield",
            "key",
            "Property within the entities metadata to match on",
            of_property,
        ),
        key_and_value(
            "HAS_SPEC",
            "spec subfield",
            "key",
            "Property within the entities spec to match on",
            of_property,
        ),
        one_of(
            "IS_ENTITY_KIND",
            "Allow entities matching a specified kind",
            "kinds",
            "List of kinds to match at least one of",
        ),
        one_of(
            "IS_ENTITY_OWNER",
            "Allow entities owned by a specified claim",
            "claims",
            "List of claims to match at least one on within ownedBy",
        ),
    ])
}

fn rule_metadata(name: &str, description: &str, properties: Value, required: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "resourceType": CATALOG_ENTITY,
        "paramsSchema": {
            "type": "object",
            "properties": properties,
            "required": [required],
            "additionalProperties": false,
            "$schema": "http://json-schema.org/draft-07/schema#",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(condition: Value) -> Result<Filter, RuleError> {
        to_filter(&serde_json::from_value(condition).unwrap())
    }

    fn rule(name: &str, params: Value) -> Value {
        json!({"rule": name, "resourceType": "catalog-entity", "params": params})
    }

    #[test]
    fn each_rule_asks_the_search_rows_in_lower_case() {
        let exists = |key: &str| Filter::Exists(key.into());
        for (condition, expected) in [
            (rule("HAS_ANNOTATION", json!({"annotation": "A.b/C"})), exists("metadata.annotations.a.b/c")),
            (
                rule("HAS_LABEL", json!({"label": "T", "value": "X"})),
                Filter::equals("metadata.labels.t", "x"),
            ),
            (
                rule("HAS_METADATA", json!({"key": "tags", "value": "Java"})),
                Filter::equals("metadata.tags", "java"),
            ),
            (rule("HAS_SPEC", json!({"key": "system"})), exists("spec.system")),
            (rule("IS_ENTITY_KIND", json!({"kinds": ["Component"]})), Filter::equals("kind", "component")),
            (
                rule("IS_ENTITY_OWNER", json!({"claims": []})),
                Filter::In { key: "relations.ownedby".into(), values: vec![] },
            ),
        ] {
            assert_eq!(parsed(condition).unwrap(), expected);
        }
    }

    #[test]
    fn conditions_nest_and_mean_what_they_say() {
        let kind = rule("IS_ENTITY_KIND", json!({"kinds": ["api"]}));
        let filter = parsed(json!({"anyOf": [{"not": kind}, {"allOf": [kind]}]})).unwrap();
        let kind = Filter::equals("kind", "api");
        let expected = Filter::Any(vec![Filter::Not(Box::new(kind.clone())), Filter::All(vec![kind])]);
        assert_eq!(filter, expected);
    }

    #[test]
    fn what_no_rule_understands_is_an_error_and_never_a_pass() {
        for condition in [
            rule("HAS_NOTHING", json!({})),
            rule("HAS_LABEL", json!({"value": "x"})),
            rule("HAS_LABEL", json!({"label": 1})),
            rule("IS_ENTITY_KIND", json!({"kinds": "component"})),
            rule("IS_ENTITY_KIND", json!([])),
            json!({"rule": "IS_ENTITY_KIND", "resourceType": "other", "params": {"kinds": []}}),
            json!({"allOf": []}),
            json!({"anyOf": []}),
        ] {
            assert!(parsed(condition.clone()).is_err(), "{condition}");
        }
    }
}
