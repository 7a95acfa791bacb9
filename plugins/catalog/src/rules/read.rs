//! Reads the rules out of the `catalog` section of the configuration.

use globset::GlobBuilder;
use serde_json::Value;

use super::{AllowedKind, DEFAULT_KINDS, LocationMatcher, Rule, TargetMatcher};

/// A rule that cannot be understood; `key` is its place in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid configuration at {key}: {problem}")]
pub struct RulesError {
    /// `catalog.rules[0].allow`
    pub key: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

fn error(key: &str, problem: impl Into<String>) -> RulesError {
    RulesError { key: key.to_owned(), problem: problem.into() }
}

pub(super) fn rules(catalog: &Value, resolve_file: &dyn Fn(&str) -> String) -> Result<Vec<Rule>, RulesError> {
    let mut rules = Vec::new();
    if catalog["rules"].is_null() {
        let allow = DEFAULT_KINDS.map(|kind| AllowedKind { kind: kind.to_owned(), spec_type: None });
        rules.push(Rule { allow: allow.to_vec(), locations: None });
    }
    for (index, rule) in list(&catalog["rules"], "catalog.rules")?.iter().enumerate() {
        let key = format!("catalog.rules[{index}]");
        let locations = match &rule["locations"] {
            Value::Null => None,
            value => Some(matchers(value, &format!("{key}.locations"))?),
        };
        rules.push(Rule { allow: allowed(&rule["allow"], &format!("{key}.allow"))?, locations });
    }
    for (index, location) in list(&catalog["locations"], "catalog.locations")?.iter().enumerate() {
        let key = format!("catalog.locations[{index}]");
        let own = list(&location["rules"], &format!("{key}.rules"))?;
        if own.is_empty() {
            continue;
        }
        let location_type = text(&location["type"], &format!("{key}.type"))?;
        let target = text(&location["target"], &format!("{key}.target"))?;
        let target = if location_type == "file" { resolve_file(&target) } else { target };
        for (number, rule) in own.iter().enumerate() {
            let matcher = LocationMatcher {
                location_type: location_type.clone(),
                target: TargetMatcher::Exact(target.clone()),
            };
            rules.push(Rule {
                allow: allowed(&rule["allow"], &format!("{key}.rules[{number}].allow"))?,
                locations: Some(vec![matcher]),
            });
        }
    }
    Ok(rules)
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], RulesError> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        _ => Err(error(key, "expected a list")),
    }
}

fn text(value: &Value, key: &str) -> Result<String, RulesError> {
    match value.as_str() {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(error(key, "expected a non-empty string")),
    }
}

fn allowed(value: &Value, key: &str) -> Result<Vec<AllowedKind>, RulesError> {
    let Value::Array(items) = value else {
        return Err(error(key, "expected a list of kinds, for example [Component, API]"));
    };
    let entry = |(index, item): (usize, &Value)| {
        let key = format!("{key}[{index}]");
        if let Value::String(kind) = item {
            return Ok(AllowedKind { kind: kind.clone(), spec_type: None });
        }
        // Configuration reads `spec.type` as a path, so both spellings say the same.
        let spec_type = if item["spec.type"].is_null() { &item["spec"]["type"] } else { &item["spec.type"] };
        Ok(AllowedKind {
            kind: text(&item["kind"], &format!("{key}.kind"))?,
            spec_type: match spec_type {
                Value::Null => None,
                value => Some(text(value, &format!("{key}.spec.type"))?),
            },
        })
    };
    items.iter().enumerate().map(entry).collect()
}

fn matchers(value: &Value, key: &str) -> Result<Vec<LocationMatcher>, RulesError> {
    let entry = |(index, item): (usize, &Value)| {
        let key = format!("{key}[{index}]");
        let location_type = text(&item["type"], &format!("{key}.type"))?;
        let target = match (&item["exact"], &item["pattern"]) {
            (Value::Null, Value::Null) => TargetMatcher::Any,
            (exact, Value::Null) => TargetMatcher::Exact(text(exact, &format!("{key}.exact"))?),
            (Value::Null, pattern) => {
                let key = format!("{key}.pattern");
                let glob = GlobBuilder::new(&text(pattern, &key)?)
                    .case_insensitive(true)
                    .literal_separator(true)
                    .build()
                    .map_err(|problem| error(&key, format!("not a pattern: {problem}")))?;
                TargetMatcher::Pattern(glob.compile_matcher())
            }
            _ => {
                return Err(error(&key, "'exact' and 'pattern' exclude each other, keep one of them"));
            }
        };
        Ok(LocationMatcher { location_type, target })
    };
    list(value, key)?.iter().enumerate().map(entry).collect()
}
