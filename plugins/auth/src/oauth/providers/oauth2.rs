//! Any OAuth2 provider (`oauth2-provider` module 0.4.19). OAuth2 has no profile; who it is comes from the id token, if
//! the token endpoint gives one.

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

use super::{base_url, no_scope, oidc};
use crate::oauth::client::{Client, ClientAuth, Tokens};
use crate::oauth::code_flow::{CodeFlow, ReadProfile, parameters};
use crate::oauth::error::OAuthError;
use crate::oauth::oidc::read_unsigned;
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "oauth2",
    title: "OAuth2",
    resolvers: &[("usernameMatchingUserEntityName", Rule::Name(Claim::Username))],
    scopes: ScopeRules { required: &[], persist: false, resources_alone: false },
    make,
};

struct OAuth2 {
    flow: CodeFlow,
    refreshes: bool,
}

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    no_scope(section, "oauth2")?;
    let authorization_url = section.get_str("authorizationUrl")?;
    let token_url = section.get_str("tokenUrl")?;
    base_url(section, "authorizationUrl", authorization_url)?;
    base_url(section, "tokenUrl", token_url)?;
    let basic = section.opt_bool("includeBasicAuth")?.unwrap_or(false);
    let auth = if basic { ClientAuth::PostAndBasic } else { ClientAuth::Post };
    let flow = CodeFlow {
        client: setup.client(section, auth, &[token_url])?,
        authorization_url: authorization_url.to_owned(),
        token_url: token_url.to_owned(),
        parameters: parameters(&[("access_type", "offline"), ("prompt", "consent")]),
        profile: Box::new(FromIdToken),
    };
    let refreshes = !section.opt_bool("disableRefresh")?.unwrap_or(false);
    Ok(Box::new(OAuth2 { flow, refreshes }))
}

#[async_trait]
impl Provider for OAuth2 {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.flow.start(start).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        self.flow.authenticate(callback).await
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        if !self.refreshes {
            return Err(OAuthError::RefreshDisabled);
        }
        self.flow.refresh(refresh).await
    }
}

struct FromIdToken;

#[async_trait]
impl ReadProfile for FromIdToken {
    async fn read(&self, client: &Client, tokens: &Tokens, now: i64) -> Result<Option<Identity>, OAuthError> {
        let Some(token) = &tokens.id_token else { return Ok(Some(Identity::default())) };
        let claims = read_unsigned(token, &client.id, now)?;
        Ok(Some(oidc::identity(&Value::Object(claims))))
    }
}
