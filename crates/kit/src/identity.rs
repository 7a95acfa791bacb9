//! Looking people up, as sign-in sees it. The `catalog` plugin implements it.

use async_trait::async_trait;

use crate::error::ApiError;

/// How a user is looked for. Only entities of kind `User` are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserQuery<'a> {
    /// The entity with this reference, in any case.
    EntityRef(&'a str),
    /// Those with this `spec.profile.email`, in any case.
    ProfileEmail(&'a str),
    /// Those with this annotation.
    Annotation {
        /// `github.com/user-id`
        key: &'a str,
        /// What must stand there.
        value: &'a str,
        /// Whether upper and lower case differ, as they do in ids that are not names.
        exact_case: bool,
    },
}

/// A user of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogUser {
    /// `user:default/ada`, lower-case.
    pub user_entity_ref: String,
    /// What the user owns: the own reference and the groups that the user is a direct member of (targets of `memberOf`
    /// that are groups), lower-case.
    pub ownership_entity_refs: Vec<String>,
}

/// The users that the catalog knows.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// The users that match, at most two: one is somebody, two are a conflict.
    async fn find_users(&self, query: UserQuery<'_>) -> Result<Vec<CatalogUser>, ApiError>;

    /// What a user owns ([`CatalogUser::ownership_entity_refs`]). `None` if there is no such user.
    async fn ownership_entity_refs(&self, user_entity_ref: &str) -> Result<Option<Vec<String>>, ApiError> {
        let found = self.find_users(UserQuery::EntityRef(user_entity_ref)).await?;
        Ok(found.into_iter().next().map(|user| user.ownership_entity_refs))
    }
}
