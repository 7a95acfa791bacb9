//! What pickers of a form offer: owners, repositories, branches, as the user's own token sees them at a host.

mod bitbucket_cloud;
mod github;
mod gitlab;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_scm::egress::{Egress, EgressError, Policy, Request};
use callboard_scm::{Integration, Integrations};
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::{Map, Value, json};

/// Completes for one kind of host.
#[async_trait]
pub trait AutocompleteProvider: Send + Sync {
    /// `github`
    fn id(&self) -> &'static str;

    /// `[{id, title?}]` of a resource (`branches`). `context` is what the form knows already.
    ///
    /// # Errors
    /// 400 `Invalid resource: …` for a resource that is not known, or what the host has against it.
    async fn complete(
        &self,
        resource: &str,
        token: &str,
        context: &Map<String, Value>,
    ) -> Result<Vec<Value>, ApiError>;
}

/// Those of the configured hosts.
pub fn providers(integrations: &Arc<Integrations>, egress: &Egress) -> Vec<Arc<dyn AutocompleteProvider>> {
    let hosts = Hosts { integrations: integrations.clone(), egress: egress.clone() };
    vec![
        Arc::new(github::Github(hosts.clone())),
        Arc::new(gitlab::Gitlab(hosts.clone())),
        Arc::new(bitbucket_cloud::BitbucketCloud(hosts)),
    ]
}

/// The hosts of the configuration, and the client.
#[derive(Debug, Clone)]
struct Hosts {
    integrations: Arc<Integrations>,
    egress: Egress,
}

impl Hosts {
    /// The integration of `context.host`, or the public host. A token is sent nowhere else.
    fn integration(&self, context: &Map<String, Value>, usual: &str) -> Result<&Integration, ApiError> {
        let host = text(context, "host").unwrap_or(usual);
        self.integrations.by_host(host).ok_or_else(|| {
            ApiError::input(format!(
                "No matching integration configuration for host {host}, please check your integrations config"
            ))
        })
    }
}

/// Entries that a picker gets.
const MOST: usize = 1_000;
/// Bytes of one answer.
const MAX_ANSWER: u64 = 10 * 1024 * 1024;

/// One host's API with the user's token.
struct Asked<'a> {
    egress: &'a Egress,
    policy: Policy,
    base: String,
    token: &'a str,
}

impl<'a> Asked<'a> {
    fn new(of: &'a Hosts, integration: &Integration, base: &str, token: &'a str) -> Self {
        Self { egress: &of.egress, policy: integration.policy(), base: base.to_owned(), token }
    }

    async fn get(&self, path: &str) -> Result<Value, ApiError> {
        let url = format!("{}{path}", self.base);
        let shown = url.split('?').next().unwrap_or_default().to_owned();
        let request = Request::get(url)
            .header(ACCEPT, "application/json")
            .secret_header(AUTHORIZATION, &format!("Bearer {}", self.token));
        let failed = |error: EgressError| refused(error.to_string());
        let response = self.egress.request(&self.policy, request).await.map_err(failed)?;
        let status = response.status();
        if !status.is_success() {
            return Err(refused(format!("{shown} answered {status}")));
        }
        response.with_limit(MAX_ANSWER).json().await.map_err(failed)
    }

    /// All pages of a list that counts its pages.
    async fn pages(&self, path: &str) -> Result<Vec<Value>, ApiError> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut found = Vec::new();
        for page in 1.. {
            let answer = self.get(&format!("{path}{sign}per_page=100&page={page}")).await?;
            let entries = answer.as_array().map(Vec::as_slice).unwrap_or_default();
            found.extend_from_slice(entries);
            if entries.len() < 100 || found.len() >= MOST {
                break;
            }
        }
        found.truncate(MOST);
        Ok(found)
    }
}

/// The host did not answer, or not with this token.
fn refused(message: String) -> ApiError {
    ApiError::new("ServiceUnavailableError", StatusCode::SERVICE_UNAVAILABLE, message)
}

/// `{id, title?}`
fn entry(id: &str, title: Option<&str>) -> Value {
    match title {
        Some(title) => json!({"id": id, "title": title}),
        None => json!({"id": id}),
    }
}

fn text<'a>(context: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    context.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn needed<'a>(context: &'a Map<String, Value>, name: &str) -> Result<&'a str, ApiError> {
    text(context, name).ok_or_else(|| ApiError::input(format!("Missing {name} context parameter")))
}

fn member<'a>(entry: &'a Value, pointer: &str) -> Option<&'a str> {
    entry.pointer(pointer).and_then(Value::as_str)
}

fn unknown(resource: &str) -> ApiError {
    ApiError::input(format!("Invalid resource: {resource}"))
}

/// A path of an API; no part leads elsewhere.
fn path(parts: &[&str]) -> Result<String, ApiError> {
    crate::actions::api_path(parts).map_err(|error| ApiError::input(error.to_string()))
}
