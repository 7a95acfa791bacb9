//! Sign-in by a proxy in front: it has authenticated the user, and says so in a header of each request
//! (`auth-node` 0.7.6, proxy authenticators).
//!
//! Most proxies sign what they say. Those that don't are believed only when the connection comes from where such a
//! proxy can be: [`TrustedPeers`].

mod awsalb;
mod azure_easy_auth;
mod cfaccess;
mod gcp_iap;
mod oauth2_proxy;
mod peers;
mod routes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use http::HeaderMap;
use serde_json::Value;

use crate::sign_in::resolver::Resolvers;
use crate::sign_in::{Identity, Rule};
use peers::TrustedPeers;

pub(crate) use routes::add as add_routes;

/// Why somebody isn't signed in by a proxy. The texts go to the browser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProxyError {
    /// The proxy has said nothing.
    #[error("Missing {0}")]
    Missing(String),
    /// What it said isn't true, or isn't meant for this server. The cause is in the log.
    #[error("{0} verification failed")]
    NotVerified(&'static str),
    /// Something in it is missing.
    #[error("{0}")]
    Incomplete(String),
    /// It isn't a proxy that says so.
    #[error(
        "Sign-in by {0} is taken from the proxy only; this request came from elsewhere. If it did come from the proxy, \
         name its address in auth.providers.{0}.trustedPeers"
    )]
    UntrustedPeer(&'static str),
}

/// What a proxy has said about a user.
#[derive(Debug)]
pub(crate) struct Claimed {
    identity: Identity,
    /// `providerInfo` of the answer.
    info: Option<Value>,
}

/// One kind of proxy.
#[async_trait]
pub(crate) trait Proxy: Send + Sync {
    /// The provider's id.
    fn id(&self) -> &'static str;

    /// Whether what it says is signed by a key of its own.
    fn is_signed(&self) -> bool;

    /// Who the headers say that the user is; `now` in seconds.
    async fn authenticate(&self, headers: &HeaderMap, now: i64) -> Result<Claimed, ProxyError>;
}

/// A proxy that is configured.
pub(crate) struct ProxyProvider {
    proxy: Box<dyn Proxy>,
    resolvers: Resolvers,
    peers: Option<TrustedPeers>,
}

/// The resolvers of one proxy by their names.
type OwnResolvers = &'static [(&'static str, Rule)];

/// All proxies that `auth.providers` names; `config` is the whole configuration, `environment` reads a variable.
pub(crate) fn read(
    config: &Config,
    egress: &Egress,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Arc<ProxyProvider>>, ConfigError> {
    let mut found = Vec::new();
    if let Some(section) = config.opt_config("auth.providers.oauth2Proxy")? {
        found.push(provider(config, &section, Box::new(oauth2_proxy::OAuth2Proxy), oauth2_proxy::RESOLVERS)?);
    }
    if let Some(section) = config.opt_config("auth.providers.gcpIap")? {
        let proxy = gcp_iap::GcpIap::read(&section, egress)?;
        found.push(provider(config, &section, Box::new(proxy), gcp_iap::RESOLVERS)?);
    }
    if let Some(section) = config.opt_config("auth.providers.awsalb")? {
        let proxy = awsalb::AwsAlb::read(&section, egress)?;
        found.push(provider(config, &section, Box::new(proxy), &[])?);
    }
    if let Some(section) = config.opt_config("auth.providers.cfaccess")? {
        let proxy = cfaccess::CfAccess::read(&section, egress)?;
        found.push(provider(config, &section, Box::new(proxy), &[])?);
    }
    if let Some(section) = config.opt_config("auth.providers.azureEasyAuth")? {
        let proxy = azure_easy_auth::AzureEasyAuth::read(config, environment)?;
        found.push(provider(config, &section, Box::new(proxy), azure_easy_auth::RESOLVERS)?);
    }
    Ok(found)
}

fn provider(
    config: &Config,
    section: &Config,
    proxy: Box<dyn Proxy>,
    own: OwnResolvers,
) -> Result<Arc<ProxyProvider>, ConfigError> {
    let resolvers = Resolvers::read(section, own)?.ok_or_else(|| {
        section.missing("signIn.resolvers", "at least one: otherwise nobody could sign in by this proxy")
    })?;
    let peers = TrustedPeers::read(config, section, proxy.is_signed())?;
    Ok(Arc::new(ProxyProvider { proxy, resolvers, peers }))
}

/// A header's text. One that is there twice was not written by the proxy alone, and nobody knows which is which.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().filter(|text| !text.is_empty())
}

/// A claim's text.
fn text(claims: &serde_json::Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl std::fmt::Debug for ProxyProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyProvider").field("id", &self.proxy.id()).finish_non_exhaustive()
    }
}
