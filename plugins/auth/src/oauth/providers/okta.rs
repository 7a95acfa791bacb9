//! Okta (`okta-provider` module 0.2.19).

use callboard_config::{Config, ConfigError};
use serde_json::Value;

use super::{base_url, oidc};
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::{CodeFlow, Document};
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "okta",
    title: "Okta",
    resolvers: &[("emailMatchingUserEntityAnnotation", Rule::Id("email"))],
    scopes: ScopeRules {
        required: &["openid", "email", "profile", "offline_access"],
        persist: false,
        resources_alone: false,
    },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let audience = section.get_str("audience")?;
    let base = base_url(section, "audience", audience)?;
    let server = match section.opt_str("authServerId")? {
        Some(id) if id.contains(['/', '?', '#']) => {
            return Err(section.error("authServerId", "expected the id of an authorization server"));
        }
        Some(id) => format!("{base}/oauth2/{id}/v1"),
        None => format!("{base}/oauth2/v1"),
    };
    let idp = section.opt_str("idp")?;
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[audience])?,
        authorization_url: format!("{server}/authorize"),
        token_url: format!("{server}/token"),
        parameters: idp.map(|idp| ("idp".to_owned(), idp.to_owned())).into_iter().collect(),
        profile: Box::new(Document { url: format!("{server}/userinfo"), identity }),
    }))
}

fn identity(info: &Value) -> Identity {
    let mut identity = oidc::identity(info);
    let email = identity.email.clone().map(|value| ForeignId {
        name: "email",
        annotation: "okta.com/email".into(),
        value,
    });
    identity.ids.extend(email);
    identity
}
