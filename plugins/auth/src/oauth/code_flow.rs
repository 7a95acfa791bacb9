//! The authorization code flow of plain OAuth2: fixed endpoints, and a profile that is read with the access token.

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

use super::client::{Client, Tokens};
use super::error::OAuthError;
use super::provider::{Callback, Provider, Refresh, Session, Start};
use crate::sign_in::Identity;

/// How a provider is asked who somebody is.
#[async_trait]
pub(crate) trait ReadProfile: Send + Sync {
    /// Who the tokens belong to.
    async fn read(&self, client: &Client, tokens: &Tokens, now: i64) -> Result<Option<Identity>, OAuthError>;
}

/// One document, and what it says.
pub(crate) struct Document {
    pub(crate) url: String,
    pub(crate) identity: fn(&Value) -> Identity,
}

#[async_trait]
impl ReadProfile for Document {
    async fn read(
        &self,
        client: &Client,
        tokens: &Tokens,
        _now: i64,
    ) -> Result<Option<Identity>, OAuthError> {
        let document = client.get(&self.url, &tokens.access_token).await?;
        if !document.is_object() {
            return Err(OAuthError::Failed(format!(
                "{} answered with something that is no profile",
                self.url
            )));
        }
        Ok(Some((self.identity)(&document)))
    }
}

/// A provider of this kind.
pub(crate) struct CodeFlow {
    pub(crate) client: Client,
    pub(crate) authorization_url: String,
    pub(crate) token_url: String,
    /// Further parameters of the authorization URL.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) profile: Box<dyn ReadProfile>,
}

impl CodeFlow {
    /// The code of a callback for tokens.
    pub(crate) async fn exchange(&self, callback: &Callback<'_>) -> Result<Tokens, OAuthError> {
        self.client.exchange(&self.token_url, callback.code()?, callback.binding).await
    }

    /// Tokens with who they belong to.
    pub(crate) async fn session(&self, tokens: Tokens, now: i64) -> Result<Session, OAuthError> {
        let identity = self.profile.read(&self.client, &tokens, now).await?;
        Ok(Session { tokens, identity })
    }
}

#[async_trait]
impl Provider for CodeFlow {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.client.authorization_url(
            &self.authorization_url,
            start.scope,
            &start.state.encode(),
            start.binding,
            &self.parameters,
        )
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        let tokens = self.exchange(&callback).await?;
        self.session(tokens, callback.now).await
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        let tokens = self.client.refresh(&self.token_url, refresh.refresh_token, Some(refresh.scope)).await?;
        self.session(tokens, refresh.now).await
    }
}

/// Parameters as they are written down.
pub(crate) fn parameters(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A text of a document; empty is none.
pub(crate) fn text(document: &Value, name: &str) -> Option<String> {
    document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An id that is a text or a number.
pub(crate) fn id(document: &Value, name: &str) -> Option<String> {
    match document.get(name)? {
        Value::Number(number) => Some(number.to_string()),
        _ => text(document, name),
    }
}
