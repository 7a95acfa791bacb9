//! The permissions of the scaffolder and their rules (contract: plugin-scaffolder-common 2.3.0).

pub(crate) mod actions;
mod condition;
mod integration;
mod rules;
pub(crate) mod tasks;
pub(crate) mod templates;

use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{Authorizer, Decision, Permission, PermissionRequest};

pub(crate) use condition::RuleError;
pub(crate) use integration::ScaffolderPermissions;

pub(crate) const TEMPLATE: &str = "scaffolder-template";
pub(crate) const ACTION: &str = "scaffolder-action";
pub(crate) const TASK: &str = "scaffolder-task";

const fn resource(
    name: &'static str,
    action: Option<&'static str>,
    resource_type: &'static str,
) -> Permission {
    Permission { name, action, resource_type: Some(resource_type) }
}

const fn basic(name: &'static str, action: Option<&'static str>) -> Permission {
    Permission { name, action, resource_type: None }
}

pub(crate) const DRY_RUN: Permission = basic("scaffolder.template.dry-run", None);
pub(crate) const PARAMETER_READ: Permission =
    resource("scaffolder.template.parameter.read", Some("read"), TEMPLATE);
pub(crate) const STEP_READ: Permission = resource("scaffolder.template.step.read", Some("read"), TEMPLATE);
pub(crate) const ACTION_EXECUTE: Permission = resource("scaffolder.action.execute", None, ACTION);
pub(crate) const TASK_CANCEL: Permission = resource("scaffolder.task.cancel", None, TASK);
pub(crate) const TASK_CREATE: Permission = basic("scaffolder.task.create", Some("create"));
pub(crate) const TASK_READ: Permission = resource("scaffolder.task.read", Some("read"), TASK);
/// Asked by the frontend, for its editor.
pub(crate) const MANAGEMENT: Permission = basic("scaffolder.template.management", None);

/// As the metadata route lists them.
pub(crate) static LISTED: [Permission; 8] =
    [DRY_RUN, PARAMETER_READ, STEP_READ, ACTION_EXECUTE, TASK_CANCEL, TASK_CREATE, TASK_READ, MANAGEMENT];

/// One decision that holds for all resources.
pub(crate) async fn decide(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<Decision> {
    let requests = [PermissionRequest { permission, resource_ref: None }];
    // No answer is no permission.
    Ok(authorizer.authorize(&requests, credentials).await?.into_iter().next().unwrap_or(Decision::Deny))
}

/// 403 unless a permission that is about no resource is given.
pub(crate) async fn require(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<()> {
    match decide(authorizer, permission, credentials).await? {
        Decision::Allow => Ok(()),
        _ => Err(missing(permission)),
    }
}

/// 403 for a permission.
pub(crate) fn missing(permission: Permission) -> ApiError {
    ApiError::not_allowed(format!("This needs the permission {}, which you do not have", permission.name))
}

/// A condition of a policy that can't be used is the policy's fault, not the caller's.
pub(crate) fn at_fault(error: &RuleError) -> ApiError {
    ApiError::internal(error)
}
