//! The permissions and rules as the permission framework sees them, and conditions applied to tasks.

use async_trait::async_trait;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{Condition, Permission, PermissionIntegration};
use callboard_store::Database;
use http::StatusCode;
use serde_json::Value;

use super::condition::RuleError;
use super::{ACTION, LISTED, TASK, TEMPLATE, actions, rules, tasks, templates};
use crate::db;
use crate::error::ScaffolderError;

/// The integration of the plugin `scaffolder`.
pub(crate) struct ScaffolderPermissions(pub(crate) Database);

#[async_trait]
impl PermissionIntegration for ScaffolderPermissions {
    fn plugin_id(&self) -> &'static str {
        "scaffolder"
    }

    fn permissions(&self) -> &'static [Permission] {
        &LISTED
    }

    fn rules(&self) -> Value {
        rules::metadata()
    }

    async fn apply(
        &self,
        resource_type: &str,
        resource_refs: &[&str],
        condition: &Condition,
    ) -> Result<Vec<bool>, ApiError> {
        match resource_type {
            TASK => {}
            TEMPLATE => return not_looked_up(templates::read(condition), resource_type),
            ACTION => return not_looked_up(actions::read(condition), resource_type),
            other => return Err(ApiError::input(format!("Unexpected resource types: {other}."))),
        }
        let tree = tasks::read(condition).map_err(wrong)?;
        let mut results = Vec::with_capacity(resource_refs.len());
        for id in resource_refs {
            results.push(match db::tasks::get(&self.0, id).await {
                Ok(task) => tree.holds(&|users| users.contains(&task.created_by)),
                Err(ScaffolderError::NotFound(_)) => false,
                Err(error) => return Err(error.into()),
            });
        }
        Ok(results)
    }
}

/// Parts of templates and actions are no resources that have a reference.
fn not_looked_up<T>(read: Result<T, RuleError>, resource_type: &str) -> ApiResult<Vec<bool>> {
    read.map_err(wrong)?;
    Err(ApiError::not_implemented(format!(
        "This plugin does not look up resources of type '{resource_type}'"
    )))
}

fn wrong(error: RuleError) -> ApiError {
    match error {
        RuleError::UnknownRule { .. } => {
            ApiError::new("Error", StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
        _ => ApiError::input(error.to_string()),
    }
}
