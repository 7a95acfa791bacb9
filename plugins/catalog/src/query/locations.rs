//! Registered locations: the page of `POST /locations/by-query` with its own small predicate language, and whether
//! a location is registered.

use async_trait::async_trait;
use callboard_model::LocationRef;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cursor::{MalformedCursor, decode_json, encode_json};
use crate::analyze::RegisteredLocations;
use crate::locations::{Location, LocationStore};

/// How deep predicates may be nested.
const MAX_DEPTH: usize = 32;

/// A location as it leaves the server.
pub(crate) fn to_wire(location: &Location) -> Value {
    json!({
        "id": location.id, "type": location.kind, "target": location.target, "entityRef": location.entity_ref,
    })
}

/// A place in the listing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LocationCursor {
    /// Locations in a page; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after_id: Option<String>,
}

impl LocationCursor {
    /// What a client sent.
    pub(crate) fn decode(text: &str) -> Result<Self, MalformedCursor> {
        decode_json(text)
    }

    /// The answer: `locations` sorted by id.
    pub(crate) fn page(&self, locations: Vec<Location>) -> Result<Value, String> {
        if let Some(query) = &self.query {
            // Also where there is no location to try it on, a predicate that can't be read is an error.
            let (id, kind, target, entity_ref) = Default::default();
            matches(query, &Location { id, kind, target, entity_ref }, 0)?;
        }
        let mut matching = Vec::new();
        for location in locations {
            let fits = self.query.as_ref().map_or(Ok(true), |query| matches(query, &location, 0))?;
            if fits {
                matching.push(location);
            }
        }
        let total = matching.len();
        if let Some(after) = &self.after_id {
            matching.retain(|location| location.id > *after);
        }
        let mut page_info = Map::new();
        if let Some(limit) = self.limit
            && matching.len() > limit
        {
            matching.truncate(limit);
            if let Some(last) = matching.last() {
                let next = Self { after_id: Some(last.id.clone()), ..self.clone() };
                page_info.insert("nextCursor".into(), encode_json(&next).into());
            }
        }
        let items: Vec<Value> = matching.iter().map(to_wire).collect();
        Ok(json!({"items": items, "totalItems": total, "pageInfo": page_info}))
    }
}

/// Whether a location fits a predicate. Unlike for entities, lists without parts match nothing, and `$contains`
/// never matches (catalog-backend 4.0.0).
fn matches(predicate: &Value, location: &Location, depth: usize) -> Result<bool, String> {
    if depth > MAX_DEPTH {
        return Err(format!("Invalid query: operators may be nested {MAX_DEPTH} deep at most"));
    }
    let Some(map) = predicate.as_object() else {
        return Err("Invalid query: expected an object of conditions".to_owned());
    };
    if let Some((operator, operand)) = map.iter().find(|(key, _)| key.starts_with('$')) {
        if map.len() > 1 {
            return Err(format!("Invalid query: {operator} must be the only key of its object"));
        }
        return match operator.as_str() {
            "$all" => {
                let parts = parts(operand, location, depth)?;
                Ok(!parts.is_empty() && parts.into_iter().all(|fits| fits))
            }
            "$any" => Ok(parts(operand, location, depth)?.into_iter().any(|fits| fits)),
            "$not" => Ok(!matches(operand, location, depth + 1)?),
            _ => Err(format!("Invalid query: unknown operator {operator}; expected $all, $any or $not")),
        };
    }
    let mut all = true;
    for (field, condition) in map {
        all &= field_matches(field, condition, location)?;
    }
    Ok(all)
}

fn parts(operand: &Value, location: &Location, depth: usize) -> Result<Vec<bool>, String> {
    let list = operand.as_array().ok_or("Invalid query: expected a list of predicates")?;
    list.iter().map(|part| matches(part, location, depth + 1)).collect()
}

fn field_matches(field: &str, condition: &Value, location: &Location) -> Result<bool, String> {
    let actual = match field.to_lowercase().as_str() {
        "id" => &location.id,
        "type" => &location.kind,
        "target" => &location.target,
        "entityref" => &location.entity_ref,
        _ => {
            return Err(format!(
                "Invalid query: unknown field {field}; expected id, type, target or entityRef"
            ));
        }
    };
    let equals =
        |value: &Value| text_of(value).is_some_and(|text| text.to_lowercase() == actual.to_lowercase());
    let Some(map) = condition.as_object() else {
        return match text_of(condition) {
            Some(_) => Ok(equals(condition)),
            None => Err(format!("Invalid query: expected a string, number or boolean at {field}")),
        };
    };
    let mut operators = map.iter();
    match (operators.next(), operators.next()) {
        (Some((operator, operand)), None) => match (operator.as_str(), operand) {
            ("$exists", Value::Bool(wanted)) => Ok(*wanted),
            ("$in", Value::Array(values)) => Ok(values.iter().any(equals)),
            ("$hasPrefix", Value::String(prefix)) => {
                Ok(actual.to_lowercase().starts_with(&prefix.to_lowercase()))
            }
            ("$contains", _) => Ok(false),
            _ => Err(format!("Invalid query: unknown operator or wrong operand, {operator} at {field}")),
        },
        _ => Err(format!("Invalid query: a condition has exactly one operator, at {field}")),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[async_trait]
impl RegisteredLocations for LocationStore {
    async fn is_registered(&self, location: &LocationRef) -> Result<bool, String> {
        let found = self.find(&location.kind, &location.target).await;
        found.map(|found| found.is_some()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(id: &str, target: &str) -> Location {
        let entity_ref = format!("location:default/{id}");
        Location { id: id.into(), kind: "url".into(), target: target.into(), entity_ref }
    }

    fn ids(query: Value) -> Result<Vec<String>, String> {
        let cursor = LocationCursor { query: Some(query), ..LocationCursor::default() };
        let page = cursor.page(vec![location("a", "https://A/x"), location("b", "https://b/y")])?;
        Ok(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().into()).collect())
    }

    #[test]
    fn the_predicates_of_locations_have_rules_of_their_own() {
        for (query, expected) in [
            (json!({}), vec!["a", "b"]),
            (json!({"TYPE": "URL"}), vec!["a", "b"]),
            (json!({"target": "HTTPS://a/X"}), vec!["a"]),
            (json!({"target": {"$hasPrefix": "https://B"}}), vec!["b"]),
            (json!({"id": {"$in": ["b", 1]}}), vec!["b"]),
            (json!({"$not": {"id": "a"}}), vec!["b"]),
            (json!({"$all": []}), vec![]),
            (json!({"$any": []}), vec![]),
            (json!({"$any": [{"id": "a"}, {"entityRef": "location:default/b"}]}), vec!["a", "b"]),
            (json!({"target": {"$contains": "x"}}), vec![]),
            (json!({"id": {"$exists": false}}), vec![]),
        ] {
            assert_eq!(ids(query.clone()).unwrap(), expected, "{query}");
        }
        for query in
            [json!("x"), json!({"kind": "x"}), json!({"id": {"$x": 1}}), json!({"$x": []}), json!({"id": []})]
        {
            assert!(ids(query.clone()).is_err(), "{query}");
        }
    }

    #[test]
    fn pages_follow_each_other_by_id() {
        let all = || ["a", "b", "c"].map(|id| location(id, id)).to_vec();
        let first = LocationCursor { limit: Some(2), ..LocationCursor::default() };
        let page = first.page(all()).unwrap();
        assert_eq!(page["totalItems"], 3);
        let next = LocationCursor::decode(page["pageInfo"]["nextCursor"].as_str().unwrap()).unwrap();
        let page = next.page(all()).unwrap();
        assert_eq!((&page["items"][0]["id"], &page["pageInfo"]), (&json!("c"), &json!({})));
    }
}
