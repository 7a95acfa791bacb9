//! `$currentUser` and `$ownerRefs` in the parameters of conditions.

use callboard_kit::permission::Condition;
use serde_json::{Map, Value};

const CURRENT_USER: &str = "$currentUser";
const OWNER_REFS: &str = "$ownerRefs";

/// The condition for one user.
pub(crate) fn resolve(condition: &Condition, user: &str, owned: &[String]) -> Condition {
    let list = |parts: &[Condition]| parts.iter().map(|part| resolve(part, user, owned)).collect();
    match condition {
        Condition::AllOf { all_of } => Condition::AllOf { all_of: list(all_of) },
        Condition::AnyOf { any_of } => Condition::AnyOf { any_of: list(any_of) },
        Condition::Not { not } => Condition::Not { not: Box::new(resolve(not, user, owned)) },
        Condition::Rule { rule, resource_type, params } => Condition::Rule {
            rule: rule.clone(),
            resource_type: resource_type.clone(),
            params: match params {
                Value::Object(params) => Value::Object(params_of(params, user, owned)),
                other => other.clone(),
            },
        },
    }
}

fn params_of(params: &Map<String, Value>, user: &str, owned: &[String]) -> Map<String, Value> {
    let value = |value: &Value| match value {
        Value::String(text) if text == CURRENT_USER => Value::from(user),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .flat_map(|item| match item.as_str() {
                    Some(CURRENT_USER) => vec![Value::from(user)],
                    Some(OWNER_REFS) => owned.iter().map(|one| Value::from(one.as_str())).collect(),
                    _ => vec![item.clone()],
                })
                .collect(),
        ),
        other => other.clone(),
    };
    params.iter().map(|(key, one)| (key.clone(), value(one))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_take_what_the_user_owns_and_texts_take_the_user() {
        let read = |value: Value| serde_json::from_value::<Condition>(value).unwrap();
        let rule = |params: Value| json!({"rule": "R", "resourceType": "t", "params": params});
        let condition = read(json!({"not": {"anyOf": [rule(
            json!({"claims": ["$ownerRefs", "x"], "one": "$currentUser", "text": "$ownerRefs", "n": 1})
        )]}}));
        let expected = read(json!({"not": {"anyOf": [rule(
            json!({"claims": ["user:default/a", "group:default/g", "x"], "one": "user:default/a", "text": "$ownerRefs", "n": 1})
        )]}}));
        let owned = ["user:default/a".to_owned(), "group:default/g".to_owned()];
        assert_eq!(resolve(&condition, "user:default/a", &owned), expected);
    }
}
