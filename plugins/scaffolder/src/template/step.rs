//! One step of a template: Backstage's keys, and those that only Callboard has.

use std::time::Duration;

use callboard_config::Config;
use serde_json::{Value, json};

/// The longest time that a step may ask for.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);
/// Approvers that one step may name.
const MOST_APPROVERS: usize = 50;

/// A step that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) action: String,
    pub(crate) input: Value,
    /// A boolean or a text that is rendered.
    pub(crate) condition: Option<Value>,
    pub(crate) each: Option<Value>,
    /// `continueOnError`: a failure of it does not fail the task.
    pub(crate) continue_on_error: bool,
    pub(crate) timeout: Option<Duration>,
    /// `idempotent: true`: it may run again after it was cut off, whatever its action says.
    pub(crate) idempotent: bool,
    pub(crate) approval: Option<ApprovalStep>,
}

/// `approval`: who must agree before the step begins.
#[derive(Debug, Clone)]
pub(crate) struct ApprovalStep {
    /// References or expressions.
    pub(crate) approvers: Vec<String>,
    pub(crate) message: Option<String>,
}

impl Step {
    /// Reads a step of a task's spec.
    ///
    /// # Errors
    /// What is wrong with it, without saying which step it is.
    pub(crate) fn read(step: &Value) -> Result<Self, String> {
        let text = |name: &str| step.get(name).and_then(Value::as_str).map(str::to_owned);
        let flag = |name: &str| match step.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(format!("'{name}' must be true or false")),
        };
        let action = text("action").filter(|action| !action.is_empty());
        let action = action.ok_or("it has no 'action'")?;
        let condition = match step.get("if") {
            None | Some(Value::Null) => None,
            Some(value @ (Value::Bool(_) | Value::String(_))) => Some(value.clone()),
            Some(_) => return Err("'if' must be a text or a boolean".to_owned()),
        };
        Ok(Self {
            id: text("id").ok_or("it has no 'id'")?,
            name: text("name").unwrap_or_else(|| action.clone()),
            action,
            input: step.get("input").cloned().unwrap_or_else(|| json!({})),
            condition,
            each: step.get("each").filter(|each| !each.is_null()).cloned(),
            continue_on_error: flag("continueOnError")?,
            timeout: timeout(step.get("timeout"))?,
            idempotent: flag("idempotent")?,
            approval: step
                .get("approval")
                .filter(|one| !one.is_null())
                .map(ApprovalStep::read)
                .transpose()?,
        })
    }
}

impl ApprovalStep {
    fn read(value: &Value) -> Result<Self, String> {
        let approvers: Option<Vec<String>> = match value.get("approvers") {
            Some(Value::String(one)) => Some(vec![one.clone()]),
            Some(Value::Array(list)) => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let approvers = approvers.filter(|list| !list.is_empty() && list.len() <= MOST_APPROVERS).ok_or(
            "'approval.approvers' must be a list of references of users, groups, roles or entities, or 'owner'",
        )?;
        match value.get("message") {
            None | Some(Value::Null) => Ok(Self { approvers, message: None }),
            Some(Value::String(message)) => Ok(Self { approvers, message: Some(message.clone()) }),
            Some(_) => Err("'approval.message' must be a text".to_owned()),
        }
    }
}

/// A duration as the configuration writes them: `10m`, `PT10M`, `{minutes: 10}`.
fn timeout(value: Option<&Value>) -> Result<Option<Duration>, String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    let section = Config::from_value(json!({"timeout": value}));
    match section.opt_duration("timeout") {
        Ok(Some(time)) if !time.is_zero() && time <= LONGEST => Ok(Some(time)),
        Ok(_) => Err("'timeout' must be longer than nothing and not longer than seven days".to_owned()),
        Err(_) => Err("'timeout' must be a duration such as 10m, PT10M or {minutes: 10}".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_step_are_read() {
        let step = Step::read(&json!({
            "id": "a", "action": "debug:log", "if": "${{ x }}", "each": [1], "continueOnError": true,
            "timeout": {"minutes": 2}, "idempotent": true,
            "approval": {"approvers": ["owner", "group:default/ops"], "message": "Go?"},
        }))
        .unwrap();
        assert_eq!((step.name.as_str(), step.timeout), ("debug:log", Some(Duration::from_secs(120))));
        assert!(step.continue_on_error && step.idempotent && step.input == json!({}));
        assert_eq!(step.approval.unwrap().approvers, ["owner", "group:default/ops"]);
    }

    #[test]
    fn what_is_wrong_with_a_step_is_said() {
        for (step, fault) in [
            (json!({"id": "a"}), "no 'action'"),
            (json!({"id": "a", "action": "x", "if": 1}), "'if' must be"),
            (json!({"id": "a", "action": "x", "timeout": "soon"}), "'timeout' must be a duration"),
            (json!({"id": "a", "action": "x", "approval": {"approvers": []}}), "'approval.approvers'"),
            (json!({"id": "a", "action": "x", "idempotent": "yes"}), "'idempotent' must be"),
        ] {
            let error = Step::read(&step).unwrap_err();
            assert!(error.contains(fault), "{error}");
        }
    }
}
