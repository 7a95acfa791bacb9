//! Any OpenID Connect provider (`oidc-provider` module 0.4.21).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

use super::no_scope;
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::text;
use crate::oauth::error::OAuthError;
use crate::oauth::oidc::{Discovery, RelyingParty};
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "oidc",
    title: "OpenID Connect",
    resolvers: &[("preferredUsernameMatchingUserEntityName", Rule::Name(Claim::PreferredUsername))],
    scopes: ScopeRules { required: &["openid", "profile", "email"], persist: true, resources_alone: false },
    make,
};

struct Oidc {
    party: RelyingParty,
    /// `prompt` and `startUrlSearchParams`.
    parameters: Vec<(String, String)>,
}

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    no_scope(section, "oidc")?;
    let metadata_url = section.get_str("metadataUrl")?;
    let auth = match section.opt_str("tokenEndpointAuthMethod")? {
        None | Some("client_secret_basic") => ClientAuth::Basic,
        Some("client_secret_post") => ClientAuth::Post,
        Some("none") => ClientAuth::None,
        Some(other) => {
            let message =
                format!("'{other}' is not supported; use client_secret_basic, client_secret_post or none");
            return Err(section.error("tokenEndpointAuthMethod", message));
        }
    };
    let mut client = setup.client(section, auth, &[metadata_url])?;
    if let Some(timeout) = section.opt_duration("timeout")? {
        client.policy.timeout = timeout;
    }
    let mut parameters = Vec::new();
    // Without a prompt of its own a sign-in asks the provider not to show anything, as Backstage does.
    match section.opt_str("prompt")?.unwrap_or("none") {
        "auto" => {}
        prompt => parameters.push(("prompt".to_owned(), prompt.to_owned())),
    }
    for (name, value) in section.entries("startUrlSearchParams")? {
        parameters.push((name, value.get_str("")?.to_owned()));
    }
    let algorithm = RelyingParty::algorithm(section, "tokenSignedResponseAlg")?;
    let discovery = Discovery::new(section, "metadataUrl", metadata_url)?;
    Ok(Box::new(Oidc { party: RelyingParty::new(client, discovery, algorithm), parameters }))
}

#[async_trait]
impl Provider for Oidc {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.party.start(&start, &start.state.encode(), self.parameters.clone(), start.now).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        let (tokens, claims) = self.party.exchange(&callback).await?;
        let info = self.party.user_info(&tokens, Some(&claims), callback.now).await?;
        Ok(Session { tokens, identity: Some(identity(&info)) })
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        let (tokens, claims) = self.party.refresh(refresh.refresh_token, refresh.now).await?;
        let info = self.party.user_info(&tokens, claims.as_ref(), refresh.now).await?;
        Ok(Session { tokens, identity: Some(identity(&info)) })
    }

    async fn logout(
        &self,
        refresh_token: Option<&str>,
        _origin: Option<&str>,
        now: i64,
    ) -> Result<Option<String>, OAuthError> {
        let Some(token) = refresh_token else { return Ok(None) };
        if let Some(endpoint) = &self.party.metadata(now).await?.revocation_endpoint {
            self.party.client.revoke(endpoint, token).await?;
        }
        Ok(None)
    }
}

/// The standard claims of userinfo.
pub(crate) fn identity(info: &Value) -> Identity {
    Identity {
        email: text(info, "email"),
        email_verified: info.get("email_verified") == Some(&Value::Bool(true)),
        username: text(info, "preferred_username"),
        preferred_username: text(info, "preferred_username"),
        display_name: text(info, "name"),
        picture: text(info, "picture"),
        ids: Vec::new(),
    }
}
