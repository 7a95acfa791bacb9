//! What signed-in users own, which groups there are and which roles a user has. The `auth` plugin implements the first,
//! the `catalog` plugin the second, the `permission` plugin the third.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::ApiError;

/// What is known about users who have signed in.
#[async_trait]
pub trait UserInfoSource: Send + Sync {
    /// What the user owned when it signed in last: entity references, lower-case, its own among them. `None` if it
    /// never has signed in here. Answers from memory most of the time; the same list comes as the same allocation as
    /// long as nothing has changed.
    async fn ownership(&self, user_entity_ref: &str) -> Result<Option<Arc<[String]>>, ApiError>;
}

/// The users and groups of the catalog, to read from without waiting. References are lower-case.
pub trait GroupDirectory: Send + Sync {
    /// Grows with every change of a user or group; what was asked before may be kept until then.
    fn version(&self) -> u64;

    /// The groups that a user is a direct member of (targets of `memberOf`).
    fn groups_of_user(&self, user_entity_ref: &str) -> Vec<String>;

    /// The groups directly above a group (targets of `childOf`).
    fn parents_of_group(&self, group_entity_ref: &str) -> Vec<String>;

    /// The users that there are, at most `limit` of them.
    fn users(&self, limit: usize) -> Vec<String>;
}

/// The roles of users.
#[async_trait]
pub trait RoleSource: Send + Sync {
    /// The names of a user's roles (`role:default/platform`), its own and those of its groups; none where there are no
    /// roles.
    async fn roles(&self, user_entity_ref: &str) -> Result<Vec<String>, ApiError>;
}
