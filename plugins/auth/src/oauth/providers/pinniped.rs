//! Pinniped (`pinniped-provider` module 0.3.18): tokens for Kubernetes clusters. It signs nobody in. A start with an
//! `audience` gets, by RFC 8693, an id token for that cluster.

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use jsonwebtoken::Algorithm;
use url::Url;

use super::no_scope;
use crate::oauth::client::{ClientAuth, Tokens};
use crate::oauth::error::OAuthError;
use crate::oauth::oidc::{Discovery, RelyingParty};
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;

pub(crate) const DEFINITION: Definition = Definition {
    id: "pinniped",
    title: "Pinniped",
    resolvers: &[],
    scopes: ScopeRules {
        required: &["openid", "pinniped:request-audience", "username", "offline_access"],
        persist: false,
        resources_alone: false,
    },
    make,
};

struct Pinniped(RelyingParty);

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    no_scope(section, "pinniped")?;
    let domain = section.get_str("federationDomain")?;
    let client = setup.client(section, ClientAuth::Basic, &[domain])?;
    let discovery = Discovery::new(section, "federationDomain", domain)?;
    Ok(Box::new(Pinniped(RelyingParty::new(client, discovery, Algorithm::ES256))))
}

impl Pinniped {
    /// The id token of one cluster.
    async fn for_cluster(&self, tokens: &Tokens, audience: &str, now: i64) -> Result<String, OAuthError> {
        let metadata = self.0.metadata(now).await?;
        let grant = self
            .0
            .client
            .grant(
                &metadata.token_endpoint,
                &[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                    ("subject_token", &tokens.access_token),
                    ("audience", audience),
                    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                    ("requested_token_type", "urn:ietf:params:oauth:token-type:jwt"),
                ],
            )
            .await;
        let exchanged = grant.and_then(|grant| Tokens::read(&grant)).map_err(|error| {
            OAuthError::Failed(format!(
                "Failed to get cluster specific ID token for \"{audience}\": RFC8693 token exchange failed with \
                 error: {error}"
            ))
        })?;
        Ok(exchanged.access_token)
    }
}

#[async_trait]
impl Provider for Pinniped {
    async fn start(&self, mut start: Start<'_>) -> Result<Url, OAuthError> {
        start.state.audience = start.params.get("audience").map(str::to_owned);
        self.0.start(&start, &start.state.encode(), Vec::new(), start.now).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        let (mut tokens, _) = self.0.exchange(&callback).await?;
        if let Some(audience) = &callback.state.audience {
            tokens.id_token = Some(self.for_cluster(&tokens, audience, callback.now).await?);
        }
        Ok(Session { tokens, identity: None })
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        let (tokens, _) = self.0.refresh(refresh.refresh_token, refresh.now).await?;
        Ok(Session { tokens, identity: None })
    }
}
