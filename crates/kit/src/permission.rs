//! Asking whether a caller may do something. A decision is allow, deny, or a condition that the plugin which owns
//! the resource turns into a filter of its query (`contract: permission framework`).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::credentials::Credentials;
use crate::error::ApiError;

/// A permission as its plugin declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// `catalog.entity.read`
    pub name: &'static str,
    /// `create`, `read`, `update`, `delete` or none.
    pub action: Option<&'static str>,
    /// `catalog-entity` for a permission on a resource; `None` for a basic one.
    pub resource_type: Option<&'static str>,
}

/// One question.
#[derive(Debug, Clone)]
pub struct PermissionRequest {
    /// What is to be done.
    pub permission: Permission,
    /// To which resource; `None` asks for a decision that holds for all of them.
    pub resource_ref: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
    /// For those resources that satisfy the condition.
    Conditional(Condition),
}

/// A condition tree in Backstage's own form (`permission-common`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// All of them.
    AllOf {
        /// The parts.
        #[serde(rename = "allOf")]
        all_of: Vec<Condition>,
    },
    /// Any of them.
    AnyOf {
        /// The parts.
        #[serde(rename = "anyOf")]
        any_of: Vec<Condition>,
    },
    /// Not this.
    Not {
        /// The part.
        not: Box<Condition>,
    },
    /// One rule of the plugin that owns the resource type.
    Rule {
        /// Rule name (`IS_ENTITY_OWNER`).
        rule: String,
        /// `catalog-entity`
        #[serde(rename = "resourceType")]
        resource_type: String,
        /// Parameters of the rule.
        #[serde(default)]
        params: Value,
    },
}

/// Decides.
#[async_trait]
pub trait Authorizer: Send + Sync {
    /// One decision for each request, in the same order.
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError>;
}

/// Allows everything to everybody who is signed in: what Backstage does with `permission.enabled: false`.
/// External tokens stay within their `accessRestrictions`.
#[derive(Debug, Default, Clone, Copy)]
pub struct AllowAll;

#[async_trait]
impl Authorizer for AllowAll {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        use crate::credentials::Principal;
        let restrictions = match &credentials.principal {
            Principal::Service { restrictions, .. } => restrictions.as_ref(),
            _ => None,
        };
        Ok(requests
            .iter()
            .map(|request| match restrictions {
                Some(limits) if !limits.allow(&request.permission) => Decision::Deny,
                _ => Decision::Allow,
            })
            .collect())
    }
}

impl crate::credentials::AccessRestrictions {
    /// Whether a permission is within the limits of the token. The plugin is the first part of its name, as
    /// everywhere in Backstage.
    pub fn allow(&self, permission: &Permission) -> bool {
        let plugin = permission.name.split('.').next().unwrap_or_default();
        self.plugins.iter().any(|entry| {
            entry.plugin == plugin
                && (entry.permissions.is_empty() || entry.permissions.iter().any(|p| p == permission.name))
                && (entry.actions.is_empty()
                    || permission.action.is_some_and(|action| entry.actions.iter().any(|a| a == action)))
        })
    }
}
