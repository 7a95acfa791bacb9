//! Looking people up, as sign-in sees it. The `catalog` plugin implements it.

use async_trait::async_trait;

use crate::error::ApiError;

/// The users that the catalog knows.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// What a user owns: the user's own reference and the groups that it is a direct member of (targets of `memberOf`
    /// that are groups), lower-case. `None` if there is no such user.
    async fn ownership_entity_refs(&self, user_entity_ref: &str) -> Result<Option<Vec<String>>, ApiError>;
}
