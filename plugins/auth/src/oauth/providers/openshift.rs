//! OpenShift (`openshift-provider` module 0.1.11). Its tokens are not refreshed but kept: the cookie holds the access
//! token.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Request;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::base_url;
use crate::oauth::client::{ClientAuth, Tokens, failed};
use crate::oauth::code_flow::{CodeFlow, Document};
use crate::oauth::error::OAuthError;
use crate::oauth::provider::{Callback, Definition, Provider, Refresh, Session, Setup, Start};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{Claim, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "openshift",
    title: "OpenShift",
    resolvers: &[("displayNameMatchingUserEntityName", Rule::Name(Claim::DisplayName))],
    scopes: ScopeRules { required: &["user:full"], persist: false, resources_alone: false },
    make,
};

struct OpenShift {
    flow: CodeFlow,
    api: String,
}

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let url = |key: &'static str| {
        let url = section.get_str(key)?;
        base_url(section, key, url).map(str::to_owned)
    };
    let (authorization_url, token_url) = (url("authorizationUrl")?, url("tokenUrl")?);
    let api = url("openshiftApiServerUrl")?;
    let flow = CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[&token_url, &api])?,
        authorization_url,
        token_url,
        parameters: Vec::new(),
        profile: Box::new(Document { url: format!("{api}/apis/user.openshift.io/v1/users/~"), identity }),
    };
    Ok(Box::new(OpenShift { flow, api }))
}

fn identity(user: &Value) -> Identity {
    let name = user.pointer("/metadata/name").and_then(Value::as_str).filter(|name| !name.is_empty());
    Identity { display_name: name.map(str::to_owned), ..Identity::default() }
}

#[async_trait]
impl Provider for OpenShift {
    async fn start(&self, start: Start<'_>) -> Result<Url, OAuthError> {
        self.flow.start(start).await
    }

    async fn authenticate(&self, callback: Callback<'_>) -> Result<Session, OAuthError> {
        let mut session = self.flow.authenticate(callback).await?;
        session.tokens.refresh_token = Some(session.tokens.access_token.clone());
        Ok(session)
    }

    async fn refresh(&self, refresh: Refresh<'_>) -> Result<Session, OAuthError> {
        let tokens = Tokens {
            access_token: refresh.refresh_token.to_owned(),
            id_token: None,
            refresh_token: Some(refresh.refresh_token.to_owned()),
            scope: Some(refresh.scope.to_owned()),
            expires_in: None,
        };
        self.flow.session(tokens, refresh.now).await
    }

    /// Deletes the token in the cluster. One that does not work any more needs no deleting.
    async fn logout(
        &self,
        refresh_token: Option<&str>,
        _origin: Option<&str>,
        _now: i64,
    ) -> Result<Option<String>, OAuthError> {
        let token = refresh_token.ok_or_else(|| {
            OAuthError::Failed("access token/refresh token needs to be set for logout".to_owned())
        })?;
        let secret = token.strip_prefix("sha256~").unwrap_or(token);
        let name = URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()));
        let request = Request {
            method: Method::DELETE,
            url: format!("{}/apis/oauth.openshift.io/v1/oauthaccesstokens/sha256~{name}", self.api),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let request = request.secret_header(AUTHORIZATION, &format!("Bearer {token}"));
        let client = &self.flow.client;
        client.egress.request(&client.policy, request).await.map_err(|error| failed(&error))?;
        Ok(None)
    }
}
