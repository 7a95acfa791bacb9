//! Sending a request under a policy: checks, retries, redirects.

use super::body::{Response, cause};
use super::error::{EgressError, shown};
use super::policy::Policy;
use super::resolve::{GuardedResolver, Lookup, SystemLookup, check};
use super::retry;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use moka::future::Cache;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::{Host, Url};

/// Redirects that one request follows.
const MAX_REDIRECTS: usize = 5;
/// Requests under way to one host at a time.
const MAX_PER_HOST: usize = 10;
/// Hosts whose slots are remembered.
const MAX_HOSTS: u64 = 10_000;
/// How long a host is left alone at most, whatever it asks for.
const LONGEST_REMEMBERED: Duration = Duration::from_secs(3600);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A request to send.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, …; only GET and HEAD are tried again.
    pub method: Method,
    /// Absolute http or https URL; a user or password in it is refused.
    pub url: String,
    /// Headers. `authorization`, `cookie` and every header marked sensitive stay at their origin.
    pub headers: HeaderMap,
    /// Body, empty for none.
    pub body: Bytes,
}

impl Request {
    /// A GET without headers.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A POST of a body.
    pub fn post(url: impl Into<String>, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { method: Method::POST, url: url.into(), headers, body: body.into() }
    }

    /// Adds a header; a value that can't stand in a header is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Adds a header that is a secret: it is never logged and does not follow a redirect to another origin.
    pub fn secret_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }
}

/// The guarded client. Cloning it is cheap; connections are shared.
#[derive(Clone)]
pub struct Egress {
    public: reqwest::Client,
    named: reqwest::Client,
    slots: Cache<String, Arc<Semaphore>>,
    /// Until when a host wants no requests with these credentials. Asking all the same makes hosts block a client.
    pauses: Cache<PauseKey, Instant>,
}

/// Host and port, and a hash of the secrets that are sent: limits are counted for each token.
type PauseKey = (String, u64);

impl std::fmt::Debug for Egress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Egress").finish_non_exhaustive()
    }
}

impl Egress {
    /// A client on the system's resolver. Trusts the system's certificates, and those of the PEM file that
    /// `NODE_EXTRA_CA_CERTS` names, which existing deployments set.
    pub fn new() -> Result<Self, EgressError> {
        Self::with_lookup(Arc::new(SystemLookup))
    }

    /// A client on a resolver of the caller's choice.
    pub fn with_lookup(lookup: Arc<dyn Lookup>) -> Result<Self, EgressError> {
        // Err means that the process has a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            public: build(GuardedResolver { lookup: lookup.clone(), private: false })?,
            named: build(GuardedResolver { lookup, private: true })?,
            slots: Cache::new(MAX_HOSTS),
            pauses: Cache::builder().max_capacity(MAX_HOSTS).time_to_live(LONGEST_REMEMBERED).build(),
        })
    }

    /// Sends the request. Statuses are the caller's to judge, except that a rate limit which outlasts the policy's
    /// time is [`EgressError::RateLimited`].
    pub async fn request(&self, policy: &Policy, request: Request) -> Result<Response, EgressError> {
        let deadline = Instant::now() + policy.timeout;
        let mut url = Url::parse(&request.url).map_err(|_| {
            EgressError::NotAllowed(format!(
                "\"{}\" is not a URL",
                crate::integrations::safe_url::redact(&request.url)
            ))
        })?;
        let mut method = request.method;
        let mut headers = request.headers;
        let mut body = request.body;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_with_retries(policy, deadline, &method, &url, &headers, &body).await?;
            if !policy.redirects {
                return Ok(response);
            }
            let Some(next) = redirect_target(&response)? else { return Ok(response) };
            if url.scheme() == "https" && next.scheme() == "http" {
                return Err(EgressError::NotAllowed(format!(
                    "{} redirects from https to http, which is refused",
                    shown(&url)
                )));
            }
            let status = response.status();
            if status == StatusCode::SEE_OTHER
                || (matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND)
                    && method == Method::POST)
            {
                method = Method::GET;
                body = Bytes::new();
                headers.remove(CONTENT_TYPE);
                headers.remove(CONTENT_LENGTH);
            }
            if next.origin() != url.origin() {
                // A body that is posted may hold a secret, as those to token endpoints do.
                if !body.is_empty() {
                    return Err(EgressError::NotAllowed(format!(
                        "{} redirects a {method} with a body to another origin, which is refused",
                        shown(&url)
                    )));
                }
                drop_secrets(&mut headers);
            }
            url = next;
        }
        Err(EgressError::Failed { url: shown(&url), reason: format!("more than {MAX_REDIRECTS} redirects") })
    }

    async fn send_with_retries(
        &self,
        policy: &Policy,
        deadline: Instant,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Response, EgressError> {
        let tries = if matches!(*method, Method::GET | Method::HEAD) { policy.retries } else { 0 };
        let mut attempt = 0;
        let pause_key = pause_key(url, headers);
        if let Some(until) = self.pauses.get(&pause_key).await
            && let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
        {
            return Err(EgressError::RateLimited { url: shown(url), retry_after: left });
        }
        loop {
            let outcome = self.send_once(policy, deadline, method, url, headers, body).await;
            let pause = match &outcome {
                Ok(response) if retry::is_rate_limited(response.status(), response.headers()) => {
                    let asked = retry::asked_pause(response.headers(), Timestamp::now());
                    let pause = asked.unwrap_or_else(|| retry::backoff(attempt, rand_part(attempt)));
                    let in_time = Instant::now() + pause < deadline && pause <= retry::LONGEST_PAUSE;
                    if attempt >= tries || !in_time {
                        if let Some(asked) = asked {
                            let until = Instant::now() + asked.min(LONGEST_REMEMBERED);
                            self.pauses.insert(pause_key, until).await;
                        }
                        return Err(EgressError::RateLimited {
                            url: shown(url),
                            retry_after: asked.unwrap_or(pause),
                        });
                    }
                    Some(pause)
                }
                Ok(response) if retry::is_transient(response.status(), &policy.retry_statuses) => {
                    let asked = retry::asked_pause(response.headers(), Timestamp::now());
                    Some(asked.unwrap_or_else(|| retry::backoff(attempt, rand_part(attempt))))
                }
                Err(EgressError::Failed { .. } | EgressError::Dns { .. }) => {
                    Some(retry::backoff(attempt, rand_part(attempt)))
                }
                _ => None,
            };
            match pause {
                Some(pause)
                    if attempt < tries
                        && pause <= retry::LONGEST_PAUSE
                        && Instant::now() + pause < deadline =>
                {
                    drop(outcome);
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                _ => return outcome,
            }
        }
    }

    async fn send_once(
        &self,
        policy: &Policy,
        deadline: Instant,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Response, EgressError> {
        let client = self.client_for(policy, url)?;
        let timeout = || EgressError::Timeout { url: shown(url), after: policy.timeout };
        let slots =
            self.slots.get_with(host_key(url), async { Arc::new(Semaphore::new(MAX_PER_HOST)) }).await;
        let slot = tokio::time::timeout_at(deadline, slots.acquire_owned())
            .await
            .map_err(|_| timeout())?
            .map_err(|_| timeout())?;
        let mut request = client.request(method.clone(), url.clone()).headers(headers.clone());
        if !body.is_empty() {
            request = request.body(body.clone());
        }
        let inner = tokio::time::timeout_at(deadline, request.send())
            .await
            .map_err(|_| timeout())?
            .map_err(|error| explain(url, &error))?;
        Ok(Response {
            inner,
            limit: policy.max_body,
            taken: 0,
            deadline,
            allowed: policy.timeout,
            _slot: slot,
        })
    }

    /// The client for this URL, if the URL may be asked. Names are checked again when they are resolved.
    fn client_for(&self, policy: &Policy, url: &Url) -> Result<&reqwest::Client, EgressError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(EgressError::NotAllowed(format!("{}: only http and https are read", shown(url))));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::NotAllowed(format!(
                "{}: a user or password in a URL is refused",
                shown(url)
            )));
        }
        if !policy.permits(url) {
            return Err(EgressError::NotAllowed(not_permitted(url)));
        }
        let private = policy.names(url);
        match url.host() {
            Some(Host::Ipv4(address)) => check(&address.to_string(), address.into(), private)?,
            Some(Host::Ipv6(address)) => check(&address.to_string(), address.into(), private)?,
            Some(Host::Domain(_)) => {}
            None => return Err(EgressError::NotAllowed(format!("{} has no host", shown(url)))),
        }
        Ok(if private { &self.named } else { &self.public })
    }
}

/// The text for a URL that no rule lets through.
pub(crate) fn not_permitted(url: &Url) -> String {
    format!(
        "Reading from '{}' is not allowed. Add its host to backend.reading.allow, or an entry to integrations",
        shown(url)
    )
}

#[expect(clippy::disallowed_methods, reason = "this is the guarded client that the rule points to")]
fn build(resolver: GuardedResolver) -> Result<reqwest::Client, EgressError> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(resolver))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(60))
        .pool_max_idle_per_host(MAX_PER_HOST)
        .tls_certs_merge(extra_certificates()?)
        .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| EgressError::Failed { url: "the HTTP client".to_owned(), reason: cause(&error) })
}

fn extra_certificates() -> Result<Vec<reqwest::Certificate>, EgressError> {
    let Some(path) = std::env::var_os("NODE_EXTRA_CA_CERTS").filter(|path| !path.is_empty()) else {
        return Ok(Vec::new());
    };
    let failed =
        |reason: String| EgressError::Failed { url: "the file of NODE_EXTRA_CA_CERTS".to_owned(), reason };
    let pem = std::fs::read(&path).map_err(|error| failed(error.to_string()))?;
    reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| failed(cause(&error)))
}

fn host_key(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

fn pause_key(url: &Url, headers: &HeaderMap) -> PauseKey {
    let mut hasher = DefaultHasher::new();
    for (name, value) in headers.iter().filter(|(name, value)| is_secret(name, value)) {
        (name.as_str(), value.as_bytes()).hash(&mut hasher);
    }
    (host_key(url), hasher.finish())
}

/// Where a redirect leads; `None` if the answer is none.
fn redirect_target(response: &Response) -> Result<Option<Url>, EgressError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let from = response.url();
    let bad = || EgressError::Failed {
        url: shown(from),
        reason: "it redirects to something that is no URL".to_owned(),
    };
    let text = location.to_str().map_err(|_| bad())?;
    from.join(text).map(Some).map_err(|_| bad())
}

fn is_secret(name: &HeaderName, value: &HeaderValue) -> bool {
    value.is_sensitive() || [AUTHORIZATION, COOKIE].contains(name)
}

fn drop_secrets(headers: &mut HeaderMap) {
    let secret: Vec<HeaderName> = headers
        .iter()
        .filter(|(name, value)| is_secret(name, value) || *name == HOST)
        .map(|(name, _)| name.clone())
        .collect();
    for name in secret {
        headers.remove(name);
    }
}

/// The resolver's own error if it is one, else the innermost cause.
fn explain(url: &Url, error: &reqwest::Error) -> EgressError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(own) = inner.downcast_ref::<EgressError>() {
            return own.clone();
        }
        source = inner.source();
    }
    EgressError::Failed { url: shown(url), reason: cause(error) }
}

/// A little randomness without a generator: the clock's fraction.
fn rand_part(attempt: u32) -> u64 {
    u64::try_from(Timestamp::now().subsec_nanosecond()).unwrap_or(0).rotate_left(attempt)
}
