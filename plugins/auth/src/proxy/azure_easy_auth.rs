//! `azureEasyAuth` 0.2.24: authentication of Azure App Service. It checks the token and passes it on in a header that
//! is only as good as the platform in front, which is why the platform has to be there.

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{Claimed, OwnResolvers, Proxy, ProxyError, header, text};
use crate::sign_in::{ForeignId, Identity, Rule};
use crate::tokens;

const ID_TOKEN: &str = "x-ms-token-aad-id-token";
const ACCESS_TOKEN: &str = "x-ms-token-aad-access-token";
const KEY: &str = "auth.providers.azureEasyAuth";

pub(super) const RESOLVERS: OwnResolvers = &[("idMatchingUserEntityAnnotation", Rule::Id("user-id"))];

/// Azure App Service.
pub(super) struct AzureEasyAuth;

impl AzureEasyAuth {
    /// Refuses to start anywhere but behind an App Service that authenticates with Entra ID.
    pub(super) fn read(
        config: &Config,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let is = |name: &str, wanted: &str| {
            environment(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        let reason = if environment("WEBSITE_SKU").is_none() {
            "Callboard is not running on Azure App Services (WEBSITE_SKU is not set)"
        } else if !is("WEBSITE_AUTH_ENABLED", "true") {
            "Azure App Services does not have authentication enabled (WEBSITE_AUTH_ENABLED)"
        } else if !is("WEBSITE_AUTH_DEFAULT_PROVIDER", "azureactivedirectory") {
            "the authentication provider is not Entra ID (WEBSITE_AUTH_DEFAULT_PROVIDER)"
        } else if !is("WEBSITE_AUTH_TOKEN_STORE", "true") {
            "the token store is not enabled (WEBSITE_AUTH_TOKEN_STORE)"
        } else {
            return Ok(Self);
        };
        Err(config.error(KEY, reason))
    }
}

#[async_trait]
impl Proxy for AzureEasyAuth {
    fn id(&self) -> &'static str {
        "azureEasyAuth"
    }

    fn is_signed(&self) -> bool {
        false
    }

    async fn authenticate(&self, headers: &HeaderMap, now: i64) -> Result<Claimed, ProxyError> {
        let missing = || ProxyError::Missing(format!("{ID_TOKEN} header"));
        let token = header(headers, ID_TOKEN).ok_or_else(missing)?;
        let not_verified = || ProxyError::NotVerified("Azure Easy Auth token");
        let claims =
            tokens::peek(token).and_then(|_| tokens::unverified_claims(token)).ok_or_else(not_verified)?;
        if claims.get("ver").and_then(Value::as_str) != Some("2.0") {
            return Err(ProxyError::Incomplete("id_token is not version 2.0".to_owned()));
        }
        if claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp <= now as f64) {
            return Err(not_verified());
        }
        let id = text(&claims, "oid").map(|value| ForeignId {
            name: "user-id",
            annotation: "graph.microsoft.com/user-id".into(),
            value,
        });
        Ok(Claimed {
            identity: Identity {
                email: text(&claims, "email"),
                // The tenant's administrator sets it, unless Entra says that nobody has checked the domain.
                email_verified: !matches!(claims.get("xms_edov"), Some(Value::Bool(false))),
                display_name: text(&claims, "name"),
                preferred_username: text(&claims, "preferred_username"),
                ids: id.into_iter().collect(),
                ..Identity::default()
            },
            info: header(headers, ACCESS_TOKEN).map(|token| json!({"accessToken": token})),
        })
    }
}
