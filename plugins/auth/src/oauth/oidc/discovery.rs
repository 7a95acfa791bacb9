//! `/.well-known/openid-configuration`: read when somebody first signs in, and kept for an hour.

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

use super::remembered::Remembered;
use crate::oauth::client::Client;
use crate::oauth::code_flow::text;
use crate::oauth::error::OAuthError;

const KEPT: i64 = 3_600;
const WELL_KNOWN: &str = "/.well-known/";

/// What a provider says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    pub(crate) userinfo_endpoint: Option<String>,
    pub(crate) revocation_endpoint: Option<String>,
}

/// The document at one URL.
pub(crate) struct Discovery {
    url: String,
    known: Remembered<Metadata>,
}

impl Discovery {
    /// `url` is the document, or the issuer that it belongs to.
    pub(crate) fn new(section: &Config, key: &str, url: &str) -> Result<Self, ConfigError> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if parsed.is_none() {
            return Err(section.error(key, "expected an http or https URL"));
        }
        let url = if url.contains(WELL_KNOWN) {
            url.to_owned()
        } else {
            format!("{}{WELL_KNOWN}openid-configuration", url.trim_end_matches('/'))
        };
        Ok(Self { url, known: Remembered::default() })
    }

    /// The document as of now.
    pub(crate) async fn metadata(&self, client: &Client, now: i64) -> Result<Arc<Metadata>, OAuthError> {
        let read = async { self.read(&client.get_public(&self.url).await?) };
        self.known.get(now, KEPT, read).await
    }

    fn read(&self, document: &Value) -> Result<Metadata, OAuthError> {
        let needed = |name: &str| {
            let missing = || OAuthError::Failed(format!("{} does not say its {name}", self.url));
            text(document, name).ok_or_else(missing)
        };
        let metadata = Metadata {
            issuer: needed("issuer")?,
            authorization_endpoint: needed("authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            jwks_uri: needed("jwks_uri")?,
            userinfo_endpoint: text(document, "userinfo_endpoint"),
            revocation_endpoint: text(document, "revocation_endpoint"),
        };
        let endpoints = [
            Some(&metadata.authorization_endpoint),
            Some(&metadata.token_endpoint),
            Some(&metadata.jwks_uri),
            metadata.userinfo_endpoint.as_ref(),
            metadata.revocation_endpoint.as_ref(),
        ];
        // What was looked up safely must not lead to where anybody can listen or answer.
        for endpoint in endpoints.into_iter().flatten() {
            let scheme = Url::parse(endpoint).map(|url| url.scheme().to_owned()).unwrap_or_default();
            if scheme != "https" && !(scheme == "http" && self.url.starts_with("http:")) {
                return Err(OAuthError::Failed(format!("{} names {endpoint}, which is not https", self.url)));
            }
        }
        Ok(metadata)
    }
}
