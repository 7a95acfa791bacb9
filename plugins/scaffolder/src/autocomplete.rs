//! What pickers of a form offer: owners, repositories, branches, as the user's own token sees them at a host.

mod bitbucket_cloud;
mod github;
mod gitlab;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_scm::egress::{Egress, EgressError, Policy, Request};
use callboard_scm::{Integration, Integrations};
use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::{Map, Value};

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What stands for it; the same as the title where the host has nothing better.
    pub id: String,
    /// What is shown, if it isn't the id.
    pub title: Option<String>,
}

/// Why there is nothing to choose.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AutocompleteError {
    /// No such provider or resource, or something is missing in the context.
    #[error("{0}")]
    Input(String),
    /// The host did not answer, or not with this token.
    #[error("{0}")]
    Host(String),
}

/// Asks a host what there is to choose.
#[async_trait]
pub trait Autocomplete: Send + Sync {
    /// What `resource` of `provider` has, as `token` sees it; at most so many as a picker can show.
    async fn complete(
        &self,
        provider: &str,
        resource: &str,
        token: &str,
        context: &Map<String, Value>,
    ) -> Result<Vec<Completion>, AutocompleteError>;
}

/// The hosts of the configuration.
#[derive(Debug, Clone)]
pub struct HostAutocomplete {
    integrations: Arc<Integrations>,
    egress: Egress,
}

impl HostAutocomplete {
    /// With the guarded client.
    pub fn new(integrations: Arc<Integrations>, egress: Egress) -> Self {
        Self { integrations, egress }
    }

    /// The integration of `context.host`, or the public host. A token is sent nowhere else.
    fn integration(
        &self,
        context: &Map<String, Value>,
        usual: &str,
    ) -> Result<&Integration, AutocompleteError> {
        let host = text(context, "host").unwrap_or(usual);
        self.integrations.by_host(host).ok_or_else(|| {
            AutocompleteError::Input(format!(
                "No matching integration configuration for host {host}, please check your integrations config"
            ))
        })
    }
}

#[async_trait]
impl Autocomplete for HostAutocomplete {
    async fn complete(
        &self,
        provider: &str,
        resource: &str,
        token: &str,
        context: &Map<String, Value>,
    ) -> Result<Vec<Completion>, AutocompleteError> {
        match provider {
            "github" => github::complete(self, resource, token, context).await,
            "gitlab" => gitlab::complete(self, resource, token, context).await,
            "bitbucket-cloud" => bitbucket_cloud::complete(self, resource, token, context).await,
            _ => Err(AutocompleteError::Input(format!("Unsupported provider: {provider}"))),
        }
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
    fn new(of: &'a HostAutocomplete, integration: &Integration, base: &str, token: &'a str) -> Self {
        Self { egress: &of.egress, policy: integration.policy(), base: base.to_owned(), token }
    }

    async fn get(&self, path: &str) -> Result<Value, AutocompleteError> {
        let url = format!("{}{path}", self.base);
        let shown = url.split('?').next().unwrap_or_default().to_owned();
        let request = Request::get(url)
            .header(ACCEPT, "application/json")
            .secret_header(AUTHORIZATION, &format!("Bearer {}", self.token));
        let failed = |error: EgressError| AutocompleteError::Host(error.to_string());
        let response = self.egress.request(&self.policy, request).await.map_err(failed)?;
        let status = response.status();
        if !status.is_success() {
            return Err(AutocompleteError::Host(format!("{shown} answered {status}")));
        }
        response.with_limit(MAX_ANSWER).json().await.map_err(failed)
    }

    /// All pages of a list that counts its pages.
    async fn pages(&self, path: &str) -> Result<Vec<Value>, AutocompleteError> {
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

fn text<'a>(context: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    context.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn needed<'a>(context: &'a Map<String, Value>, name: &str) -> Result<&'a str, AutocompleteError> {
    text(context, name).ok_or_else(|| AutocompleteError::Input(format!("Missing {name} context parameter")))
}

fn member<'a>(entry: &'a Value, pointer: &str) -> Option<&'a str> {
    entry.pointer(pointer).and_then(Value::as_str)
}

fn unknown(resource: &str) -> AutocompleteError {
    AutocompleteError::Input(format!("Invalid resource: {resource}"))
}

/// A path of an API; no part leads elsewhere.
fn path(parts: &[&str]) -> Result<String, AutocompleteError> {
    crate::actions::api_path(parts).map_err(|error| AutocompleteError::Input(error.to_string()))
}
