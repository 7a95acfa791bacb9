//! Atlassian Cloud (`atlassian-provider` module 0.4.19).

use callboard_config::{Config, ConfigError};
use serde_json::Value;

use super::no_scope;
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::{CodeFlow, Document, parameters, text};
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "atlassian",
    title: "Atlassian",
    resolvers: &[("usernameMatchingUserEntityName", Rule::Name(Claim::Username))],
    scopes: ScopeRules {
        required: &["offline_access", "read:me", "read:jira-work", "read:jira-user"],
        persist: false,
        resources_alone: false,
    },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    no_scope(section, "atlassian")?;
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[])?,
        authorization_url: setup.fixed("https://auth.atlassian.com/authorize"),
        token_url: setup.fixed("https://auth.atlassian.com/oauth/token"),
        parameters: parameters(&[("audience", "api.atlassian.com"), ("prompt", "consent")]),
        profile: Box::new(Document { url: setup.fixed("https://api.atlassian.com/me"), identity }),
    }))
}

/// An account's address is verified by Atlassian unless the document says that it isn't.
fn identity(me: &Value) -> Identity {
    Identity {
        email: text(me, "email"),
        email_verified: me.get("email_verified").is_none_or(|verified| *verified == Value::Bool(true)),
        username: text(me, "nickname"),
        preferred_username: text(me, "nickname"),
        display_name: text(me, "name"),
        picture: text(me, "picture"),
        ids: Vec::new(),
    }
}
