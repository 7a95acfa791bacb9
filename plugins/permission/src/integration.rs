//! The permissions on roles themselves, and `policy-entity` resources: each role is one.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::permission::{Condition, Permission, PermissionIntegration};
use http::StatusCode;
use serde_json::{Value, json};

use crate::engine::owner::{self, OwnerError};
use crate::service::PermissionService;

/// The type of resource that a role is.
pub(crate) const POLICY_ENTITY: &str = "policy-entity";

const fn entity(name: &'static str, action: &'static str) -> Permission {
    Permission { name, action: Some(action), resource_type: Some(POLICY_ENTITY) }
}

pub(crate) const READ: Permission = entity("policy.entity.read", "read");
pub(crate) const DELETE: Permission = entity("policy.entity.delete", "delete");
pub(crate) const UPDATE: Permission = entity("policy.entity.update", "update");
pub(crate) const CREATE: Permission =
    Permission { name: "policy.entity.create", action: Some("create"), resource_type: None };

static LISTED: [Permission; 4] = [READ, CREATE, DELETE, UPDATE];

/// The integration of the plugin `permission`.
pub(crate) struct PolicyEntities(pub(crate) Arc<PermissionService>);

#[async_trait]
impl PermissionIntegration for PolicyEntities {
    fn plugin_id(&self) -> &'static str {
        "permission"
    }

    fn permissions(&self) -> &'static [Permission] {
        &LISTED
    }

    fn rules(&self) -> Value {
        json!([{
            "name": "IS_OWNER",
            "description": "Allow roles that belong to one of the given users or groups",
            "resourceType": POLICY_ENTITY,
            "paramsSchema": {
                "type": "object",
                "properties": {
                    "owners": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Users and groups, one of which the role must belong to",
                    },
                },
                "required": ["owners"],
                "additionalProperties": false,
                "$schema": "http://json-schema.org/draft-07/schema#",
            },
        }])
    }

    async fn apply(
        &self,
        _resource_type: &str,
        resource_refs: &[&str],
        condition: &Condition,
    ) -> Result<Vec<bool>, ApiError> {
        let wrong = |error: OwnerError| match error {
            OwnerError::Rule(_) => {
                ApiError::new("Error", StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
            }
            OwnerError::Parameters => ApiError::input(error.to_string()),
        };
        // Also for a role that is not there: a condition that can't be used is an error.
        owner::satisfies("", condition).map_err(wrong)?;
        let snapshot = self.0.snapshot();
        let holds = |name: &&str| match snapshot.role(name) {
            Some(role) => owner::satisfies(&role.metadata.owner, condition).map_err(wrong),
            None => Ok(false),
        };
        resource_refs.iter().map(holds).collect()
    }
}
