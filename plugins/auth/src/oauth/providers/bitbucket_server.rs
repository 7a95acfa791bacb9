//! Bitbucket Server and Data Center (`bitbucket-server-provider` module 0.2.19).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Request;
use http::header::AUTHORIZATION;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::oauth::client::{Client, ClientAuth, Tokens, failed};
use crate::oauth::code_flow::{CodeFlow, ReadProfile, text};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::Identity;

pub(crate) const DEFINITION: Definition = Definition {
    id: "bitbucketServer",
    title: "Bitbucket Server",
    resolvers: &[],
    scopes: ScopeRules { required: &[], persist: false, resources_alone: false },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let host = section.get_str("host")?;
    let address = format!("https://{host}");
    let is_host = Url::parse(&address).is_ok_and(|url| url.username().is_empty());
    if !is_host || host.contains(['?', '#', '@']) {
        return Err(section.error("host", "expected a host name such as bitbucket.company.example"));
    }
    let base = setup.fixed(&address);
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[&address])?,
        authorization_url: format!("{base}/rest/oauth2/latest/authorize"),
        token_url: format!("{base}/rest/oauth2/latest/token"),
        parameters: Vec::new(),
        profile: Box::new(User { base }),
    }))
}

struct User {
    base: String,
}

#[async_trait]
impl ReadProfile for User {
    async fn read(
        &self,
        client: &Client,
        tokens: &Tokens,
        _now: i64,
    ) -> Result<Option<Identity>, OAuthError> {
        let name = self.name(client, &tokens.access_token).await?;
        let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
        let url = format!("{}/rest/api/latest/users/{name}?avatarSize=256", self.base);
        let user = client.get(&url, &tokens.access_token).await?;
        Ok(Some(Identity {
            email: text(&user, "emailAddress"),
            // The company's own server: its directory says whose address it is.
            email_verified: true,
            username: text(&user, "name"),
            preferred_username: text(&user, "name"),
            display_name: text(&user, "displayName"),
            picture: text(&user, "avatarUrl").map(|path| format!("{}{path}", self.base)),
            ids: Vec::new(),
        }))
    }
}

impl User {
    /// Who a token belongs to stands in a header of an answer without a body.
    async fn name(&self, client: &Client, access_token: &str) -> Result<String, OAuthError> {
        let request = Request::get(format!("{}/plugins/servlet/applinks/whoami", self.base))
            .secret_header(AUTHORIZATION, &format!("Bearer {access_token}"));
        let answer = client.egress.request(&client.policy, request).await.map_err(|error| failed(&error))?;
        let name = answer.header("x-ausername").filter(|name| !name.is_empty()).map(str::to_owned);
        name.ok_or_else(|| {
            OAuthError::Failed("Failed to retrieve the username of the logged in user".to_owned())
        })
    }
}
