//! The providers that there are: a list that can be read, and a file for each.

mod atlassian;
mod auth0;
mod bitbucket;
mod bitbucket_server;
mod github;
mod gitlab;
mod google;
mod microsoft;
mod oauth2;
mod oidc;
mod okta;
mod onelogin;
mod openshift;
mod pinniped;

use callboard_config::{Config, ConfigError};

use super::provider::Definition;

/// All of them.
pub(crate) const ALL: &[&Definition] = &[
    &atlassian::DEFINITION,
    &auth0::DEFINITION,
    &bitbucket::DEFINITION,
    &bitbucket_server::DEFINITION,
    &github::DEFINITION,
    &gitlab::DEFINITION,
    &google::DEFINITION,
    &microsoft::DEFINITION,
    &oauth2::DEFINITION,
    &oidc::DEFINITION,
    &okta::DEFINITION,
    &onelogin::DEFINITION,
    &openshift::DEFINITION,
    &pinniped::DEFINITION,
];

/// Refuses `scope`, which these providers had once.
fn no_scope(section: &Config, provider: &str) -> Result<(), ConfigError> {
    if section.has("scope") {
        let message = format!(
            "The {provider} provider no longer supports the \"scope\" configuration option. Please use the \
             \"additionalScopes\" option instead."
        );
        return Err(section.error("scope", message));
    }
    Ok(())
}

/// An absolute http(s) URL of the configuration, without a slash at its end.
fn base_url<'a>(section: &Config, key: &str, url: &'a str) -> Result<&'a str, ConfigError> {
    match url::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Ok(url.trim_end_matches('/')),
        _ => Err(section.error(key, "expected an http or https URL")),
    }
}
