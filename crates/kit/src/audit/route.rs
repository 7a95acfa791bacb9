//! Routes that are events: what is recorded before and after their handlers.

use std::future::Future;
use std::sync::Arc;

use axum::extract::{RawPathParams, Request};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use super::request::{RequestFacts, answering, within};
use super::{AuditEvent, AuditLog, Severity};
use crate::credentials::Credentials;
use crate::error::ApiError;

/// Where the barrier of a route records, put into each request by the server.
#[derive(Clone)]
pub struct Auditing(pub Arc<dyn AuditLog>);

/// The id of the event that a denied request is, where its route has no event of its own.
pub const REQUEST_DENIED: &str = "request-denied";

/// What a call of a route is recorded as.
#[derive(Debug, Clone, Copy)]
pub struct Audited {
    /// `entity-fetch`
    pub event_id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Members of `meta` that are always the same. The parameters of the path are added, then what the handler notes.
    pub meta: &'static [(&'static str, &'static str)],
}

impl Audited {
    /// A read, which is recorded only where a sink takes events of low severity.
    pub const fn read(event_id: &'static str, meta: &'static [(&'static str, &'static str)]) -> Self {
        Self { event_id, severity: Severity::Low, meta }
    }

    /// A change.
    pub const fn change(event_id: &'static str, meta: &'static [(&'static str, &'static str)]) -> Self {
        Self { event_id, severity: Severity::Medium, meta }
    }

    /// A change of who may do what.
    pub const fn grant(event_id: &'static str, meta: &'static [(&'static str, &'static str)]) -> Self {
        Self { event_id, severity: Severity::High, meta }
    }
}

/// One call of a route, as the barrier sees it.
pub(crate) struct Call<'r> {
    pub(crate) log: Arc<dyn AuditLog>,
    pub(crate) plugin: &'static str,
    pub(crate) audited: Option<&'r Audited>,
}

impl Call<'_> {
    /// Nobody has been let in.
    pub(crate) async fn denied(self, request: Request, error: &ApiError) {
        if !matches!(error.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return;
        }
        let (facts, meta) = self.facts(request).await;
        let event = self.event(&Credentials::none(), Severity::Medium, meta, Some(told(error)));
        within(facts, || self.log.record(event));
    }

    /// Runs the handler and records what came of it.
    pub(crate) async fn answered<F, Fut>(
        self,
        credentials: &Credentials,
        mut request: Request,
        run: F,
    ) -> Response
    where
        F: FnOnce(Request) -> Fut,
        Fut: Future<Output = Response>,
    {
        let facts = RequestFacts::of(&request);
        let severity = self.audited.map(|audited| audited.severity);
        let Some(severity) = severity.filter(|severity| self.log.wants(*severity)) else {
            if severity.is_some() {
                // A read that nobody wants to hear of: this is the path that has to be fast.
                let response = run(request).await;
                self.record_denial(credentials, || Arc::new(facts), &response);
                return response;
            }
            // Events that the handler itself records know the request.
            let facts = Arc::new(facts);
            let response = answering(facts.clone(), run(request)).await;
            self.record_denial(credentials, || facts, &response);
            return response;
        };
        let facts = Arc::new(facts);
        let meta = self.meta(&mut request).await;
        let begun = self.event(credentials, severity, meta.clone(), None);
        within(facts.clone(), || self.log.initiated(begun));
        let response = answering(facts.clone(), run(request)).await;
        let error = match response.extensions().get::<ApiError>() {
            Some(error) => Some(told(error)),
            None if response.status().is_client_error() || response.status().is_server_error() => {
                Some(response.status().to_string())
            }
            None => None,
        };
        let mut meta = meta;
        meta.extend(facts.take_notes());
        // A denied read is worth more than a read.
        let severity = if denial(&response).is_some() { severity.max(Severity::Medium) } else { severity };
        let event = self.event(credentials, severity, meta, error);
        within(facts, || self.log.record(event));
        response
    }

    /// A denial is an event on every route.
    fn record_denial(
        &self,
        credentials: &Credentials,
        facts: impl FnOnce() -> Arc<RequestFacts>,
        response: &Response,
    ) {
        if let Some(error) = denial(response) {
            let event = self.event(credentials, Severity::Medium, Map::new(), Some(error));
            within(facts(), || self.log.record(event));
        }
    }

    async fn facts(&self, mut request: Request) -> (Arc<RequestFacts>, Map<String, Value>) {
        let facts = Arc::new(RequestFacts::of(&request));
        (facts, self.meta(&mut request).await)
    }

    /// What is known before the handler has run.
    async fn meta(&self, request: &mut Request) -> Map<String, Value> {
        let mut meta = Map::new();
        for (key, value) in self.audited.map(|audited| audited.meta).unwrap_or_default() {
            meta.insert((*key).to_owned(), (*value).into());
        }
        let taken = std::mem::take(request);
        let (mut parts, body) = taken.into_parts();
        let params =
            <RawPathParams as axum::extract::FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
        if let Ok(params) = params {
            for (key, value) in &params {
                meta.insert(key.to_owned(), value.into());
            }
        }
        *request = Request::from_parts(parts, body);
        meta
    }

    fn event(
        &self,
        credentials: &Credentials,
        severity: Severity,
        meta: Map<String, Value>,
        error: Option<String>,
    ) -> AuditEvent {
        AuditEvent {
            plugin: self.plugin,
            event_id: self.audited.map_or(REQUEST_DENIED, |audited| audited.event_id),
            severity,
            actor: credentials.subject().to_owned(),
            meta: Value::Object(meta),
            error,
        }
    }
}

/// An error as events tell it.
fn told(error: &ApiError) -> String {
    format!("{}: {}", error.name, error.message)
}

/// Why the caller was not allowed, if that is the answer.
fn denial(response: &Response) -> Option<String> {
    if !matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return None;
    }
    response.extensions().get::<ApiError>().map(told)
}
