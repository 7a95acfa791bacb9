//! Mounts a plugin at `/api/<id>`: its own routes, the well-known ones that every plugin answers, and what a
//! path without a route gets.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use callboard_kit::access::{Access, RouteSpec, Routes};
use callboard_kit::audit::route::Auditing;
use callboard_kit::auth::TokenIssuer;
use callboard_kit::error::ApiError;
use callboard_kit::http::{AuthContext, empty_not_found, error_body, error_response};
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_auth::{AuthService, cookie_routes};
use http::{Method, StatusCode};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;

use super::health::Readiness;
use super::rate_limit::{self, RateLimit};
use super::route_metrics::CountRequests;

/// How long a request waits for a server that is still starting (`backend.lifecycle.startupRequestPauseTimeout`).
const STARTUP_PAUSE: Duration = Duration::from_secs(5);

/// A plugin's router, mounted, with its barriers and Backstage's error body.
pub(crate) fn mount(
    plugin: &Arc<dyn Plugin>,
    services: &Services,
    auth: &Arc<AuthService>,
    readiness: &Readiness,
    count: &CountRequests,
    open: bool,
) -> anyhow::Result<Router> {
    let id = plugin.id();
    let (own, mut specs) = plugin.routes().into_parts();
    let public = plugin.id() == "auth" || plugin.id() == "app";
    let (common, common_specs) = common_routes(plugin, services, public).into_parts();
    let (cookie, cookie_specs) = cookie_routes(auth, public).into_parts();
    specs.extend(common_specs.into_iter().chain(cookie_specs));
    for RouteSpec { method, path, access, .. } in specs {
        tracing::debug!(plugin = id, %method, path, ?access, "route");
    }
    let gate = Gate {
        readiness: readiness.clone(),
        auth: AuthContext { authenticator: services.authenticator.clone(), plugin_id: id, open },
        auditing: Auditing(services.audit.clone()),
    };
    let limit = RateLimit::of_plugin(&services.config, id)?;
    let router = own
        .merge(common)
        .merge(cookie)
        .method_not_allowed_fallback(empty_not_found)
        // One layer of several parts: axum boxes each layer, and every request pays for each box.
        .layer(
            ServiceBuilder::new()
                .layer(count.clone())
                .layer(from_fn_with_state(gate, pass_gate))
                .layer(CatchPanicLayer::custom(answer_panic)),
        );
    let router = match limit {
        Some(limit) => router.layer(from_fn_with_state(limit, rate_limit::limit)),
        None => router,
    };
    // A nested router answers `/api/<id>`; Backstage's answers `/api/<id>/` the same.
    let with_slash = router.clone().map_request(to_root);
    let mount = format!("/api/{id}");
    Ok(Router::new().route_service(&format!("{mount}/"), with_slash).nest(&mount, router))
}

/// The request as the plugin's own root gets it.
fn to_root(mut request: Request) -> Request {
    let path = match request.uri().query() {
        Some(query) => format!("/?{query}"),
        None => "/".to_owned(),
    };
    // What came with a request is a valid query.
    if let Ok(uri) = path.parse() {
        *request.uri_mut() = uri;
    }
    request
}

/// What every plugin answers below its mount.
fn common_routes(plugin: &Arc<dyn Plugin>, services: &Services, public: bool) -> Routes {
    let mut routes = Routes::new().add(
        Method::GET,
        "/.backstage/auth/v1/jwks.json",
        Access::Public,
        get(jwks).with_state((services.tokens.clone(), plugin.id())),
    );
    if let Some(document) = plugin.openapi() {
        let document = Arc::new(document);
        routes = routes.add(
            Method::GET,
            "/openapi.json",
            Access::Authenticated,
            get(|State(document): State<Arc<serde_json::Value>>| async move { Json((*document).clone()) })
                .with_state(document),
        );
    }
    // The barrier comes before "no such path", as in Backstage: who is nobody learns nothing.
    let access = if public { Access::Public } else { Access::Authenticated };
    routes.unmatched(access)
}

async fn jwks(
    State((tokens, id)): State<(Arc<dyn TokenIssuer>, &'static str)>,
) -> Result<Response, ApiError> {
    Ok(Json(tokens.jwks(id).await?).into_response())
}

/// What every request of a plugin passes.
#[derive(Clone)]
struct Gate {
    readiness: Readiness,
    auth: AuthContext,
    auditing: Auditing,
}

/// Holds requests back until the plugins have started, so that a restart costs clients a moment and no error; tells
/// barriers whom to ask; writes Backstage's error body.
async fn pass_gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if !gate.readiness.is_ready() && tokio::time::timeout(STARTUP_PAUSE, gate.readiness.wait()).await.is_err()
    {
        let error = ApiError::service_unavailable("Service has not started up yet");
        return error_response(&error, request.method(), request.uri());
    }
    request.extensions_mut().insert(gate.auth);
    request.extensions_mut().insert(gate.auditing);
    error_body(request, next).await
}

/// A bug in a handler costs one request, never the process.
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    tracing::error!(panic = %text, "a request handler panicked");
    let message = "An internal error occurred; the log has the details";
    ApiError::new("InternalServerError", StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
}
