//! `awsalb` 0.4.20: an AWS Application Load Balancer that has authenticated the user.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::{Egress, Policy, Request};
use http::HeaderMap;
use jsonwebtoken::Algorithm;
use moka::future::Cache;
use serde_json::{Map, Value};

use super::{Claimed, Proxy, ProxyError, header, text};
use crate::keys::VerifyingKey;
use crate::sign_in::Identity;

const DATA: &str = "x-amzn-oidc-data";
const ACCESS_TOKEN: &str = "x-amzn-oidc-accesstoken";
const WHAT: &str = "ALB token";
const LONGEST: usize = 32_768;
/// Keys are named by UUIDs. An unknown one is asked for at most every few seconds.
const LONGEST_KEY_ID: usize = 64;
const MOST_KEYS: u64 = 100;
const KEY_KEPT_FOR: Duration = Duration::from_secs(3_600);
const UNKNOWN_FOR: Duration = Duration::from_secs(10);
const MOST_KEY_BYTES: u64 = 8 * 1024;

/// These tokens are padded, against the standard.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Application Load Balancer.
pub(super) struct AwsAlb {
    egress: Egress,
    policy: Policy,
    keys_url: String,
    issuer: String,
    signer: Option<String>,
    known: Cache<String, Arc<VerifyingKey>>,
    unknown: Cache<String, ()>,
}

impl AwsAlb {
    pub(super) fn read(section: &Config, egress: &Egress) -> Result<Self, ConfigError> {
        let region = section.get_str("region")?;
        if !region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(section.error("region", "expected a region such as eu-central-1"));
        }
        let keys_url = if region.starts_with("us-gov") {
            format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
        } else {
            format!("https://public-keys.auth.elb.{region}.amazonaws.com")
        };
        Self::over(section, egress, keys_url, Policy::public())
    }

    /// With the keys of another host.
    pub(super) fn over(
        section: &Config,
        egress: &Egress,
        keys_url: String,
        mut policy: Policy,
    ) -> Result<Self, ConfigError> {
        policy.max_body = MOST_KEY_BYTES;
        policy.timeout = Duration::from_secs(5);
        let signer = section.opt_string("signer")?;
        if signer.is_none() {
            tracing::warn!(
                target: "auth",
                "auth.providers.awsalb has no signer (the ARN of the load balancer): every load balancer of the region \
                 could sign, so its word is taken from private addresses only"
            );
        }
        Ok(Self {
            egress: egress.clone(),
            policy,
            keys_url,
            issuer: section.get_str("issuer")?.to_owned(),
            signer,
            known: Cache::builder().max_capacity(MOST_KEYS).time_to_live(KEY_KEPT_FOR).build(),
            unknown: Cache::builder().max_capacity(MOST_KEYS).time_to_live(UNKNOWN_FOR).build(),
        })
    }

    async fn claims(&self, token: &str, now: i64) -> Option<Map<String, Value>> {
        let (message, signature) = token.rsplit_once('.').filter(|_| token.len() <= LONGEST)?;
        let (head, payload) = message.split_once('.').filter(|(_, payload)| !payload.contains('.'))?;
        let head: Value = serde_json::from_slice(&LENIENT.decode(head).ok()?).ok()?;
        if head["alg"] != "ES256" || head.get("crit").is_some() {
            return None;
        }
        if self.signer.as_deref().is_some_and(|signer| head["signer"].as_str() != Some(signer)) {
            return None;
        }
        let key = self.key(head["kid"].as_str()?).await?;
        if !key.has_signed(message, signature.trim_end_matches('='), Algorithm::ES256) {
            return None;
        }
        let claims: Map<String, Value> = serde_json::from_slice(&LENIENT.decode(payload).ok()?).ok()?;
        // The load balancer puts the end into the header as well; the payload counts.
        let holds = claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| (now as f64) < exp);
        let ours = claims.get("iss").and_then(Value::as_str) == Some(&self.issuer);
        (holds && ours).then_some(claims)
    }

    async fn key(&self, id: &str) -> Option<Arc<VerifyingKey>> {
        if let Some(key) = self.known.get(id).await {
            return Some(key);
        }
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if id.is_empty() || id.len() > LONGEST_KEY_ID || !plain || self.unknown.contains_key(id) {
            return None;
        }
        let key = self.fetch(id).await;
        match &key {
            Some(key) => self.known.insert(id.to_owned(), key.clone()).await,
            None => self.unknown.insert(id.to_owned(), ()).await,
        }
        key
    }

    async fn fetch(&self, id: &str) -> Option<Arc<VerifyingKey>> {
        let url = format!("{}/{id}", self.keys_url);
        let response = self.egress.request(&self.policy, Request::get(&url)).await;
        let body = match response {
            Ok(response) if response.status().is_success() => response.bytes().await,
            Ok(_) => return None,
            Err(error) => Err(error),
        };
        match body {
            Ok(pem) => VerifyingKey::from_pem(id, Algorithm::ES256, &pem).ok().map(Arc::new),
            Err(error) => {
                tracing::warn!(target: "auth", %url, %error, "the load balancer's key could not be fetched");
                None
            }
        }
    }
}

#[async_trait]
impl Proxy for AwsAlb {
    fn id(&self) -> &'static str {
        "awsalb"
    }

    fn is_signed(&self) -> bool {
        self.signer.is_some()
    }

    async fn authenticate(&self, headers: &HeaderMap, now: i64) -> Result<Claimed, ProxyError> {
        let missing = |name: &str| ProxyError::Missing(format!("ALB OIDC header: {name}"));
        let token = header(headers, DATA).ok_or_else(|| missing(DATA))?;
        header(headers, ACCESS_TOKEN).ok_or_else(|| missing(ACCESS_TOKEN))?;
        let claims = self.claims(token, now).await.ok_or(ProxyError::NotVerified(WHAT))?;
        let email = text(&claims, "email").map(|email| email.to_lowercase());
        let email =
            email.ok_or_else(|| ProxyError::Incomplete("ALB token is missing the email claim".to_owned()))?;
        let username = email.split('@').next().map(str::to_owned);
        Ok(Claimed {
            identity: Identity {
                display_name: text(&claims, "name").or_else(|| username.clone()),
                // An issuer that says that it has not checked the address is taken at its word.
                email_verified: !matches!(claims.get("email_verified"), Some(Value::Bool(false)))
                    && claims.get("email_verified").and_then(Value::as_str) != Some("false"),
                email: Some(email),
                picture: text(&claims, "picture"),
                username,
                ..Identity::default()
            },
            info: None,
        })
    }
}
