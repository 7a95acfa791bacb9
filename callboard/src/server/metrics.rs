//! `/metrics` in the Prometheus text format: behind a static token on the main port, or open on a listener of its
//! own (`backend.metrics.listen`).

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use callboard_kit::access::{Access, Routes};
use callboard_kit::metrics::Metrics;
use http::{Method, header};

/// The route for a service with a token.
pub(crate) fn guarded(metrics: Metrics) -> Routes {
    Routes::new().add(Method::GET, "/metrics", Access::Service, get(answer).with_state(metrics))
}

/// The route for a listener that only the monitoring system reaches.
pub(crate) fn open(metrics: Metrics) -> Router {
    Router::new().route("/metrics", get(answer)).with_state(metrics)
}

async fn answer(State(metrics): State<Metrics>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], metrics.encode()).into_response()
}
