//! The rule `IS_OWNER` of `policy-entity` resources: who may manage which roles.

use callboard_kit::permission::Condition;
use serde_json::Value;

/// Whether a role of this owner satisfies the condition. What is no rule of roles satisfies nothing, not even negated.
///
/// # Errors
/// The name of a rule that doesn't exist, or what is wrong with its parameters.
pub(crate) fn satisfies(owner: &str, condition: &Condition) -> Result<bool, OwnerError> {
    match condition {
        Condition::AllOf { all_of } => {
            all_of.iter().try_fold(true, |all, part| Ok(satisfies(owner, part)? && all))
        }
        Condition::AnyOf { any_of } => {
            any_of.iter().try_fold(false, |any, part| Ok(satisfies(owner, part)? || any))
        }
        Condition::Not { not } => Ok(!satisfies(owner, not)?),
        Condition::Rule { rule, params, .. } if rule == "IS_OWNER" => {
            let owners = params.get("owners").and_then(Value::as_array).ok_or(OwnerError::Parameters)?;
            Ok(!owner.is_empty() && owners.iter().any(|one| one.as_str() == Some(owner)))
        }
        Condition::Rule { rule, .. } => Err(OwnerError::Rule(rule.clone())),
    }
}

/// Why a condition on roles can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OwnerError {
    #[error("Permission rule '{0}' does not exist for resource type 'policy-entity'")]
    Rule(String),
    #[error("Parameters to rule IS_OWNER are invalid: owners must be a list of strings")]
    Parameters,
}
