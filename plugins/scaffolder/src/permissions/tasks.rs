//! Which tasks a caller may see: the condition of the decision as a part of the query.

use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiResult;
use callboard_kit::permission::{Authorizer, Condition, Decision, Permission};
use callboard_store::{Dialect, Param};
use serde_json::Value;

use super::condition::{RuleError, Tree};
use super::{TASK, at_fault, decide};

/// Users of one condition.
const MOST_USERS: usize = 10_000;

/// The tasks that somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TaskFilter {
    /// None.
    Nothing,
    /// All.
    Everything,
    /// Those whose creators satisfy it: `IS_TASK_OWNER`.
    Matching(Tree<Vec<String>>),
}

impl TaskFilter {
    /// The tasks for which the caller has a permission.
    pub(crate) async fn of(
        authorizer: &dyn Authorizer,
        permission: Permission,
        credentials: &Credentials,
    ) -> ApiResult<Self> {
        Ok(match decide(authorizer, permission, credentials).await? {
            Decision::Allow => Self::Everything,
            Decision::Deny => Self::Nothing,
            Decision::Conditional(conditional) => {
                let tree = conditional.compiled(read).map_err(|error| at_fault(&error))?;
                Self::Matching(tree.as_ref().clone())
            }
        })
    }

    /// Whether it lets a task of this creator through; empty for nobody's.
    pub(crate) fn allows(&self, created_by: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Matching(tree) => tree.holds(&|users| users.iter().any(|user| user == created_by)),
        }
    }

    /// As a condition of SQL on `scaffolder_tasks`; its values go behind `params`.
    pub(crate) fn to_sql(&self, dialect: Dialect, params: &mut Vec<Param>) -> String {
        match self {
            Self::Nothing => "1 = 0".to_owned(),
            Self::Everything => "1 = 1".to_owned(),
            Self::Matching(tree) => sql(tree, dialect, params),
        }
    }
}

fn sql(tree: &Tree<Vec<String>>, dialect: Dialect, params: &mut Vec<Param>) -> String {
    let mut join = |parts: &[Tree<Vec<String>>], with: &str| {
        let parts: Vec<String> = parts.iter().map(|part| sql(part, dialect, params)).collect();
        format!("({})", parts.join(with))
    };
    match tree {
        Tree::All(parts) => join(parts, " AND "),
        Tree::Any(parts) => join(parts, " OR "),
        Tree::Not(part) => format!("NOT ({})", sql(part, dialect, params)),
        Tree::Rule(users) => {
            params.push(Param::TextList(users.clone()));
            dialect.in_list("created_by", &format!("${}", params.len()))
        }
    }
}

/// The tree of a condition on tasks.
pub(crate) fn read(condition: &Condition) -> Result<Tree<Vec<String>>, RuleError> {
    Tree::read(condition, TASK, &|rule, params| {
        if rule != "IS_TASK_OWNER" {
            return Ok(None);
        }
        let users = params.get("createdBy").and_then(Value::as_array);
        let users: Option<Vec<String>> =
            users.and_then(|users| users.iter().map(|user| user.as_str().map(str::to_owned)).collect());
        match users {
            Some(users) if users.len() <= MOST_USERS => Ok(Some(users)),
            _ => Err("createdBy must be a list of strings".to_owned()),
        }
    })
}
