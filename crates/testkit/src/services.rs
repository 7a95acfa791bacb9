//! The services that a plugin is given, without a server round it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::AllowAll;
use callboard_kit::plugin::Services;
use callboard_kit::url_reader::{ReadError, ReadOptions, ReadSearch, ReadTree, ReadUrl, UrlReader};

/// Services for one plugin: everything is allowed, a token is the name of its user (`user:default/ada`) or else of a
/// service, and no URL can be read. A test that needs one of them real replaces it.
pub fn services(config: Config) -> Services {
    Services {
        config: Arc::new(config),
        authenticator: Arc::new(ByName),
        tokens: Arc::new(ByName),
        authorizer: Arc::new(AllowAll),
        urls: Arc::new(NoUrls),
        audit: Arc::new(LogAudit),
        events: EventBus::default(),
        metrics: Metrics::default(),
    }
}

struct ByName;

#[async_trait]
impl Authenticator for ByName {
    async fn authenticate(&self, token: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Ok(if token.starts_with("user:") {
            Credentials::user(token)
        } else {
            Credentials::own_service(token)
        })
    }

    async fn authenticate_cookie(&self, cookie: &str, plugin_id: &str) -> Result<Credentials, ApiError> {
        self.authenticate(cookie, plugin_id).await
    }
}

#[async_trait]
impl TokenIssuer for ByName {
    async fn plugin_token(
        &self,
        from: &str,
        _target: &str,
        on_behalf_of: &Credentials,
    ) -> Result<String, ApiError> {
        Ok(on_behalf_of.user_entity_ref().unwrap_or(from).to_owned())
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<serde_json::Value, ApiError> {
        Ok(serde_json::json!({"keys": []}))
    }
}

struct NoUrls;

fn unreadable(url: &str) -> ReadError {
    ReadError::NotAllowed(format!("this test reads no URLs, and {url} was asked for"))
}

#[async_trait]
impl UrlReader for NoUrls {
    async fn read_url(&self, url: &str, _options: &ReadOptions) -> Result<ReadUrl, ReadError> {
        Err(unreadable(url))
    }

    async fn read_tree(&self, url: &str, _options: &ReadOptions) -> Result<ReadTree, ReadError> {
        Err(unreadable(url))
    }

    async fn search(&self, url: &str, _options: &ReadOptions) -> Result<ReadSearch, ReadError> {
        Err(unreadable(url))
    }
}
