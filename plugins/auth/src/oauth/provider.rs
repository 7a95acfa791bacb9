//! What a provider is: its place in the list, and the four steps that it answers.

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use secrecy::SecretString;
use url::Url;

use super::client::{Client, ClientAuth, Tokens};
use super::error::OAuthError;
use super::once::Binding;
use super::request::Params;
use super::scopes::ScopeRules;
use super::state::State;
use crate::sign_in::{Identity, Rule};

/// Reads a provider's section.
type Make = fn(&Config, &Setup) -> Result<Box<dyn Provider>, ConfigError>;

/// One line of the list of providers.
pub(crate) struct Definition {
    /// `github`: its key below `auth.providers` and its part of the path.
    pub(crate) id: &'static str,
    /// `GitHub`, for people.
    pub(crate) title: &'static str,
    /// Resolvers besides those that all providers have.
    pub(crate) resolvers: &'static [(&'static str, Rule)],
    pub(crate) scopes: ScopeRules,
    /// Reads the section of one environment.
    pub(crate) make: Make,
}

/// What a provider is made with.
pub(crate) struct Setup {
    pub(crate) egress: Egress,
    /// Where the provider sends browsers back to.
    pub(crate) callback_url: String,
    /// Stands in for a provider at a fixed address; only tests have one.
    pub(crate) stand_in: Option<String>,
}

impl Setup {
    /// An address that is part of a provider and not of its configuration.
    pub(crate) fn fixed(&self, url: &str) -> String {
        match (&self.stand_in, url.split_once("://")) {
            (Some(base), Some((_, rest))) => format!("{base}/{rest}"),
            _ => url.to_owned(),
        }
    }

    /// The client of a section; `named` are the URLs of the section, which may have private addresses.
    pub(crate) fn client(
        &self,
        section: &Config,
        auth: ClientAuth,
        named: &[&str],
    ) -> Result<Client, ConfigError> {
        let mut policy = Client::policy(named);
        if let Some(base) = &self.stand_in {
            policy = policy.naming(base);
        }
        Ok(Client {
            egress: self.egress.clone(),
            policy,
            id: section.get_str("clientId")?.to_owned(),
            secret: SecretString::from(section.get_str("clientSecret")?),
            auth,
            callback_url: self.callback_url.clone(),
        })
    }
}

/// A browser that wants to go to the provider.
pub(crate) struct Start<'a> {
    pub(crate) scope: &'a str,
    pub(crate) state: State,
    pub(crate) binding: &'a Binding,
    pub(crate) params: &'a Params,
    pub(crate) now: i64,
}

/// A browser that comes back; nonce and age of the state have been checked.
pub(crate) struct Callback<'a> {
    pub(crate) params: &'a Params,
    pub(crate) state: &'a State,
    pub(crate) binding: &'a Binding,
    pub(crate) now: i64,
}

impl Callback<'_> {
    /// The code, or what the provider says instead.
    pub(crate) fn code(&self) -> Result<&str, OAuthError> {
        if let Some(error) = self.params.get("error") {
            let reason = self.params.get("error_description").unwrap_or(error);
            return Err(OAuthError::Rejected(super::client::words(reason)));
        }
        self.params
            .get("code")
            .ok_or_else(|| OAuthError::Rejected("the provider sent no authorization code".to_owned()))
    }
}

/// A session that wants new tokens.
pub(crate) struct Refresh<'a> {
    pub(crate) refresh_token: &'a str,
    pub(crate) scope: &'a str,
    /// Whether all of `scope` was granted before; `None` where that is not remembered.
    pub(crate) scope_granted: Option<bool>,
    pub(crate) now: i64,
}

/// What a provider says about somebody.
pub(crate) struct Session {
    pub(crate) tokens: Tokens,
    /// Who it is; `None` where the tokens were asked for another API, which signs nobody in.
    pub(crate) identity: Option<Identity>,
}

/// One provider in one environment.
#[async_trait]
pub(crate) trait Provider: Send + Sync {
    /// Where to send the browser.
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError>;

    /// Who came back.
    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError>;

    /// New tokens.
    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError>;

    /// Ends the session at the provider; the answer is a page that the browser has to visit for that, if any.
    async fn logout(
        &self,
        _refresh_token: Option<&str>,
        _origin: Option<&str>,
        _now: i64,
    ) -> Result<Option<String>, OAuthError> {
        Ok(None)
    }
}
