//! The roles of a user, for other plugins.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::user_info::RoleSource;

use super::PermissionService;

#[async_trait]
impl RoleSource for PermissionService {
    async fn roles(&self, user_entity_ref: &str) -> Result<Vec<String>, ApiError> {
        let Some(settings) = self.rbac() else { return Ok(Vec::new()) };
        let view = self.view(&user_entity_ref.to_lowercase(), settings).await?;
        let role = |number: u32| view.snapshot.roles.get(number as usize).map(|role| role.name.clone());
        Ok(view.who.roles.iter().filter_map(role).collect())
    }
}
