//! The routes of clients. All but the user's own sessions are public: a client proves who it is in its own ways, and
//! answers in OAuth's form.

mod authorize;
mod consent;
mod own_sessions;
mod register;
mod revoke;
mod token;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use callboard_kit::access::{Access, Routes};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method};
use serde_json::Value;

use super::Clients;
use super::error::OAuthError;

/// The routes that the configuration asks for.
pub(crate) fn add_routes(routes: Routes, clients: &Clients) -> Routes {
    let state = || clients.clone();
    let mut routes = routes.add(
        Method::GET,
        "/.well-known/oauth-client/cli.json",
        Access::Public,
        get(cli_document).with_state(state()),
    );
    if !clients.settings().any() {
        return routes;
    }
    routes = routes
        .add(Method::GET, "/v1/authorize", Access::Public, get(authorize::authorize).with_state(state()))
        .add(Method::GET, "/v1/sessions/{id}", Access::Public, get(consent::show).with_state(state()))
        .add(
            Method::POST,
            "/v1/sessions/{id}/approve",
            Access::Public,
            post(consent::approve).with_state(state()),
        )
        .add(
            Method::POST,
            "/v1/sessions/{id}/reject",
            Access::Public,
            post(consent::reject).with_state(state()),
        )
        .add(Method::POST, "/v1/token", Access::Public, post(token::token).with_state(state()))
        .add(Method::POST, "/v1/revoke", Access::Public, post(revoke::revoke).with_state(state()));
    if clients.settings().registration.is_some() {
        routes = routes.add(
            Method::POST,
            "/v1/register",
            Access::Public,
            post(register::register).with_state(state()),
        );
    }
    routes
}

/// A user's own sessions, for the settings page. They are listed and ended also after refresh tokens were switched off.
pub(crate) fn add_own_sessions(routes: Routes, clients: &Clients) -> Routes {
    routes
        .add(
            Method::GET,
            "/.callboard/sessions",
            Access::User,
            get(own_sessions::list).with_state(clients.clone()),
        )
        .add(
            Method::DELETE,
            "/.callboard/sessions/{id}",
            Access::User,
            delete(own_sessions::end).with_state(clients.clone()),
        )
}

async fn cli_document(State(clients): State<Clients>) -> Result<Json<Value>, OAuthError> {
    match clients.settings().documents {
        Some(_) => Ok(Json(clients.cli_document())),
        None => Err(OAuthError::not_found("Client ID metadata documents are not enabled")),
    }
}

/// An answer with secrets in it.
fn not_stored(body: Value) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
