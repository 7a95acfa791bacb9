//! What every request passes first and every answer last, in one layer because each layer costs: request id, log line,
//! metrics, security headers.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use callboard_kit::metrics::Metrics;

use super::headers::SecurityHeaders;

/// Labels of the request metrics. The route is the pattern, never the path, so that their number is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

/// `backstage_requests_total` and how long requests took.
#[derive(Debug, Clone)]
struct RequestMetrics {
    total: Family<RequestLabels, Counter>,
    seconds: Histogram,
}

impl RequestMetrics {
    /// Registers them.
    fn new(metrics: &Metrics) -> Self {
        let total = Family::default();
        let seconds = Histogram::new([0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0]);
        metrics.register("backstage_requests", "Requests by method, route and status", total.clone());
        metrics.register("callboard_request_seconds", "How long requests took", seconds.clone());
        Self { total, seconds }
    }
}

/// What the layer needs.
#[derive(Debug, Clone)]
pub(crate) struct Edge(Arc<(RequestMetrics, SecurityHeaders)>);

impl Edge {
    /// Registers the metrics.
    pub(crate) fn new(metrics: &Metrics, headers: SecurityHeaders) -> Self {
        Self(Arc::new((RequestMetrics::new(metrics), headers)))
    }
}

/// The id of a request, for errors and logs.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Middleware: logs the request when it is answered. Only a well-formed incoming id is taken over.
pub(crate) async fn pass(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let (metrics, headers) = &*edge.0;
    let started = Instant::now();
    let method = method_label(request.method());
    let logged = tracing::enabled!(target: "request", tracing::Level::INFO);
    let path = if logged { request.uri().path().to_owned() } else { String::new() };
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "portal".to_owned(), |matched| matched.as_str().to_owned());
    let id =
        request.headers().get(REQUEST_ID).filter(|value| is_plain(value)).cloned().unwrap_or_else(new_id);
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    metrics.total.get_or_create(&RequestLabels { method, route, status }).inc();
    metrics.seconds.observe(started.elapsed().as_secs_f64());
    if logged {
        tracing::info!(
            target: "request",
            request_id = id.to_str().unwrap_or_default(),
            method, path, status,
            duration_ms = started.elapsed().as_secs_f64() * 1000.0,
        );
    }
    headers.add_to(response.headers_mut());
    response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), id);
    response
}

fn method_label(method: &http::Method) -> &'static str {
    match *method {
        http::Method::GET => "GET",
        http::Method::HEAD => "HEAD",
        http::Method::POST => "POST",
        http::Method::PUT => "PUT",
        http::Method::DELETE => "DELETE",
        http::Method::PATCH => "PATCH",
        http::Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn is_plain(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    !bytes.is_empty() && bytes.len() <= 64 && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn new_id() -> HeaderValue {
    let mut buffer = [0_u8; 32];
    let text = uuid::Uuid::new_v4().simple().encode_lower(&mut buffer).to_owned();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}
