//! `cfaccess` 0.5.0: Cloudflare Access, which signs a token for one application of a team.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::{Egress, Policy, Request};
use http::header::COOKIE;
use http::{HeaderMap, HeaderName};
use moka::future::Cache;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Claimed, Proxy, ProxyError, header, text};
use crate::keys::RemoteKeys;
use crate::sign_in::Identity;
use crate::tokens;

const HEADER: &str = "cf-access-jwt-assertion";
const COOKIE_NAME: &str = "CF_Authorization";
const ALGORITHM: &str = "RS256";
const WHAT: &str = "Cloudflare Access token";
const PAUSE: i64 = 30;
/// Identities are asked for once in a while, not for each refresh.
const KEPT_FOR: Duration = Duration::from_secs(300);
const MOST_KEPT: u64 = 10_000;
const MOST_BYTES: u64 = 256 * 1024;

/// Cloudflare Access.
pub(super) struct CfAccess {
    egress: Egress,
    policy: Policy,
    /// `https://<team>.cloudflareaccess.com`: the issuer, and where it is asked.
    issuer: String,
    base: String,
    audience: String,
    header: HeaderName,
    cookie: String,
    /// Client ids of service tokens, and who they stand for.
    services: Vec<(String, String)>,
    keys: RemoteKeys,
    identities: Cache<[u8; 32], Arc<Value>>,
}

impl CfAccess {
    pub(super) fn read(section: &Config, egress: &Egress) -> Result<Self, ConfigError> {
        let team = section.get_str("teamName")?;
        if !team.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(section.error("teamName", "expected the team's name alone, without domain"));
        }
        Self::over(section, egress, format!("https://{team}.cloudflareaccess.com"), Policy::public())
    }

    /// With another host that answers for the team.
    pub(super) fn over(
        section: &Config,
        egress: &Egress,
        base: String,
        mut policy: Policy,
    ) -> Result<Self, ConfigError> {
        policy.max_body = MOST_BYTES;
        policy.timeout = Duration::from_secs(10);
        let team = section.get_str("teamName")?;
        let header = section.opt_str("jwtHeaderName")?.unwrap_or(HEADER);
        let header = HeaderName::from_bytes(header.as_bytes())
            .map_err(|_| section.error("jwtHeaderName", "is no name of a header"))?;
        let mut services = Vec::new();
        for entry in section.config_array("serviceTokens")? {
            services.push((entry.get_str("token")?.to_owned(), entry.get_str("subject")?.to_owned()));
        }
        Ok(Self {
            egress: egress.clone(),
            policy,
            issuer: format!("https://{team}.cloudflareaccess.com"),
            keys: RemoteKeys::new(egress.clone(), format!("{base}/cdn-cgi/access/certs"), PAUSE),
            base,
            audience: section.get_str("audience")?.to_owned(),
            header,
            cookie: section.opt_str("authorizationCookieName")?.unwrap_or(COOKIE_NAME).to_owned(),
            services,
            identities: Cache::builder().max_capacity(MOST_KEPT).time_to_live(KEPT_FOR).build(),
        })
    }

    /// The claims of a token of this team for this application. Without the audience, whoever may use any application
    /// of the team could use this one.
    async fn claims(&self, token: &str, now: i64) -> Option<Map<String, Value>> {
        let read = tokens::peek(token).filter(|read| read.algorithm == ALGORITHM)?;
        let issued_at = tokens::unverified_claims(token)?.get("iat")?.as_i64();
        let key = self.keys.find(&read, issued_at, now).await.ok()??;
        let claims = key.claims(token, &read, now)?;
        let ours = claims.get("iss").and_then(Value::as_str) == Some(&self.issuer)
            && tokens::names_one_of(claims.get("aud"), std::slice::from_ref(&self.audience))
            && claims.get("exp").is_some();
        ours.then_some(claims)
    }

    /// What Access knows about the user of a token that has been verified.
    async fn identity(&self, token: &str) -> Result<Arc<Value>, ProxyError> {
        let id: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(identity) = self.identities.get(&id).await {
            return Ok(identity);
        }
        let request = Request::get(format!("{}/cdn-cgi/access/get-identity", self.base))
            .secret_header(self.header.clone(), token)
            .secret_header(COOKIE, &format!("{}={token}", self.cookie));
        let failed = |reason: String| {
            tracing::warn!(target: "auth", reason, "Cloudflare Access didn't say who a user is");
            ProxyError::Incomplete("Failed to populate access identity information".to_owned())
        };
        let response = self.egress.request(&self.policy, request).await;
        let response = response.map_err(|error| failed(error.to_string()))?;
        if !response.status().is_success() {
            return Err(failed(format!("it answered {}", response.status())));
        }
        let identity = Arc::new(response.json().await.map_err(|error| failed(error.to_string()))?);
        self.identities.insert(id, identity.clone()).await;
        Ok(identity)
    }
}

#[async_trait]
impl Proxy for CfAccess {
    fn id(&self) -> &'static str {
        "cfaccess"
    }

    fn is_signed(&self) -> bool {
        true
    }

    async fn authenticate(&self, headers: &HeaderMap, now: i64) -> Result<Claimed, ProxyError> {
        let token = header(headers, self.header.as_str()).or_else(|| cookie(headers, &self.cookie));
        let token = token.ok_or_else(|| {
            ProxyError::Missing(format!("{} and {} from Cloudflare Access", self.header, self.cookie))
        })?;
        let claims = self.claims(token, now).await.ok_or(ProxyError::NotVerified(WHAT))?;
        let identity = match text(&claims, "sub") {
            Some(_) => self.identity(token).await?,
            None => {
                let client = text(&claims, "common_name").unwrap_or_default();
                let known = self.services.iter().find(|(token, _)| *token == client);
                let (_, subject) = known.ok_or_else(|| {
                    ProxyError::Incomplete("This is not a permitted service token".to_owned())
                })?;
                Arc::new(json!({"id": client, "name": "Bot", "email": subject, "groups": []}))
            }
        };
        // The signed claim counts where there is one; what Access answers supplements it.
        let email = text(&claims, "email").or_else(|| identity["email"].as_str().map(str::to_owned));
        let seconds = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or(now);
        let expires_in = seconds("exp") - seconds("iat");
        Ok(Claimed {
            identity: Identity {
                email,
                // Access lets nobody in whose address it has not checked.
                email_verified: true,
                display_name: identity["name"].as_str().map(str::to_owned),
                ..Identity::default()
            },
            info: Some(json!({"claims": claims, "cfIdentity": *identity, "expiresInSeconds": expires_in})),
        })
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}
