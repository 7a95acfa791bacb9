//! What every request passes first and every answer last: request id, log line, how long it took, security headers,
//! compression. One service around the router instead of layers in it, because axum boxes each layer of each route.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Request, header};
use hyper::body::Incoming;
use prometheus_client::metrics::histogram::Histogram;
use tower::{Service, ServiceExt};
use tower_http::CompressionLevel;
use tower_http::compression::{Compression, DefaultPredicate, Predicate};

use callboard_kit::metrics::Metrics;

use super::headers::SecurityHeaders;
use super::route_metrics::method_label;

/// The id of a request, for errors and logs.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole server as connections call it.
#[derive(Clone)]
pub(crate) struct Edge(Arc<Parts>);

struct Parts {
    router: Router,
    compressed: Compression<Router>,
    seconds: Histogram,
    headers: SecurityHeaders,
}

impl Edge {
    /// Around a router; registers its metric.
    pub(crate) fn new(router: Router, metrics: &Metrics, headers: SecurityHeaders) -> Self {
        let seconds = Histogram::new([0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0]);
        metrics.register("callboard_request_seconds", "How long requests took", seconds.clone());
        let compressed = Compression::new(router.clone()).quality(CompressionLevel::Fastest);
        Self(Arc::new(Parts { router, compressed, seconds, headers }))
    }

    /// Answers a request and logs it. Only a well-formed incoming id is taken over.
    async fn answer(self, request: Request<Incoming>) -> Response {
        let parts = &*self.0;
        let started = Instant::now();
        let logged = tracing::enabled!(target: "request", tracing::Level::INFO);
        let of_log = logged.then(|| (method_label(request.method()), request.uri().path().to_owned()));
        let id = request.headers().get(REQUEST_ID).filter(|value| is_plain(value)).cloned();
        let id = id.unwrap_or_else(new_id);
        let mut response = parts.routed(request).await;
        let status = response.status().as_u16();
        parts.seconds.observe(started.elapsed().as_secs_f64());
        if let Some((method, path)) = of_log {
            tracing::info!(
                target: "request",
                request_id = id.to_str().unwrap_or_default(),
                method, path, status,
                duration_ms = started.elapsed().as_secs_f64() * 1000.0,
            );
        }
        parts.headers.add_to(response.headers_mut());
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
}

impl Parts {
    async fn routed(&self, request: Request<Incoming>) -> Response {
        if request.headers().contains_key(header::ACCEPT_ENCODING) {
            let Ok(response) = self.compressed.clone().oneshot(request).await;
            return response.map(Body::new);
        }
        // Nobody who can unpack it: what compression would have left as it is does not pay for it.
        let Ok(mut response) = self.router.clone().call(request).await;
        let compressible = !response.headers().contains_key(header::CONTENT_ENCODING)
            && DefaultPredicate::new().should_compress(&response);
        let says_so = |value: &HeaderValue| {
            value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("accept-encoding"))
        };
        if compressible && !response.headers().get_all(header::VARY).iter().any(says_so) {
            response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

impl hyper::service::Service<Request<Incoming>> for Edge {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let edge = self.clone();
        Box::pin(async move { Ok(edge.answer(request).await) })
    }
}

fn is_plain(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    !bytes.is_empty() && bytes.len() <= 64 && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn new_id() -> HeaderValue {
    let mut buffer = [0_u8; 32];
    let text = uuid::Uuid::new_v4().simple().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}
