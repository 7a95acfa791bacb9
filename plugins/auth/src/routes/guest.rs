//! Signing in as a guest: `/guest/…`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::error::ApiResult;
use callboard_kit::identity::UserDirectory;
use http::Method;
use serde_json::{Value, json};

use crate::error::AuthError;
use crate::guest::GuestSettings;
use crate::service::AuthService;

#[derive(Clone)]
struct Guest {
    auth: Arc<AuthService>,
    audit: Arc<dyn AuditLog>,
    users: Option<Arc<dyn UserDirectory>>,
}

pub(super) fn add(
    routes: Routes,
    auth: &Arc<AuthService>,
    audit: &Arc<dyn AuditLog>,
    users: Option<&Arc<dyn UserDirectory>>,
) -> Routes {
    let state = || Guest { auth: auth.clone(), audit: audit.clone(), users: users.cloned() };
    routes
        .add(Method::GET, "/guest/refresh", Access::Public, get(refresh).with_state(state()))
        .add(Method::POST, "/guest/refresh", Access::Public, post(refresh).with_state(state()))
        .add(Method::GET, "/guest/start", Access::Public, get(no_such_step).with_state(state()))
        .add(Method::GET, "/guest/handler/frame", Access::Public, get(no_such_step).with_state(state()))
        .add(Method::POST, "/guest/handler/frame", Access::Public, post(no_such_step).with_state(state()))
}

impl Guest {
    fn settings(&self) -> Result<&GuestSettings, AuthError> {
        self.auth.settings.guest.as_ref().ok_or(AuthError::ProviderNotConfigured("guest"))
    }

    fn record(&self, actor: &str, error: Option<String>) {
        self.audit.record(AuditEvent {
            plugin: "auth",
            event_id: "user-sign-in",
            severity: Severity::Medium,
            actor: actor.to_owned(),
            meta: json!({"provider": "guest"}),
            error,
        });
    }
}

/// `GET|POST /guest/refresh`: Backstage asks for no header here, because no cookie is involved.
async fn refresh(State(guest): State<Guest>) -> ApiResult<Json<Value>> {
    let settings = guest.settings()?;
    let user = settings.user_entity_ref.as_str();
    if let Err(error) = settings.check(guest.auth.development) {
        guest.record(user, Some(error.to_string()));
        return Err(error.into());
    }
    let known = match &guest.users {
        Some(users) => users.ownership_entity_refs(user).await?,
        None => None,
    };
    let ownership = known.unwrap_or_else(|| settings.ownership_entity_refs.clone());
    let token = guest.auth.sign_in(user, &ownership).await?;
    guest.record(user, None);
    // The token was issued at the beginning of this second, so less than its whole life is left.
    let left = token.expires_at - guest.auth.now() - 1;
    Ok(Json(json!({
        "profile": {},
        "backstageIdentity": {
            "token": token.token,
            "identity": {"type": "user", "userEntityRef": user, "ownershipEntityRefs": ownership},
            "expiresInSeconds": left.max(0),
        },
    })))
}

/// A guest is asked nothing, so there is nothing to start and nothing to return from.
async fn no_such_step(State(guest): State<Guest>) -> ApiResult<()> {
    guest.settings()?;
    Err(AuthError::NoSuchStep.into())
}
