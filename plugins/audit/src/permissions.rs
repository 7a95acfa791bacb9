//! Who may read the audit log: the one permission of this plugin.

use axum::Json;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{Authorizer, Decision, Permission, PermissionRequest};
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

/// `GET /.well-known/backstage/permissions/metadata`
pub(crate) async fn metadata() -> Json<Value> {
    let permission =
        json!({"type": "basic", "name": EVENT_READ.name, "attributes": {"action": EVENT_READ.action}});
    Json(json!({"permissions": [permission], "rules": []}))
}
