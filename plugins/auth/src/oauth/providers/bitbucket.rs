//! Bitbucket Cloud (`bitbucket-provider` module 0.3.19).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use serde_json::Value;

use crate::oauth::client::{Client, ClientAuth, Tokens};
use crate::oauth::code_flow::{CodeFlow, ReadProfile, text};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "bitbucket",
    title: "Bitbucket",
    resolvers: &[
        ("usernameMatchingUserEntityName", Rule::Name(Claim::Username)),
        ("userIdMatchingUserEntityAnnotation", Rule::Id("user-id")),
        ("usernameMatchingUserEntityAnnotation", Rule::Id("username")),
    ],
    scopes: ScopeRules { required: &["account"], persist: false, resources_alone: false },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Basic, &[])?,
        authorization_url: setup.fixed("https://bitbucket.org/site/oauth2/authorize"),
        token_url: setup.fixed("https://bitbucket.org/site/oauth2/access_token"),
        parameters: Vec::new(),
        profile: Box::new(User { url: setup.fixed("https://api.bitbucket.org/2.0/user") }),
    }))
}

struct User {
    url: String,
}

#[async_trait]
impl ReadProfile for User {
    async fn read(
        &self,
        client: &Client,
        tokens: &Tokens,
        _now: i64,
    ) -> Result<Option<Identity>, OAuthError> {
        let user = client.get(&self.url, &tokens.access_token).await?;
        // Without the email scope this list is refused; then there is no address.
        let list = client.get(&format!("{}/emails", self.url), &tokens.access_token).await.ok();
        let emails = list.as_ref().and_then(|list| list.get("values")).and_then(Value::as_array);
        let is = |email: &Value, what: &str| email.get(what) == Some(&Value::Bool(true));
        let primary = emails.into_iter().flatten().find(|email| is(email, "is_primary"));
        let annotated = |name, annotation: &'static str, value: Option<String>| {
            value.map(|value| ForeignId { name, annotation: annotation.into(), value })
        };
        let username = text(&user, "username").or_else(|| text(&user, "nickname"));
        let ids = [
            annotated("user-id", "bitbucket.org/user-id", text(&user, "uuid")),
            annotated("username", "bitbucket.org/username", username.clone()),
        ];
        Ok(Some(Identity {
            email: primary.and_then(|email| text(email, "email")),
            email_verified: primary.is_some_and(|email| is(email, "is_confirmed")),
            preferred_username: username.clone(),
            display_name: text(&user, "display_name").or_else(|| username.clone()),
            picture: user.pointer("/links/avatar/href").and_then(Value::as_str).map(str::to_owned),
            username,
            ids: ids.into_iter().flatten().collect(),
        }))
    }
}
