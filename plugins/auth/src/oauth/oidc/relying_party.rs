//! One client of one OpenID provider: its document, its keys, and sessions that have been checked.

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use jsonwebtoken::Algorithm;
use serde_json::Value;
use url::Url;

use super::discovery::{Discovery, Metadata};
use super::id_token::{self, Claims, Expected};
use super::keys::Keys;
use crate::oauth::client::{Client, Tokens};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Callback, Start};

/// The algorithms that a provider may sign with.
const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// A client of a provider.
pub(crate) struct RelyingParty {
    pub(crate) client: Client,
    pub(crate) discovery: Discovery,
    pub(crate) algorithm: Algorithm,
    pub(crate) keys: Keys,
}

impl RelyingParty {
    pub(crate) fn new(client: Client, discovery: Discovery, algorithm: Algorithm) -> Self {
        Self { client, discovery, algorithm, keys: Keys::default() }
    }

    /// The algorithm that a key names.
    pub(crate) fn algorithm(section: &Config, key: &str) -> Result<Algorithm, ConfigError> {
        let name = section.opt_str(key)?.unwrap_or("RS256");
        ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm).ok_or_else(
            || {
                let names: Vec<&str> = ALGORITHMS.iter().map(|(known, _)| *known).collect();
                section.error(key, format!("'{name}' is not supported; use one of {}", names.join(", ")))
            },
        )
    }

    pub(crate) async fn metadata(&self, now: i64) -> Result<Arc<Metadata>, OAuthError> {
        self.discovery.metadata(&self.client, now).await
    }

    /// The authorization URL, with a nonce.
    pub(crate) async fn start(
        &self,
        start: &Start<'_>,
        state: &str,
        mut further: Vec<(String, String)>,
        now: i64,
    ) -> Result<Url, OAuthError> {
        further.push(("nonce".to_owned(), start.binding.nonce.clone()));
        let metadata = self.metadata(now).await?;
        let endpoint = &metadata.authorization_endpoint;
        self.client.authorization_url(endpoint, start.scope, state, start.binding, &further)
    }

    /// The tokens of a callback, and the claims of its id token, which must be there.
    pub(crate) async fn exchange(&self, callback: &Callback<'_>) -> Result<(Tokens, Claims), OAuthError> {
        let metadata = self.metadata(callback.now).await?;
        // A provider that says in the callback who it is must be this one (RFC 9207).
        if callback.params.get("iss").is_some_and(|issuer| issuer != metadata.issuer) {
            return Err(OAuthError::Failed("the answer comes from another provider".to_owned()));
        }
        let code = callback.code()?;
        let tokens = self.client.exchange(&metadata.token_endpoint, code, callback.binding).await?;
        let claims = self
            .check(&metadata, &tokens, Some(&callback.binding.nonce), callback.now)
            .await?
            .ok_or_else(|| OAuthError::Failed("the provider gave no id token".to_owned()))?;
        Ok((tokens, claims))
    }

    /// New tokens, and the claims of the id token if one came along.
    pub(crate) async fn refresh(
        &self,
        refresh_token: &str,
        now: i64,
    ) -> Result<(Tokens, Option<Claims>), OAuthError> {
        let metadata = self.metadata(now).await?;
        let tokens = self.client.refresh(&metadata.token_endpoint, refresh_token, None).await?;
        let claims = self.check(&metadata, &tokens, None, now).await?;
        Ok((tokens, claims))
    }

    async fn check(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        nonce: Option<&str>,
        now: i64,
    ) -> Result<Option<Claims>, OAuthError> {
        let Some(token) = &tokens.id_token else { return Ok(None) };
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: &self.client.id,
            algorithm: self.algorithm,
            nonce,
            access_token: &tokens.access_token,
        };
        let kid = id_token::key_id(token, &expected)?;
        let key =
            self.keys.find(&self.client, &metadata.jwks_uri, kid.as_deref(), self.algorithm, now).await?;
        id_token::verify(token, &key, &expected, now).map(Some)
    }

    /// What the provider says about the user of a token, who must be the one of the id token.
    pub(crate) async fn user_info(
        &self,
        tokens: &Tokens,
        claims: Option<&Claims>,
        now: i64,
    ) -> Result<Value, OAuthError> {
        let metadata = self.metadata(now).await?;
        let endpoint = metadata.userinfo_endpoint.as_deref().ok_or_else(|| {
            OAuthError::Failed(
                "OIDC IdP must provide a userinfo_endpoint in the metadata response".to_owned(),
            )
        })?;
        let info = self.client.get(endpoint, &tokens.access_token).await?;
        let subject = info.get("sub").and_then(Value::as_str).filter(|sub| !sub.is_empty());
        let same = match claims {
            Some(claims) => subject.is_some() && claims.get("sub").and_then(Value::as_str) == subject,
            None => subject.is_some(),
        };
        if same { Ok(info) } else { Err(OAuthError::Failed("userinfo is about somebody else".to_owned())) }
    }
}
