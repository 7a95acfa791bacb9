//! Which sections of parameters and which steps of a template a caller may see, by their tags.

use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiResult;
use callboard_kit::permission::{Authorizer, Condition, Decision, Permission, PermissionRequest};
use serde_json::Value;

use super::condition::{RuleError, Tree, text};
use super::{PARAMETER_READ, STEP_READ, TEMPLATE, at_fault};

/// What a caller may see of templates.
#[derive(Debug, Clone)]
pub(crate) struct TemplateAccess {
    pub(crate) parameters: Tagged,
    pub(crate) steps: Tagged,
}

/// Parts with certain tags.
#[derive(Debug, Clone)]
pub(crate) enum Tagged {
    /// None.
    Nothing,
    /// All.
    Everything,
    /// Those that satisfy it: `HAS_TAG`.
    Matching(Tree<String>),
}

impl TemplateAccess {
    pub(crate) async fn of(authorizer: &dyn Authorizer, credentials: &Credentials) -> ApiResult<Self> {
        let ask = |permission: Permission| PermissionRequest { permission, resource_ref: None };
        let asked = [ask(PARAMETER_READ), ask(STEP_READ)];
        let mut decisions = authorizer.authorize(&asked, credentials).await?.into_iter();
        let mut next = || Tagged::of(decisions.next().unwrap_or(Decision::Deny));
        Ok(Self { parameters: next()?, steps: next()? })
    }
}

impl Tagged {
    fn of(decision: Decision) -> ApiResult<Self> {
        Ok(match decision {
            Decision::Allow => Self::Everything,
            Decision::Deny => Self::Nothing,
            Decision::Conditional(conditional) => {
                let tree = conditional.compiled(read).map_err(|error| at_fault(&error))?;
                Self::Matching(tree.as_ref().clone())
            }
        })
    }

    /// Whether it lets a section or step through.
    pub(crate) fn allows(&self, part: &Value) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Matching(tree) => tree.holds(&|tag| {
                let tags = part.get("backstage:permissions").and_then(|one| one.get("tags"));
                tags.and_then(Value::as_array).is_some_and(|tags| tags.iter().any(|one| one == tag.as_str()))
            }),
        }
    }
}

/// The tree of a condition on parts of templates.
pub(crate) fn read(condition: &Condition) -> Result<Tree<String>, RuleError> {
    Tree::read(condition, TEMPLATE, &|rule, params| match rule {
        "HAS_TAG" => text(params, "tag").map(Some),
        _ => Ok(None),
    })
}
