//! Google (`google-provider` module 0.3.19).

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

use super::oidc;
use crate::oauth::client::ClientAuth;
use crate::oauth::code_flow::{CodeFlow, Document, parameters};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "google",
    title: "Google",
    resolvers: &[("emailMatchingUserEntityAnnotation", Rule::Id("email"))],
    scopes: ScopeRules {
        required: &[
            "openid",
            "https://www.googleapis.com/auth/userinfo.email",
            "https://www.googleapis.com/auth/userinfo.profile",
        ],
        persist: false,
        resources_alone: false,
    },
    make,
};

struct Google {
    flow: CodeFlow,
    revocation_url: String,
}

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let flow = CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[])?,
        authorization_url: setup.fixed("https://accounts.google.com/o/oauth2/v2/auth"),
        token_url: setup.fixed("https://oauth2.googleapis.com/token"),
        parameters: parameters(&[
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("include_granted_scopes", "true"),
        ]),
        profile: Box::new(Document {
            url: setup.fixed("https://www.googleapis.com/oauth2/v3/userinfo"),
            identity,
        }),
    };
    let revocation_url = setup.fixed("https://oauth2.googleapis.com/revoke");
    Ok(Box::new(Google { flow, revocation_url }))
}

fn identity(info: &Value) -> Identity {
    let mut identity = oidc::identity(info);
    let email = identity.email.clone().map(|value| ForeignId {
        name: "email",
        annotation: "google.com/email".into(),
        value,
    });
    identity.ids.extend(email);
    identity
}

#[async_trait]
impl Provider for Google {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.flow.start(start).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        self.flow.authenticate(callback).await
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        self.flow.refresh(refresh).await
    }

    async fn logout(
        &self,
        refresh_token: Option<&str>,
        _origin: Option<&str>,
        _now: i64,
    ) -> Result<Option<String>, OAuthError> {
        if let Some(token) = refresh_token {
            self.flow.client.revoke(&self.revocation_url, token).await?;
        }
        Ok(None)
    }
}
