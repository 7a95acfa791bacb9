//! What a caller may read: one question to the authorizer, and its answer as a filter that goes into every query.

use std::sync::Arc;

use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::permission::{Authorizer, Conditional, Decision, Permission, PermissionRequest};
use callboard_model::filter::{Filter, SharedFilter};

use super::rules;

/// The entities that a caller may see or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// None.
    Nothing,
    /// All.
    Everything,
    /// Those that match.
    Matching(Filter),
}

impl Allowed {
    /// `asked` within what is allowed; `None` when that is nothing.
    pub(crate) fn narrow(&self, asked: Filter) -> Option<Filter> {
        match self {
            Self::Nothing => None,
            Self::Everything => Some(asked),
            Self::Matching(filter) if asked == Filter::everything() => Some(filter.clone()),
            Self::Matching(filter) => Some(Filter::All(vec![asked, filter.clone()])),
        }
    }

    /// As one filter.
    pub(crate) fn filter(&self) -> Filter {
        match self {
            Self::Nothing => Filter::nothing(),
            Self::Everything => Filter::everything(),
            Self::Matching(filter) => filter.clone(),
        }
    }
}

/// Which entities `permission` lets the caller have.
pub(crate) async fn allowed(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<Allowed> {
    Ok(match decide(authorizer, permission, credentials).await? {
        Decision::Allow => Allowed::Everything,
        Decision::Deny => Allowed::Nothing,
        Decision::Conditional(conditional) => Allowed::Matching(filter(&conditional)?),
    })
}

/// Whether a permission that is about no resource is given.
pub(crate) async fn is_allowed(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<bool> {
    Ok(decide(authorizer, permission, credentials).await? == Decision::Allow)
}

/// 403 unless a permission that is about no resource is given.
pub(crate) async fn require(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<()> {
    if is_allowed(authorizer, permission, credentials).await? {
        return Ok(());
    }
    Err(ApiError::not_allowed(format!(
        "This needs the permission {}, which you do not have",
        permission.name
    )))
}

async fn decide(
    authorizer: &dyn Authorizer,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<Decision> {
    let requests = [PermissionRequest { permission, resource_ref: None }];
    // No answer is no permission.
    Ok(authorizer.authorize(&requests, credentials).await?.into_iter().next().unwrap_or(Decision::Deny))
}

/// The filter of a condition. It stays with the decision, and what the index finds for it stays with the filter: a caller
/// with hundreds of groups costs as much as any other.
fn filter(conditional: &Conditional) -> ApiResult<Filter> {
    let shared = conditional.compiled(|condition| rules::to_filter(condition).map(SharedFilter::new));
    // The policy is at fault here, not the caller.
    let shared: Arc<Arc<SharedFilter>> = shared.map_err(|error| ApiError::internal(&error))?;
    Ok(Filter::Shared(shared.as_ref().clone()))
}
