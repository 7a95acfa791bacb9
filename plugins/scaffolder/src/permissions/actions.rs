//! Which actions, with which inputs, may run on somebody's behalf.

use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiResult;
use callboard_kit::permission::{Authorizer, Condition, Decision};
use serde_json::Value;

use super::condition::{RuleError, Tree, text};
use super::{ACTION, ACTION_EXECUTE, at_fault, decide};

/// Names of source hosts know no upper case; neither do these inputs of their actions.
const CASELESS: [&str; 5] = ["owner", "repoName", "projectId", "repoUrl", "path"];
const HOSTS: [&str; 3] = ["github", "gitlab", "bitbucket"];

/// What may run.
#[derive(Debug, Clone)]
pub(crate) enum ActionFilter {
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
    /// What satisfies it.
    Matching(Tree<ActionRule>),
}

/// A rule on an action and its input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ActionRule {
    /// `HAS_ACTION_ID`
    Id(String),
    /// `HAS_STRING_PROPERTY` and its siblings: a path in the input, and what must stand there.
    Property {
        /// As lodash reads it: `a.b[0]`.
        key: String,
        /// Any value where it is `None`.
        value: Option<Value>,
    },
}

impl ActionFilter {
    /// What the caller may have run.
    pub(crate) async fn of(authorizer: &dyn Authorizer, credentials: &Credentials) -> ApiResult<Self> {
        Ok(match decide(authorizer, ACTION_EXECUTE, credentials).await? {
            Decision::Allow => Self::Everything,
            Decision::Deny => Self::Nothing,
            Decision::Conditional(conditional) => {
                let tree = conditional.compiled(read).map_err(|error| at_fault(&error))?;
                Self::Matching(tree.as_ref().clone())
            }
        })
    }

    /// Whether it lets an action with an input through.
    pub(crate) fn allows(&self, action: &str, input: &Value) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Matching(tree) => tree.holds(&|rule| rule.holds(action, input)),
        }
    }
}

impl ActionRule {
    fn holds(&self, action: &str, input: &Value) -> bool {
        match self {
            Self::Id(id) => id == action,
            Self::Property { key, value } => {
                let Some(found) = at(input, key) else { return false };
                let caseless =
                    CASELESS.contains(&key.as_str()) && HOSTS.iter().any(|host| action.contains(host));
                let same = |found: &Value, wanted: &Value| match (found, wanted) {
                    (Value::String(found), Value::String(wanted)) if caseless => {
                        found.to_lowercase() == wanted.to_lowercase()
                    }
                    (Value::Number(found), Value::Number(wanted)) => found.as_f64() == wanted.as_f64(),
                    (found, wanted) => found == wanted,
                };
                match (found, value) {
                    (Value::Array(items), Some(wanted)) => items.iter().any(|item| same(item, wanted)),
                    (Value::Array(items), None) => !items.is_empty(),
                    (found, Some(wanted)) => same(found, wanted),
                    (_, None) => true,
                }
            }
        }
    }
}

/// What stands at a path such as `a.b[0]`.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.into_iter().try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

/// The tree of a condition on actions.
pub(crate) fn read(condition: &Condition) -> Result<Tree<ActionRule>, RuleError> {
    Tree::read(condition, ACTION, &|rule, params| {
        let is_type: fn(&Value) -> bool = match rule {
            "HAS_ACTION_ID" => return Ok(Some(ActionRule::Id(text(params, "actionId")?))),
            "HAS_BOOLEAN_PROPERTY" => Value::is_boolean,
            "HAS_NUMBER_PROPERTY" => Value::is_number,
            "HAS_STRING_PROPERTY" => Value::is_string,
            _ => return Ok(None),
        };
        let value = params.get("value").cloned();
        match value.as_ref().is_none_or(is_type) {
            true => Ok(Some(ActionRule::Property { key: text(params, "key")?, value })),
            false => Err("value is of another type than the rule".to_owned()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allows(condition: Value, action: &str, input: Value) -> bool {
        let condition: Condition = serde_json::from_value(condition).unwrap();
        ActionFilter::Matching(read(&condition).unwrap()).allows(action, &input)
    }

    fn rule(rule: &str, params: Value) -> Value {
        json!({"rule": rule, "resourceType": "scaffolder-action", "params": params})
    }

    #[test]
    fn conditions_look_at_the_action_and_its_input() {
        let condition = json!({"anyOf": [
            rule("HAS_ACTION_ID", json!({"actionId": "debug:log"})),
            {"not": rule("HAS_STRING_PROPERTY", json!({"key": "target.names[0]", "value": "prod"}))},
        ]});
        assert!(allows(condition.clone(), "debug:log", json!({"target": {"names": ["prod"]}})));
        assert!(!allows(condition.clone(), "x", json!({"target": {"names": ["prod"]}})));
        assert!(allows(condition, "x", json!({"target": {"names": ["test", "prod"]}})));
    }

    #[test]
    fn names_at_source_hosts_know_no_upper_case() {
        let owner = rule("HAS_STRING_PROPERTY", json!({"key": "owner", "value": "Acme"}));
        assert!(allows(owner.clone(), "github:webhook", json!({"owner": "aCME"})));
        assert!(!allows(owner, "debug:log", json!({"owner": "aCME"})));
        let any = rule("HAS_NUMBER_PROPERTY", json!({"key": "n"}));
        assert!(allows(any.clone(), "x", json!({"n": 1})) && !allows(any, "x", json!({})));
    }

    #[test]
    fn rules_that_are_not_there_or_are_wrong_are_refused() {
        for (wrong, fault) in [
            (rule("HAS_TAG", json!({})), "does not exist"),
            (rule("HAS_STRING_PROPERTY", json!({"key": "a", "value": 1})), "another type"),
            (rule("HAS_ACTION_ID", json!({})), "actionId must be"),
        ] {
            let condition: Condition = serde_json::from_value(wrong).unwrap();
            assert!(read(&condition).unwrap_err().to_string().contains(fault));
        }
    }
}
