//! `oauth2Proxy` 0.3.3: what OAuth2 Proxy forwards. Nothing of it is signed in a way that could be checked here.

use async_trait::async_trait;
use http::HeaderMap;
use serde_json::json;

use super::{Claimed, OwnResolvers, Proxy, ProxyError, header};
use crate::sign_in::{Claim, Identity, Rule};

const ID_TOKEN: &str = "x-oauth2-proxy-id-token";

pub(super) const RESOLVERS: OwnResolvers = &[
    ("forwardedUserMatchingUserEntityName", Rule::Name(Claim::Username)),
    ("forwardedPreferredUsernameMatchingUserEntityName", Rule::Name(Claim::PreferredUsername)),
];

/// OAuth2 Proxy.
pub(super) struct OAuth2Proxy;

#[async_trait]
impl Proxy for OAuth2Proxy {
    fn id(&self) -> &'static str {
        "oauth2Proxy"
    }

    fn is_signed(&self) -> bool {
        false
    }

    async fn authenticate(&self, headers: &HeaderMap, _now: i64) -> Result<Claimed, ProxyError> {
        let owned = |name: &str| header(headers, name).map(str::to_owned);
        let email = owned("x-forwarded-email");
        let username = owned("x-forwarded-user");
        let preferred_username = owned("x-forwarded-preferred-username");
        if email.is_none() && username.is_none() && preferred_username.is_none() {
            let missing =
                "x-forwarded-user, x-forwarded-preferred-username and x-forwarded-email from OAuth2 Proxy";
            return Err(ProxyError::Missing(missing.to_owned()));
        }
        let token = header(headers, ID_TOKEN).and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        Ok(Claimed {
            identity: Identity {
                display_name: preferred_username.clone().or_else(|| username.clone()),
                email,
                email_verified: true,
                username,
                preferred_username,
                ..Identity::default()
            },
            info: Some(json!({"accessToken": token.unwrap_or_default()})),
        })
    }
}
