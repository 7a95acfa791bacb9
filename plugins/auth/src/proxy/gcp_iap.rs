//! `gcpIap` 0.4.19: Google's Identity-Aware Proxy, which signs an assertion for one audience.

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use http::HeaderMap;
use serde_json::Value;

use super::{Claimed, OwnResolvers, Proxy, ProxyError, header, text};
use crate::keys::RemoteKeys;
use crate::sign_in::{ForeignId, Identity, Rule};
use crate::tokens;

const KEYS: &str = "https://www.gstatic.com/iap/verify/public_key-jwk";
const ISSUER: &str = "https://cloud.google.com/iap";
const HEADER: &str = "x-goog-iap-jwt-assertion";
const ALGORITHM: &str = "ES256";
/// Seconds between two fetches that unknown keys cause.
const PAUSE: i64 = 30;

pub(super) const RESOLVERS: OwnResolvers = &[
    ("emailMatchingUserEntityAnnotation", Rule::Id("email")),
    ("idMatchingUserEntityAnnotation", Rule::Id("user-id")),
];

/// Identity-Aware Proxy.
pub(super) struct GcpIap {
    keys: RemoteKeys,
    audience: String,
    header: String,
}

impl GcpIap {
    pub(super) fn read(section: &Config, egress: &Egress) -> Result<Self, ConfigError> {
        let keys = RemoteKeys::new(egress.clone(), KEYS.to_owned(), PAUSE);
        Self::over(section, keys)
    }

    /// Over keys of the caller's choice.
    pub(super) fn over(section: &Config, keys: RemoteKeys) -> Result<Self, ConfigError> {
        Ok(Self {
            keys,
            audience: section.get_str("audience")?.to_owned(),
            header: section.opt_str("jwtHeader")?.unwrap_or(HEADER).to_owned(),
        })
    }

    async fn claims(&self, token: &str, now: i64) -> Option<serde_json::Map<String, Value>> {
        let read =
            tokens::peek(token).filter(|read| read.algorithm == ALGORITHM && !read.key_id.is_empty())?;
        let issued_at = tokens::unverified_claims(token)?.get("iat")?.as_i64();
        let key = self.keys.find(&read, issued_at, now).await.ok()??;
        let claims = key.claims(token, &read, now)?;
        let ours = claims.get("iss").and_then(Value::as_str) == Some(ISSUER)
            && claims.get("aud").and_then(Value::as_str) == Some(&self.audience)
            && claims.get("exp").is_some();
        ours.then_some(claims)
    }
}

#[async_trait]
impl Proxy for GcpIap {
    fn id(&self) -> &'static str {
        "gcpIap"
    }

    fn is_signed(&self) -> bool {
        true
    }

    async fn authenticate(&self, headers: &HeaderMap, now: i64) -> Result<Claimed, ProxyError> {
        let missing = || ProxyError::Missing("Google IAP header".to_owned());
        let token = header(headers, &self.header).ok_or_else(missing)?;
        let claims = self.claims(token, now).await.ok_or(ProxyError::NotVerified("Google IAP token"))?;
        let incomplete =
            |what: &str| ProxyError::Incomplete(format!("Google IAP token payload is missing {what} claim"));
        let subject = text(&claims, "sub").ok_or_else(|| incomplete("subject"))?;
        let email = text(&claims, "email").ok_or_else(|| incomplete("email"))?;
        let id = subject.split_once(':').map_or(subject.as_str(), |(_, id)| id).to_owned();
        let foreign = |name, annotation: &'static str, value: String| ForeignId {
            name,
            annotation: annotation.into(),
            value,
        };
        Ok(Claimed {
            identity: Identity {
                ids: vec![
                    foreign("email", "google.com/email", email.clone()),
                    foreign("user-id", "google.com/user-id", id),
                ],
                email: Some(email),
                // These are Google accounts; Google has checked their addresses.
                email_verified: true,
                ..Identity::default()
            },
            info: None,
        })
    }
}
