//! Asking a plugin of another backend: its permissions and rules, and what a condition comes to for its resources.

use std::sync::Arc;

use callboard_config::Config;
use callboard_kit::auth::TokenIssuer;
use callboard_kit::credentials::Credentials;
use callboard_kit::discovery::Discovery;
use callboard_kit::error::ApiError;
use callboard_kit::permission::Condition;
use callboard_scm::egress::{Egress, Policy, Request};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::error::RbacError;

/// Resources in one request.
const CHUNK: usize = 500;
/// Bytes of an answer.
const MAX_ANSWER: usize = 4 << 20;

/// The plugins of other backends.
pub(crate) struct Remote {
    discovery: Discovery,
    egress: Option<Egress>,
    tokens: Arc<dyn TokenIssuer>,
}

impl Remote {
    pub(crate) fn new(config: &Config, tokens: Arc<dyn TokenIssuer>) -> Result<Self, RbacError> {
        let discovery = Discovery::read(config)?;
        let egress = match discovery.is_empty() {
            true => None,
            false => Some(Egress::new().map_err(|error| RbacError::Remote(error.to_string()))?),
        };
        Ok(Self { discovery, egress, tokens })
    }

    /// Where a plugin is, if not here.
    pub(crate) fn base_url(&self, plugin_id: &str, is_here: bool) -> Option<String> {
        if is_here {
            return self.discovery.elsewhere_by_name(plugin_id);
        }
        self.discovery.elsewhere(plugin_id)
    }

    /// Whether each resource satisfies the condition, as its plugin says.
    pub(crate) async fn apply(
        &self,
        base_url: &str,
        plugin_id: &str,
        (resource_type, resource_refs, condition): (&str, &[&str], &Condition),
        credentials: &Credentials,
    ) -> Result<Vec<bool>, ApiError> {
        let url = format!("{base_url}/.well-known/backstage/permissions/apply-conditions");
        let mut results = Vec::with_capacity(resource_refs.len());
        for chunk in resource_refs.chunks(CHUNK) {
            let items: Vec<Value> = chunk
                .iter()
                .zip(0_usize..)
                .map(|(resource_ref, at)| {
                    json!({
                        "id": at.to_string(),
                        "resourceRef": resource_ref,
                        "resourceType": resource_type,
                        "conditions": condition,
                    })
                })
                .collect();
            let request = Request::post(&url, "application/json", json!({"items": items}).to_string());
            let answer = self.send(base_url, plugin_id, request, credentials).await?;
            let found = answer["items"].as_array();
            for at in 0..chunk.len() {
                let id = at.to_string();
                let item = found.and_then(|items| items.iter().find(|item| item["id"] == id.as_str()));
                // No answer is no permission.
                results.push(item.is_some_and(|item| item["result"] == "ALLOW"));
            }
        }
        Ok(results)
    }

    /// `{permissions, rules}` of a plugin.
    pub(crate) async fn metadata(&self, base_url: &str, plugin_id: &str) -> Result<Value, ApiError> {
        let url = format!("{base_url}/.well-known/backstage/permissions/metadata");
        self.send(base_url, plugin_id, Request::get(url), &Credentials::own_service("permission")).await
    }

    async fn send(
        &self,
        base_url: &str,
        plugin_id: &str,
        request: Request,
        credentials: &Credentials,
    ) -> Result<Value, ApiError> {
        let failed = |problem: String| {
            ApiError::internal(&RbacError::Remote(format!("the plugin {plugin_id} at {base_url}: {problem}")))
        };
        let egress = self.egress.as_ref().ok_or_else(|| failed("is not reachable".to_owned()))?;
        let token = self.tokens.plugin_token("permission", plugin_id, credentials).await?;
        let request = request.secret_header(header::AUTHORIZATION, &format!("Bearer {token}"));
        let mut policy = Policy::public().naming(base_url);
        policy.max_body = MAX_ANSWER as u64;
        let response = egress.request(&policy, request).await.map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| failed(error.to_string()))?;
        if status != StatusCode::OK {
            return Err(failed(format!("answered {status}")));
        }
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
    }
}
