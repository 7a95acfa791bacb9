//! Auth0 (`auth0-provider` module 0.4.5).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use url::Url;

use super::oidc;
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::{CodeFlow, Document};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;

pub(crate) const DEFINITION: Definition = Definition {
    id: "auth0",
    title: "Auth0",
    resolvers: &[],
    scopes: ScopeRules {
        required: &["openid", "email", "profile", "offline_access"],
        persist: false,
        resources_alone: false,
    },
    make,
};

/// Parameters of a start that are passed on.
const PASSED_ON: [&str; 4] = ["organization", "invitation", "screen_hint", "login_hint"];

struct Auth0 {
    flow: CodeFlow,
    domain: String,
    organization: Option<String>,
    federated: bool,
}

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let domain = section.get_str("domain")?;
    let address = format!("https://{domain}");
    let is_host = Url::parse(&address).is_ok_and(|url| url.path() == "/" && url.username().is_empty());
    if !is_host || domain.contains(['/', '?', '#']) {
        return Err(section.error("domain", "expected a host name such as company.eu.auth0.com"));
    }
    let base = setup.fixed(&address);
    let mut parameters = Vec::new();
    for (key, name) in
        [("audience", "audience"), ("connection", "connection"), ("connectionScope", "connection_scope")]
    {
        if let Some(value) = section.opt_str(key)? {
            parameters.push((name.to_owned(), value.to_owned()));
        }
    }
    match section.opt_str("prompt")?.unwrap_or("consent") {
        "auto" => {}
        prompt => parameters.push(("prompt".to_owned(), prompt.to_owned())),
    }
    let flow = CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[&address])?,
        authorization_url: format!("{base}/authorize"),
        token_url: format!("{base}/oauth/token"),
        parameters,
        profile: Box::new(Document { url: format!("{base}/userinfo"), identity: oidc::identity }),
    };
    Ok(Box::new(Auth0 {
        flow,
        domain: domain.to_owned(),
        organization: section.opt_string("organization")?,
        federated: section.opt_bool("federatedLogout")?.unwrap_or(false),
    }))
}

impl Auth0 {
    fn check_organization(&self, given: Option<&str>) -> Result<(), OAuthError> {
        match (given, self.organization.as_deref()) {
            (Some(given), Some(own)) if given != own => Err(OAuthError::Organization),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Provider for Auth0 {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        let params = start.params;
        self.check_organization(params.get("organization"))?;
        let mut url = self.flow.start(start).await?;
        for name in PASSED_ON {
            let own = self.organization.as_deref().filter(|_| name == "organization");
            if let Some(value) = params.get(name).or(own) {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        Ok(url)
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        self.check_organization(callback.params.get("organization"))?;
        self.flow.authenticate(callback).await
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        self.flow.refresh(refresh).await
    }

    async fn logout(
        &self,
        _refresh_token: Option<&str>,
        origin: Option<&str>,
        _now: i64,
    ) -> Result<Option<String>, OAuthError> {
        let mut url = Url::parse(&format!("https://{}/v2/logout", self.domain))
            .map_err(|error| OAuthError::Failed(error.to_string()))?;
        {
            let mut query = url.query_pairs_mut();
            if self.federated {
                query.append_pair("federated", "");
            }
            query.append_pair("client_id", &self.flow.client.id);
            if let Some(origin) = origin {
                query.append_pair("returnTo", origin);
            }
        }
        Ok(Some(url.into()))
    }
}
