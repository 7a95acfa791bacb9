//! Installation tokens of GitHub Apps, kept until shortly before they expire.

use super::host::{Fetch, text};
use crate::egress::Request;
use crate::integrations::github::{GithubApp, GithubConfig};
use callboard_kit::url_reader::ReadError;
use http::header::{ACCEPT, AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A token is renewed this long before it ends.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Installations that did not exist are asked for again after this time.
const ABSENT_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Installations are listed in pages of 100; no app has more than this many pages.
const MAX_PAGES: u32 = 100;
/// Owners whose tokens are kept.
const MAX_OWNERS: usize = 10_000;

/// The apps of one host and the tokens they gave.
pub(crate) struct AppTokens {
    config: Arc<GithubConfig>,
    fetch: Fetch,
    /// By lower-case owner.
    known: parking_lot::Mutex<HashMap<String, Known>>,
    /// Held while a token is fetched: a second one for the same owner would be waste.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    token: Option<SecretString>,
    until: Timestamp,
}

impl AppTokens {
    pub(crate) fn new(config: Arc<GithubConfig>, fetch: Fetch) -> Self {
        Self { config, fetch, known: Default::default(), fetching: Default::default() }
    }

    /// A token for an owner's repositories; `None` if no app is installed there and none gives public access.
    pub(crate) async fn token(&self, owner: &str) -> Result<Option<SecretString>, ReadError> {
        if self.config.apps.is_empty() {
            return Ok(None);
        }
        let owner = owner.to_lowercase();
        if let Some(found) = self.kept(&owner) {
            return Ok(found.token);
        }
        let _turn = self.fetching.lock().await;
        if let Some(found) = self.kept(&owner) {
            return Ok(found.token);
        }
        let now = Timestamp::now();
        let mut fresh = Known { token: None, until: now + ABSENT_FOR };
        for app in &self.config.apps {
            if app.allowed_installation_owners.as_ref().is_some_and(|allowed| !allowed.contains(&owner)) {
                continue;
            }
            if let Some(found) = self.issue(app, &owner).await? {
                fresh = found;
                break;
            }
        }
        let mut known = self.known.lock();
        known.retain(|_, kept| kept.until > now);
        if known.len() < MAX_OWNERS {
            known.insert(owner, fresh.clone());
        }
        Ok(fresh.token)
    }

    fn kept(&self, owner: &str) -> Option<Known> {
        self.known.lock().get(owner).filter(|found| found.until > Timestamp::now()).cloned()
    }

    async fn issue(&self, app: &GithubApp, owner: &str) -> Result<Option<Known>, ReadError> {
        let jwt = self.jwt(app)?;
        let Some(installation) = self.installation(app, &jwt, owner).await? else { return Ok(None) };
        let url = format!("{}/app/installations/{installation}/access_tokens", self.api()?);
        let answer =
            self.fetch.json(self.as_app(Request::post(url.clone(), "application/json", "{}"), &jwt)).await?;
        let token = text(&answer, "/token", &url)?.to_owned();
        let expires: Timestamp = text(&answer, "/expires_at", &url)?
            .parse()
            .map_err(|_| ReadError::Failed(format!("{url} answered with an expiry that is no time")))?;
        Ok(Some(Known { token: Some(token.into()), until: expires - RENEW_BEFORE }))
    }

    /// The id of the owner's installation, or of any if the app gives public access.
    async fn installation(&self, app: &GithubApp, jwt: &str, owner: &str) -> Result<Option<u64>, ReadError> {
        let mut any = None;
        for page in 1..=MAX_PAGES {
            let url = format!("{}/app/installations?per_page=100&page={page}", self.api()?);
            let answer = self.fetch.json(self.as_app(Request::get(url), jwt)).await?;
            let installations = answer.as_array().map(Vec::as_slice).unwrap_or_default();
            for installation in installations {
                let id = installation.get("id").and_then(Value::as_u64);
                let login =
                    installation.pointer("/account/login").and_then(Value::as_str).unwrap_or_default();
                let suspended = installation.get("suspended_at").is_some_and(|at| !at.is_null());
                if login.to_lowercase() == owner {
                    if suspended {
                        return Err(ReadError::Failed(format!(
                            "the GitHub App {} is suspended for {owner}; resume its installation there",
                            app.app_id
                        )));
                    }
                    return Ok(id);
                }
                if !suspended {
                    any = any.or(id);
                }
            }
            if installations.len() < 100 {
                break;
            }
        }
        Ok(any.filter(|_| app.public_access))
    }

    fn api(&self) -> Result<&str, ReadError> {
        self.config
            .api_base_url
            .as_deref()
            .ok_or_else(|| ReadError::Failed(format!("{} has apps but no apiBaseUrl", self.fetch.config_key)))
    }

    fn as_app(&self, request: Request, jwt: &str) -> Request {
        request
            .header(ACCEPT, "application/vnd.github+json")
            .secret_header(AUTHORIZATION, &format!("Bearer {jwt}"))
    }

    /// GitHub takes at most ten minutes; one minute back covers clocks that differ.
    fn jwt(&self, app: &GithubApp) -> Result<String, ReadError> {
        let now = Timestamp::now().as_second();
        let bad_key = |error: jsonwebtoken::errors::Error| {
            ReadError::Failed(format!(
                "the privateKey of app {} in {} can't be used: {error}",
                app.app_id, self.fetch.config_key
            ))
        };
        let key = EncodingKey::from_rsa_pem(app.private_key.expose_secret().as_bytes()).map_err(bad_key)?;
        let claims = json!({"iat": now - 60, "exp": now + 540, "iss": app.app_id});
        encode(&Header::new(Algorithm::RS256), &claims, &key).map_err(bad_key)
    }
}
