//! Microsoft Entra ID (`microsoft-provider` module 0.3.19). Who it is says Microsoft Graph, which only answers to
//! tokens that were asked for it; with a token for another API nobody is signed in.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Request;
use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::oauth::client::{Client, ClientAuth, Tokens};
use crate::oauth::code_flow::{CodeFlow, ReadProfile, text};
use crate::oauth::error::OAuthError;
use crate::oauth::oidc::peek_claims;
use crate::oauth::provider::{Definition, Provider, Setup};
use crate::oauth::scopes::ScopeRules;
use crate::sign_in::{ForeignId, Identity, Rule};

pub(crate) const DEFINITION: Definition = Definition {
    id: "microsoft",
    title: "Microsoft",
    resolvers: &[
        ("emailMatchingUserEntityAnnotation", Rule::Id("email")),
        ("userIdMatchingUserEntityAnnotation", Rule::Id("user-id")),
    ],
    scopes: ScopeRules {
        required: &["email", "openid", "offline_access", "user.read"],
        persist: false,
        resources_alone: true,
    },
    make,
};

/// The application id of Microsoft Graph, the audience of its tokens.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// Tenants that are no tenant: anybody's organisation may sign in there.
const ANY_TENANT: [&str; 3] = ["common", "organizations", "consumers"];
/// Bytes of a picture.
const LARGEST_PICTURE: u64 = 256 * 1024;

fn make(section: &Config, setup: &Setup) -> Result<Box<dyn Provider>, ConfigError> {
    let tenant = section.get_str("tenantId")?;
    if tenant.contains(['/', '?', '#', ' ']) {
        return Err(section.error("tenantId", "expected the id or the domain of a tenant"));
    }
    let base = setup.fixed(&format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0"));
    let hint = section.opt_str("domainHint")?;
    Ok(Box::new(CodeFlow {
        client: setup.client(section, ClientAuth::Post, &[])?,
        authorization_url: format!("{base}/authorize"),
        token_url: format!("{base}/token"),
        parameters: hint.map(|hint| ("domain_hint".to_owned(), hint.to_owned())).into_iter().collect(),
        profile: Box::new(Me {
            graph: setup.fixed("https://graph.microsoft.com/v1.0"),
            skip: section.opt_bool("skipUserProfile")?.unwrap_or(false),
            own_tenant: !ANY_TENANT.contains(&tenant.to_lowercase().as_str()),
        }),
    }))
}

struct Me {
    graph: String,
    skip: bool,
    own_tenant: bool,
}

#[async_trait]
impl ReadProfile for Me {
    async fn read(
        &self,
        client: &Client,
        tokens: &Tokens,
        _now: i64,
    ) -> Result<Option<Identity>, OAuthError> {
        if self.skip || !is_for_graph(&tokens.access_token) {
            return Ok(None);
        }
        let me = client.get(&format!("{}/me", self.graph), &tokens.access_token).await?;
        let email = text(&me, "mail").or_else(|| text(&me, "userPrincipalName"));
        let annotated = |name, annotation: &'static str, value: Option<String>| {
            value.map(|value| ForeignId { name, annotation: annotation.into(), value })
        };
        let ids = [
            annotated("email", "microsoft.com/email", email.clone()),
            annotated("user-id", "graph.microsoft.com/user-id", text(&me, "id")),
        ];
        Ok(Some(Identity {
            email,
            // Whoever administers a tenant writes any address into its users. That is fine in one's own tenant only.
            email_verified: self.own_tenant,
            username: text(&me, "userPrincipalName"),
            preferred_username: text(&me, "userPrincipalName"),
            display_name: text(&me, "displayName"),
            picture: self.picture(client, &tokens.access_token).await,
            ids: ids.into_iter().flatten().collect(),
        }))
    }
}

impl Me {
    /// The picture as a data URL; somebody without one is somebody all the same.
    async fn picture(&self, client: &Client, access_token: &str) -> Option<String> {
        let request = Request::get(format!("{}/me/photos/96x96/$value", self.graph))
            .secret_header(AUTHORIZATION, &format!("Bearer {access_token}"));
        let answer = client.egress.request(&client.policy, request).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let bytes = answer.with_limit(LARGEST_PICTURE).bytes().await.ok()?;
        Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
    }
}

/// Whether Graph would answer to a token. One that can't be read is tried.
fn is_for_graph(access_token: &str) -> bool {
    let Some(claims) = peek_claims(access_token) else { return true };
    let scopes = claims.get("scp").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let reads = scopes.split(' ').any(|scope| {
        let scope = scope.strip_prefix("https://graph.microsoft.com/").unwrap_or(scope);
        matches!(scope, "user.read" | "user.read.all")
    });
    reads && claims.get("aud").and_then(Value::as_str) == Some(GRAPH)
}
