//! GitHub, and GitHub Enterprise Server (`github-provider` module 0.5.7).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

use super::base_url;
use crate::oauth::client::{ClientAuth, Tokens};
use crate::oauth::code_flow::{CodeFlow, Document, text};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "github",
    title: "GitHub",
    resolvers: &[
        ("usernameMatchingUserEntityName", Rule::Name(Claim::Username)),
        ("preferredUsernameMatchingUserEntityName", Rule::Name(Claim::PreferredUsername)),
        ("userIdMatchingUserEntityAnnotation", Rule::Id("user-id")),
    ],
    scopes: ScopeRules { required: &["read:user"], persist: true, resources_alone: false },
    make,
};

/// In front of an access token that stands in the refresh cookie.
const ACCESS_TOKEN: &str = "access-token-v2.";

struct GitHub(CodeFlow);

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let enterprise = section.opt_str("enterpriseInstanceUrl")?;
    let (site, profile) = match enterprise {
        Some(url) => {
            let base = base_url(section, "enterpriseInstanceUrl", url)?;
            (base.to_owned(), format!("{base}/api/v3/user"))
        }
        None => (setup.fixed("https://github.com"), setup.fixed("https://api.github.com/user")),
    };
    let named: Vec<&str> = enterprise.into_iter().collect();
    Ok(Box::new(GitHub(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &named)?,
        authorization_url: format!("{site}/login/oauth/authorize"),
        token_url: format!("{site}/login/oauth/access_token"),
        parameters: Vec::new(),
        profile: Box::new(Document { url: profile, identity }),
    })))
}

/// The user document. GitHub lets a profile show a verified address only.
fn identity(user: &Value) -> Identity {
    let node_id = text(user, "node_id").map(|value| ForeignId {
        name: "user-id",
        annotation: "github.com/user-id".into(),
        value,
    });
    Identity {
        email: text(user, "email"),
        email_verified: true,
        username: text(user, "login"),
        preferred_username: text(user, "login"),
        display_name: text(user, "name").or_else(|| text(user, "login")),
        picture: text(user, "avatar_url"),
        ids: node_id.into_iter().collect(),
    }
}

#[async_trait]
impl Provider for GitHub {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.0.start(start).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        let mut session = self.0.authenticate(callback).await?;
        // The access token of an OAuth app has no end and there is nothing to refresh it with, so it is kept itself.
        let tokens = &mut session.tokens;
        if tokens.refresh_token.is_none() && tokens.expires_in.is_none() {
            tokens.refresh_token = Some(format!("{ACCESS_TOKEN}{}", tokens.access_token));
        }
        Ok(session)
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        let Some(access_token) = refresh.refresh_token.strip_prefix(ACCESS_TOKEN) else {
            return self.0.refresh(refresh).await;
        };
        if refresh.scope_granted != Some(true) {
            return Err(OAuthError::ScopeNotGranted);
        }
        let tokens = Tokens {
            access_token: access_token.to_owned(),
            id_token: None,
            refresh_token: Some(refresh.refresh_token.to_owned()),
            scope: Some(refresh.scope.to_owned()),
            expires_in: None,
        };
        self.0.session(tokens, refresh.now).await
    }
}
