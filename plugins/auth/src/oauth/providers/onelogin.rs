//! OneLogin (`onelogin-provider` module 0.3.19).

use callboard_config::{Config, ConfigError};
use serde_json::Value;

use super::{base_url, oidc};
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::{CodeFlow, Document};
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "onelogin",
    title: "OneLogin",
    resolvers: &[("usernameMatchingUserEntityName", Rule::Name(Claim::Username))],
    scopes: ScopeRules { required: &["openid", "email", "profile"], persist: false, resources_alone: false },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let issuer = section.get_str("issuer")?;
    let base = base_url(section, "issuer", issuer)?;
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[issuer])?,
        authorization_url: format!("{base}/auth"),
        token_url: format!("{base}/token"),
        parameters: Vec::new(),
        profile: Box::new(Document { url: format!("{base}/me"), identity }),
    }))
}

/// OneLogin has no claim about verification: addresses are written by the company's own directory. Where the claim
/// stands all the same, it counts.
fn identity(info: &Value) -> Identity {
    let email_verified = info.get("email_verified").is_none_or(|verified| *verified == Value::Bool(true));
    Identity { email_verified, ..oidc::identity(info) }
}
