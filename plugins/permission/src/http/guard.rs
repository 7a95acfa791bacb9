//! Who may read and change roles, and which of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_kit::permission::{Authorizer, Conditional, Decision, Permission, PermissionRequest};
use serde_json::{Value, json};

use super::Api;
use crate::engine::owner;
use crate::integration::READ;
use crate::model::RoleMetadata;

/// The roles that a caller may see or change.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    All,
    Some(Arc<Conditional>),
}

impl Reach {
    /// Whether a role is among them.
    pub(super) fn holds(&self, metadata: &RoleMetadata) -> bool {
        match self {
            Self::All => true,
            Self::Some(conditional) => match owner::satisfies(&metadata.owner, conditional.condition()) {
                Ok(holds) => holds,
                Err(error) => {
                    tracing::warn!(%error, "a condition on roles can't be used; it counts as not satisfied");
                    false
                }
            },
        }
    }
}

/// The roles that the caller may read.
pub(super) async fn readable(api: &Api, credentials: &Credentials) -> ApiResult<Reach> {
    reach(api, READ, credentials).await
}

/// The roles that the caller may change, and who that is.
pub(super) async fn changeable(
    api: &Api,
    permission: Permission,
    credentials: &Credentials,
) -> ApiResult<(Reach, String)> {
    let Principal::User { entity_ref, .. } = &credentials.principal else {
        return Err(ApiError::not_allowed(
            "Only credential principal with type 'user' permitted to modify permissions",
        ));
    };
    Ok((reach(api, permission, credentials).await?, entity_ref.clone()))
}

async fn reach(api: &Api, permission: Permission, credentials: &Credentials) -> ApiResult<Reach> {
    let requests = [PermissionRequest { permission, resource_ref: None }];
    match api.service.authorize(&requests, credentials).await?.into_iter().next() {
        Some(Decision::Allow) => Ok(Reach::All),
        Some(Decision::Conditional(conditional)) => Ok(Reach::Some(conditional)),
        _ => Err(ApiError::not_allowed(format!(
            "This needs the permission {}, which you do not have",
            permission.name
        ))),
    }
}

/// `GET /`
pub(super) async fn status(State(api): State<Api>, Caller(credentials): Caller) -> ApiResult<Json<Value>> {
    readable(&api, &credentials).await?;
    Ok(Json(json!({"status": "Authorized"})))
}
