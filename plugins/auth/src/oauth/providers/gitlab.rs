//! GitLab, anywhere (`gitlab-provider` module 0.4.7).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use url::Url;

use super::base_url;
use crate::oauth::client::{Client, ClientAuth, Tokens};
use crate::oauth::code_flow::{CodeFlow, ReadProfile, id, text};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "gitlab",
    title: "GitLab",
    resolvers: &[
        ("usernameMatchingUserEntityName", Rule::Name(Claim::Username)),
        ("userIdMatchingUserEntityAnnotation", Rule::Id("user-id")),
    ],
    scopes: ScopeRules { required: &["read_user"], persist: false, resources_alone: false },
    make,
};

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let audience = section.opt_str("audience")?;
    let base = match audience {
        Some(url) => base_url(section, "audience", url)?.to_owned(),
        None => setup.fixed("https://gitlab.com"),
    };
    let host = Url::parse(audience.unwrap_or("https://gitlab.com")).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[&base])?,
        authorization_url: format!("{base}/oauth/authorize"),
        token_url: format!("{base}/oauth/token"),
        parameters: Vec::new(),
        profile: Box::new(User { url: format!("{base}/api/v4/user"), host }),
    }))
}

struct User {
    url: String,
    /// In front of `/user-id` in the annotation.
    host: String,
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
        let user_id = id(&user, "id").map(|value| ForeignId {
            name: "user-id",
            annotation: format!("{}/user-id", self.host).into(),
            value,
        });
        Ok(Some(Identity {
            email: text(&user, "email"),
            // The address of an account that nobody has confirmed is whatever was typed in.
            email_verified: text(&user, "confirmed_at").is_some(),
            username: text(&user, "username"),
            preferred_username: text(&user, "username"),
            display_name: text(&user, "name").or_else(|| text(&user, "username")),
            picture: text(&user, "avatar_url"),
            ids: user_id.into_iter().collect(),
        }))
    }
}
