//! What describes this server to others: keys, endpoints, user info.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use callboard_kit::access::{Access, Routes};
use callboard_kit::error::ApiResult;
use callboard_kit::http::bearer_token;
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::clients::Clients;
use crate::error::AuthError;
use crate::service::AuthService;

pub(super) fn add(routes: Routes, auth: &Arc<AuthService>, clients: &Clients) -> Routes {
    let state = || auth.clone();
    routes
        .add(Method::GET, "/.well-known/jwks.json", Access::Public, get(jwks).with_state(state()))
        .add(
            Method::GET,
            "/.well-known/openid-configuration",
            Access::Public,
            get(openid_configuration).with_state(clients.clone()),
        )
        .add(Method::GET, "/v1/userinfo", Access::Public, get(user_info).with_state(state()))
}

async fn jwks(State(auth): State<Arc<AuthService>>) -> ApiResult<Json<Value>> {
    Ok(Json(auth.user_jwks().await?))
}

async fn openid_configuration(State(clients): State<Clients>) -> Json<Value> {
    Json(clients.openid_configuration())
}

/// `GET /v1/userinfo`: for a full or a limited user token.
async fn user_info(State(auth): State<Arc<AuthService>>, headers: HeaderMap) -> ApiResult<Json<Value>> {
    let token = bearer_token(&headers).ok_or(AuthError::NoToken)?;
    let credentials = auth.verify_any(token).await?;
    let user = credentials.user_entity_ref().ok_or(AuthError::UserInfoOfService)?;
    Ok(Json(auth.user_info.get(user).await?))
}
