//! The request that is being answered, as audit events describe it.
//!
//! It is kept beside the task that answers, so that an event recorded anywhere below a handler knows address, browser
//! and URL without every function in between handing them on.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{OriginalUri, Request};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use parking_lot::Mutex;
use serde_json::Value;

use crate::http::{auth_cookie, bearer_token};

/// The address of whoever sent a request, put into it by the server: the peer, or what a trusted proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// What an event tells about a request. Cheap to make: what is shared stays shared until an event needs its text.
#[derive(Debug)]
pub struct RequestFacts {
    method: Method,
    uri: Uri,
    ip: Option<IpAddr>,
    host: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
    cookie: Option<HeaderValue>,
    notes: Mutex<Vec<(String, Value)>>,
}

impl RequestFacts {
    /// The facts of a request.
    pub fn of(request: &Request) -> Self {
        let header = |name| request.headers().get(name).cloned();
        Self {
            method: request.method().clone(),
            uri: request
                .extensions()
                .get::<OriginalUri>()
                .map_or_else(|| request.uri(), |uri| &uri.0)
                .clone(),
            ip: request.extensions().get::<ClientAddress>().map(|address| address.0),
            host: header(header::HOST),
            user_agent: header(header::USER_AGENT),
            authorization: header(header::AUTHORIZATION),
            cookie: header(header::COOKIE),
            notes: Mutex::new(Vec::new()),
        }
    }

    /// `POST`
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Path and query as they were sent.
    pub fn url(&self) -> &str {
        self.uri.path_and_query().map_or("/", |url| url.as_str())
    }

    /// Where it came from.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// The host that was asked for, without port (Express' `hostname`).
    pub fn hostname(&self) -> Option<&str> {
        let host = self.host.as_ref()?.to_str().ok()?;
        Some(match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        })
    }

    /// The browser.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_ref()?.to_str().ok()
    }

    /// The tokens that came with the request: whoever writes about it takes them out.
    pub fn secrets(&self) -> Vec<String> {
        let mut headers = HeaderMap::new();
        let sent = [(header::AUTHORIZATION, &self.authorization), (header::COOKIE, &self.cookie)];
        for (name, value) in sent {
            headers.extend(value.clone().map(|value| (name, value)));
        }
        let whole = self.authorization.as_ref().and_then(|value| value.to_str().ok());
        let after_scheme = whole.and_then(|value| value.split_once(' ')).map(|(_, rest)| rest.trim());
        [bearer_token(&headers), auth_cookie(&headers), after_scheme]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect()
    }

    /// Takes out what handlers have noted so far.
    pub(crate) fn take_notes(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.notes.lock())
    }
}

tokio::task_local! {
    static CURRENT: Arc<RequestFacts>;
}

/// Runs `work` as the answer to a request.
pub async fn answering<F: Future>(facts: Arc<RequestFacts>, work: F) -> F::Output {
    CURRENT.scope(facts, work).await
}

/// As [`answering`], for work that does not wait.
pub fn within<T>(facts: Arc<RequestFacts>, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(facts, work)
}

/// The request that is being answered here, if one is.
pub fn current() -> Option<Arc<RequestFacts>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// Adds a member to `meta` of the event of the route that is being answered. Never a secret.
pub fn note(key: &str, value: impl Into<Value>) {
    // Outside of a request, or where nobody wants the event, there is nothing to add to.
    let _ = CURRENT.try_with(|facts| facts.notes.lock().push((key.to_owned(), value.into())));
}
