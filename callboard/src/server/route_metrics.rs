//! `backstage_requests_total`: counts answers by method, route and status. A layer inside the router, because only
//! there the matched route is known.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use callboard_kit::metrics::Metrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tower::{Layer, Service};

/// Labels of the request metrics. The route is the pattern, never the path, so that their number is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

/// The counters, as a layer.
#[derive(Debug, Clone)]
pub(crate) struct CountRequests(Family<RequestLabels, Counter>);

impl CountRequests {
    /// Registers them.
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let total = Family::default();
        metrics.register("backstage_requests", "Requests by method, route and status", total.clone());
        Self(total)
    }
}

impl<S> Layer<S> for CountRequests {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted { inner, total: self.0.clone() }
    }
}

/// A service whose answers are counted.
#[derive(Debug, Clone)]
pub(crate) struct Counted<S> {
    inner: S,
    total: Family<RequestLabels, Counter>,
}

impl<S> Service<Request> for Counted<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
    S::Error: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let method = method_label(request.method());
        let matched = request.extensions().get::<MatchedPath>().cloned();
        let (answered, total) = (self.inner.call(request), self.total.clone());
        Box::pin(async move {
            let response = answered.await?;
            let route = matched.as_ref().map_or("portal", MatchedPath::as_str).to_owned();
            let labels = RequestLabels { method, route, status: response.status().as_u16() };
            total.get_or_create(&labels).inc();
            Ok(response)
        })
    }
}

/// The method as a label; whatever a client makes up is one.
pub(crate) fn method_label(method: &http::Method) -> &'static str {
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
