//! A plugin behind its routes, called as over HTTP but without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn;
use callboard_kit::access::Routes;
use callboard_kit::auth::Authenticator;
use callboard_kit::http::{AuthContext, error_body};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// The routes of one plugin with barriers and error bodies, as the server mounts them.
#[derive(Debug, Clone)]
pub struct TestApp(Router);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as JSON; null if it is none.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl TestApp {
    /// Mounts the routes of the plugin with this id.
    pub fn new(plugin_id: &'static str, routes: Routes, authenticator: Arc<dyn Authenticator>) -> Self {
        let context = AuthContext { authenticator, plugin_id, open: false };
        let (router, _) = routes.into_parts();
        Self(router.layer(axum::Extension(context)).layer(from_fn(error_body)))
    }

    /// Sends a request. `token` is the bearer token, empty for none; a body is sent as JSON.
    pub async fn send(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        self.request(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Opens a stream of server-sent events after the last id that a client had, and hands out its body.
    pub async fn open(&self, token: &str, path: &str, last_event_id: &str) -> Body {
        let request = Request::builder()
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "text/event-stream")
            .header("last-event-id", last_event_id);
        let request = request.body(Body::empty()).expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("a router answers everything");
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    /// Sends any request.
    pub async fn request(&self, request: Request<Body>) -> Answer {
        let response = self.0.clone().oneshot(request).await.expect("a router answers everything");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body, text }
    }
}
