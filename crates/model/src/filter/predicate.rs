//! The predicate language of POST bodies, to and from the filter tree (contract: filter-predicates 0.1.5).

use serde_json::{Map, Value, json};

use super::Filter;

/// How deep `$all`, `$any`, `$not` may be nested.
const MAX_DEPTH: usize = 32;
/// How many conditions and values one predicate may hold in all.
const MAX_SIZE: usize = 10_000;
/// `$hasPrefix` conditions in one predicate; each may have to look at every value of its key.
const MAX_PREFIXES: usize = 50;

/// A predicate that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid query: {reason}{}", at(.path))]
pub struct PredicateError {
    /// JSON pointer into the predicate; empty for its root.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" at \"{path}\"") }
}

/// Reads a predicate. The root must be an object; unknown operators are errors.
pub fn parse(predicate: &Value) -> Result<Filter, PredicateError> {
    Reader { size: 0, prefixes: 0 }.predicate(predicate, "", 0)
}

/// Writes a filter as a predicate that [`parse`] reads back to an equal filter; cursors carry it.
pub fn to_json(filter: &Filter) -> Value {
    let list = |filters: &[Filter]| filters.iter().map(to_json).collect::<Vec<_>>();
    match filter {
        Filter::All(all) => json!({"$all": list(all)}),
        Filter::Any(any) => json!({"$any": list(any)}),
        Filter::Not(inner) => json!({"$not": to_json(inner)}),
        Filter::Exists(key) => json!({key: {"$exists": true}}),
        Filter::In { key, values } => match values.as_slice() {
            [value] => json!({key: value}),
            _ => json!({key: {"$in": values}}),
        },
        Filter::Prefix { key, prefix } => json!({key: {"$hasPrefix": prefix}}),
        Filter::Shared(shared) => to_json(shared.filter()),
    }
}

struct Reader {
    size: usize,
    prefixes: usize,
}

impl Reader {
    fn predicate(&mut self, value: &Value, path: &str, depth: usize) -> Result<Filter, PredicateError> {
        if depth > MAX_DEPTH {
            return fail(path, format!("operators may be nested {MAX_DEPTH} deep at most"));
        }
        let Some(map) = value.as_object() else {
            return fail(path, format!("expected an object of conditions, found {}", type_of(value)));
        };
        if let Some((operator, operand)) = map.iter().find(|(key, _)| key.starts_with('$')) {
            if map.len() > 1 {
                return fail(path, format!("{operator} must be the only key of its object"));
            }
            let path = format!("{path}/{operator}");
            return match operator.as_str() {
                "$all" => Ok(Filter::All(self.list(operand, &path, depth)?)),
                "$any" => Ok(Filter::Any(self.list(operand, &path, depth)?)),
                "$not" => Ok(Filter::Not(Box::new(self.predicate(operand, &path, depth + 1)?))),
                _ => fail(&path, "unknown operator; expected $all, $any or $not".to_owned()),
            };
        }
        let mut all = Vec::with_capacity(map.len());
        for (field, condition) in map {
            all.push(self.condition(field, condition, &format!("{path}/{field}"))?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Filter::All(all),
        })
    }

    fn list(&mut self, value: &Value, path: &str, depth: usize) -> Result<Vec<Filter>, PredicateError> {
        let Some(items) = value.as_array() else {
            return fail(path, format!("expected a list of predicates, found {}", type_of(value)));
        };
        items
            .iter()
            .enumerate()
            .map(|(at, item)| self.predicate(item, &format!("{path}/{at}"), depth + 1))
            .collect()
    }

    fn condition(&mut self, field: &str, value: &Value, path: &str) -> Result<Filter, PredicateError> {
        self.count(path)?;
        let key = field.to_lowercase();
        let Some(map) = value.as_object() else {
            return Ok(Filter::In { key, values: vec![primitive(value, path)?] });
        };
        let mut entries = map.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return fail(
                path,
                "a condition has exactly one operator: $exists, $in, $hasPrefix or $contains".to_owned(),
            );
        };
        let path = format!("{path}/{operator}");
        match operator.as_str() {
            "$exists" => match operand.as_bool() {
                Some(true) => Ok(Filter::Exists(key)),
                Some(false) => Ok(Filter::Not(Box::new(Filter::Exists(key)))),
                None => fail(&path, format!("expected true or false, found {}", type_of(operand))),
            },
            "$in" => Ok(Filter::In { key, values: self.values(operand, &path)? }),
            "$hasPrefix" if self.prefixes >= MAX_PREFIXES => {
                fail(&path, format!("a query may have {MAX_PREFIXES} conditions with $hasPrefix at most"))
            }
            "$hasPrefix" => match operand.as_str() {
                Some(prefix) => {
                    self.prefixes += 1;
                    Ok(Filter::Prefix { key, prefix: prefix.to_lowercase() })
                }
                None => fail(&path, format!("expected a string, found {}", type_of(operand))),
            },
            "$contains" => match operand.as_object() {
                None => Ok(Filter::In { key, values: vec![primitive(operand, &path)?] }),
                Some(relation) if key == "relations" => self.relation(relation, &path),
                Some(_) => fail(&path, "an object is understood for the field relations only".to_owned()),
            },
            _ => fail(&path, "unknown operator; expected $exists, $in, $hasPrefix or $contains".to_owned()),
        }
    }

    /// `{type, targetRef?}`: the one object that `$contains` can look for, because relations have rows of their own.
    fn relation(&mut self, wanted: &Map<String, Value>, path: &str) -> Result<Filter, PredicateError> {
        let (mut relation_type, mut target) = (None, None);
        for (name, value) in wanted {
            let slot = match name.to_lowercase().as_str() {
                "type" => &mut relation_type,
                "targetref" => &mut target,
                _ => return fail(&format!("{path}/{name}"), "expected type or targetRef".to_owned()),
            };
            if slot.replace(value).is_some() {
                return fail(&format!("{path}/{name}"), "stands twice, in different case".to_owned());
            }
        }
        let Some(relation_type) = relation_type.and_then(Value::as_str) else {
            return fail(path, "needs type, a string".to_owned());
        };
        let key = format!("relations.{}", relation_type.to_lowercase());
        let path = format!("{path}/targetRef");
        let values = match target {
            None => return Ok(Filter::Exists(key)),
            Some(Value::Object(map)) => match (map.get("$in"), map.len()) {
                (Some(list), 1) => self.values(list, &path)?,
                _ => return fail(&path, "expected a string or $in".to_owned()),
            },
            Some(one) => vec![primitive(one, &path)?],
        };
        if values.is_empty() {
            return fail(&path, "$in needs at least one value".to_owned());
        }
        Ok(Filter::In { key, values })
    }

    fn values(&mut self, list: &Value, path: &str) -> Result<Vec<String>, PredicateError> {
        let Some(items) = list.as_array() else {
            return fail(path, format!("expected a list of values, found {}", type_of(list)));
        };
        items
            .iter()
            .enumerate()
            .map(|(at, item)| {
                self.count(path)?;
                primitive(item, &format!("{path}/{at}"))
            })
            .collect()
    }

    fn count(&mut self, path: &str) -> Result<(), PredicateError> {
        self.size += 1;
        if self.size > MAX_SIZE {
            return fail(path, format!("a query may hold {MAX_SIZE} conditions and values at most"));
        }
        Ok(())
    }
}

fn primitive(value: &Value, path: &str) -> Result<String, PredicateError> {
    match value {
        Value::String(text) => Ok(text.to_lowercase()),
        Value::Number(number) => Ok(crate::search_rows::js_number(number).to_lowercase()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => fail(path, format!("expected a string, number or boolean, found {}", type_of(value))),
    }
}

fn fail<T>(path: &str, reason: String) -> Result<T, PredicateError> {
    Err(PredicateError { path: path.to_owned(), reason })
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
