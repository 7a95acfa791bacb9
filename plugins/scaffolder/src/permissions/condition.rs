//! Conditions of decisions as trees of rules that are understood.

use callboard_kit::permission::Condition;
use serde_json::Value;

/// How deep conditions may be nested.
const MAX_DEPTH: usize = 32;

/// Why a condition can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    /// There is no such rule.
    #[error("Permission rule '{rule}' does not exist for resource type '{resource_type}'")]
    UnknownRule {
        /// As asked for.
        rule: String,
        /// Of what.
        resource_type: &'static str,
    },
    /// It is about other resources.
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

/// Reads a rule with its parameters: `None` for one that is not known, the reason for parameters that are wrong.
pub(crate) type ReadRule<'r, R> = &'r dyn Fn(&str, &Value) -> Result<Option<R>, String>;

/// A condition over rules of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree<R> {
    /// All of them.
    All(Vec<Tree<R>>),
    /// Any of them.
    Any(Vec<Tree<R>>),
    /// Not this.
    Not(Box<Tree<R>>),
    /// A rule.
    Rule(R),
}

impl<R> Tree<R> {
    /// Reads a condition; `read` knows the rules of the resource type.
    pub(crate) fn read(
        condition: &Condition,
        resource_type: &'static str,
        read: ReadRule<'_, R>,
    ) -> Result<Self, RuleError> {
        Self::read_at(condition, resource_type, read, 0)
    }

    fn read_at(
        condition: &Condition,
        resource_type: &'static str,
        read: ReadRule<'_, R>,
        depth: usize,
    ) -> Result<Self, RuleError> {
        if depth > MAX_DEPTH {
            return Err(RuleError::Depth);
        }
        let below = |part: &Condition| Self::read_at(part, resource_type, read, depth + 1);
        let list = |parts: &[Condition]| match parts {
            [] => Err(RuleError::Empty),
            parts => parts.iter().map(below).collect::<Result<Vec<_>, _>>(),
        };
        match condition {
            Condition::AllOf { all_of } => Ok(Self::All(list(all_of)?)),
            Condition::AnyOf { any_of } => Ok(Self::Any(list(any_of)?)),
            Condition::Not { not } => Ok(Self::Not(Box::new(below(not)?))),
            Condition::Rule { resource_type: other, .. } if other != resource_type => {
                Err(RuleError::ResourceType(other.clone()))
            }
            Condition::Rule { rule, params, .. } => match read(rule, params) {
                Ok(Some(rule)) => Ok(Self::Rule(rule)),
                Ok(None) => Err(RuleError::UnknownRule { rule: rule.clone(), resource_type }),
                Err(reason) => Err(RuleError::Parameters { rule: rule.clone(), reason }),
            },
        }
    }

    /// Whether it holds, where `holds` answers for its rules.
    pub(crate) fn holds(&self, holds: &dyn Fn(&R) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(holds)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(holds)),
            Self::Not(part) => !part.holds(holds),
            Self::Rule(rule) => holds(rule),
        }
    }
}

/// A member that must be a text.
pub(super) fn text(params: &Value, name: &str) -> Result<String, String> {
    params
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("{name} must be a string"))
}
