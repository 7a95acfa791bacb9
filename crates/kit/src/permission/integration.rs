//! What a plugin with permissions brings: their list, the rules of its resources, and conditions applied to them.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Condition, Permission};
use crate::error::ApiError;

/// The permissions of one plugin. It is asked in the process where it runs, and over HTTP by others
/// ([`super::add_permission_routes`]).
#[async_trait]
pub trait PermissionIntegration: Send + Sync {
    /// Plugin id.
    fn plugin_id(&self) -> &'static str;

    /// The permissions, in the order in which they are listed.
    fn permissions(&self) -> &'static [Permission];

    /// The rules as the metadata route describes them: `[{name, description, resourceType, paramsSchema}]`.
    fn rules(&self) -> Value;

    /// Whether each resource satisfies the condition, in order. One that is not there satisfies nothing, not even a
    /// negation.
    ///
    /// # Errors
    /// 400 for another resource type or wrong parameters, 500 for a rule that doesn't exist, 501 for resources that
    /// can't be looked up.
    async fn apply(
        &self,
        resource_type: &str,
        resource_refs: &[&str],
        condition: &Condition,
    ) -> Result<Vec<bool>, ApiError>;
}

impl Permission {
    /// The permission as it goes over the wire.
    pub fn to_wire(&self) -> Value {
        let attributes = match self.action {
            Some(action) => json!({"action": action}),
            None => json!({}),
        };
        match self.resource_type {
            Some(resource_type) => json!({
                "type": "resource", "name": self.name, "attributes": attributes, "resourceType": resource_type,
            }),
            None => json!({"type": "basic", "name": self.name, "attributes": attributes}),
        }
    }
}
