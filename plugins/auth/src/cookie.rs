//! The cookie that lets a browser load pages and pictures: `/.backstage/auth/v1/cookie` below every plugin
//! (`backend-defaults` 0.18.0). It holds a limited token, good for routes that are marked for it and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{delete, get};
use callboard_kit::access::{Access, Routes};
use callboard_kit::auth::{Authenticator, CookieIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::{Caller, auth_cookie};
use http::header::SET_COOKIE;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;

use crate::error::AuthError;
use crate::service::AuthService;

const PATH: &str = "/.backstage/auth/v1/cookie";
/// A cookie that holds at least this long yet, in seconds, isn't replaced.
const LONG_ENOUGH: i64 = 5 * 60;

/// The routes of the cookie for one plugin. A plugin that is `public` as a whole lets anybody clear it.
pub fn routes(auth: &Arc<AuthService>, public: bool) -> Routes {
    let clearing = if public { Access::Public } else { Access::Authenticated };
    Routes::new().add(Method::GET, PATH, Access::User, get(issue).with_state(auth.clone())).add(
        Method::DELETE,
        PATH,
        clearing,
        delete(clear).with_state(auth.clone()),
    )
}

async fn issue(
    State(auth): State<Arc<AuthService>>,
    caller: Caller,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let user = caller.0.user_entity_ref().ok_or(AuthError::NoCredentials)?;
    if let Some(cookie) = auth_cookie(&headers)
        && let Ok(present) = auth.authenticate_cookie(cookie, "auth").await
        && present.user_entity_ref() == Some(user)
        && let Some(expires_at) = present.expires_at.filter(|end| end - auth.now() > LONG_ENOUGH)
    {
        return Ok(Json(json!({"expiresAt": iso(expires_at)?})).into_response());
    }
    let token = AuthService::limited_token(&caller.0)?;
    let expires_at = caller.0.expires_at.ok_or(AuthError::NoUserToken)?;
    let cookie = header(&auth, &token, expires_at)?;
    let body = Json(json!({"expiresAt": iso(expires_at)?}));
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), body).into_response())
}

async fn clear(State(auth): State<Arc<AuthService>>) -> ApiResult<Response> {
    let cookie = header(&auth, "", 0)?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie)])).into_response())
}

#[async_trait]
impl CookieIssuer for AuthService {
    async fn cookie(&self, user: &Credentials) -> Result<String, ApiError> {
        user.user_entity_ref().ok_or(AuthError::NoCredentials)?;
        header(self, &Self::limited_token(user)?, user.expires_at.ok_or(AuthError::NoUserToken)?)
    }

    fn cleared(&self) -> String {
        // The epoch can always be written.
        header(self, "", 0).unwrap_or_default()
    }
}

/// `Set-Cookie`
fn header(auth: &AuthService, token: &str, expires_at: i64) -> Result<String, ApiError> {
    let host = &auth.settings.host;
    let site = if auth.settings.secure_cookies {
        "Secure; Priority=High; SameSite=None"
    } else {
        "Priority=High; SameSite=Lax"
    };
    let expires = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&timestamp(expires_at)?)
        .map_err(|error| ApiError::internal(&error))?;
    Ok(format!("backstage-auth={token}; Domain={host}; Path=/; Expires={expires}; HttpOnly; {site}"))
}

/// `2026-11-23T02:18:16.000Z`
fn iso(seconds: i64) -> Result<String, ApiError> {
    Ok(timestamp(seconds)?.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())
}

fn timestamp(seconds: i64) -> Result<jiff::Timestamp, ApiError> {
    jiff::Timestamp::from_second(seconds).map_err(|error| ApiError::internal(&error))
}
