//! `/.backstage/health/v1/{liveness,readiness}`, as `backend-defaults` 0.18.0 answers them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::json;
use tokio::sync::watch;

/// Where the server is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starting,
    Ready,
    Stopping,
}

/// Where the server is in its life; readiness follows it, and requests wait for it.
#[derive(Debug, Clone)]
pub(crate) struct Readiness(Arc<watch::Sender<Phase>>);

impl Readiness {
    /// Starting.
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::channel(Phase::Starting).0))
    }

    /// All plugins have started.
    pub(crate) fn ready(&self) {
        self.0.send_replace(Phase::Ready);
    }

    /// The server is going down: load balancers should look elsewhere.
    pub(crate) fn stopping(&self) {
        self.0.send_replace(Phase::Stopping);
    }

    /// Whether requests may be served. They still are while the server stops: only new ones are sent elsewhere.
    pub(crate) fn is_ready(&self) -> bool {
        *self.0.borrow() != Phase::Starting
    }

    /// Returns when requests may be served.
    pub(crate) async fn wait(&self) {
        // The sender lives in `self`, so the channel can't be closed.
        let _ = self.0.subscribe().wait_for(|phase| *phase != Phase::Starting).await;
    }
}

/// The two routes. They are public: a probe has no token.
pub(crate) fn routes(readiness: Readiness) -> Router {
    Router::new()
        .route("/.backstage/health/v1/liveness", get(liveness))
        .route("/.backstage/health/v1/readiness", get(answer_readiness))
        .with_state(readiness)
}

async fn liveness() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

async fn answer_readiness(State(readiness): State<Readiness>) -> Response {
    let message = match *readiness.0.borrow() {
        Phase::Ready => return Json(json!({"status": "ok"})).into_response(),
        Phase::Starting => "Backend has not started yet",
        Phase::Stopping => "Backend is shutting down",
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"message": message, "status": "error"}))).into_response()
}
