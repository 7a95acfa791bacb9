//! Who may read the audit log: the one permission of this plugin.

use async_trait::async_trait;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{
    Authorizer, Condition, Decision, Permission, PermissionIntegration, PermissionRequest,
};
use serde_json::{Value, json};

/// Reading the audit log.
pub const EVENT_READ: Permission =
    Permission { name: "audit.event.read", action: Some("read"), resource_type: None };

/// 403 unless the caller has it.
pub(crate) async fn require(authorizer: &dyn Authorizer, credentials: &Credentials) -> ApiResult<()> {
    let requests = [PermissionRequest { permission: EVENT_READ, resource_ref: None }];
    // No answer is no permission.
    let decision =
        authorizer.authorize(&requests, credentials).await?.into_iter().next().unwrap_or(Decision::Deny);
    if decision == Decision::Allow {
        return Ok(());
    }
    let name = EVENT_READ.name;
    Err(ApiError::not_allowed(format!("This needs the permission {name}, which you do not have")))
}

/// The integration of the plugin `audit`: a basic permission and no resources.
pub(crate) struct AuditPermissions;

static LISTED: [Permission; 1] = [EVENT_READ];

#[async_trait]
impl PermissionIntegration for AuditPermissions {
    fn plugin_id(&self) -> &'static str {
        "audit"
    }

    fn permissions(&self) -> &'static [Permission] {
        &LISTED
    }

    fn rules(&self) -> Value {
        json!([])
    }

    async fn apply(
        &self,
        resource_type: &str,
        _resource_refs: &[&str],
        _condition: &Condition,
    ) -> Result<Vec<bool>, ApiError> {
        Err(ApiError::input(format!("Unexpected resource types: {resource_type}.")))
    }
}
