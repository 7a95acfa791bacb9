//! Asking whether a caller may do something. A decision is allow, deny, or a condition that the plugin which owns
//! the resource turns into a filter of its query (`contract: permission framework`).

mod condition;
mod integration;
mod routes;

use std::sync::Arc;

use async_trait::async_trait;

use crate::credentials::{AccessRestrictions, Credentials, Principal};
use crate::error::ApiError;

pub use condition::{Condition, Conditional};
pub use integration::PermissionIntegration;
pub use routes::add_permission_routes;

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
    Conditional(Arc<Conditional>),
}

/// Decides.
#[async_trait]
pub trait Authorizer: Send + Sync {
    /// One decision for each request, in the same order. A request with a `resource_ref` is decided for good.
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
        let decide = |request: &PermissionRequest| match &credentials.principal {
            Principal::Service { restrictions, .. } => {
                decide_for_service(restrictions.as_ref(), &request.permission)
            }
            _ => Decision::Allow,
        };
        Ok(requests.iter().map(decide).collect())
    }
}

/// Services are decided on where they call, whatever the policy: they may do everything within the restrictions of
/// their token (`permission-node` 0.11.4).
pub fn decide_for_service(restrictions: Option<&AccessRestrictions>, permission: &Permission) -> Decision {
    match restrictions {
        Some(limits) if !limits.allow(permission) => Decision::Deny,
        _ => Decision::Allow,
    }
}

/// The plugin that a permission belongs to: the first part of its name, as everywhere in Backstage, except for those of
/// RBAC.
fn plugin_of(permission: &str) -> &str {
    match permission.split('.').next().unwrap_or_default() {
        "policy" => "permission",
        plugin => plugin,
    }
}

impl AccessRestrictions {
    /// Whether a permission is within the limits of the token.
    pub fn allow(&self, permission: &Permission) -> bool {
        let plugin = plugin_of(permission.name);
        self.plugins.iter().any(|entry| {
            entry.plugin == plugin
                && (entry.permissions.is_empty() || entry.permissions.iter().any(|p| p == permission.name))
                && (entry.actions.is_empty()
                    || permission.action.is_some_and(|action| entry.actions.iter().any(|a| a == action)))
        })
    }
}
