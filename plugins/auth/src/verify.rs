//! Verifying tokens: which kind one claims to be, whose key has to have signed it, and what it is then worth.

use std::sync::Arc;
use std::time::{Duration, Instant};

use callboard_kit::credentials::{Credentials, Principal};
use moka::Expiry;
use moka::future::Cache;
use secrecy::SecretString;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::AuthError;
use crate::keys::VerifyingKey;
use crate::service::AuthService;
use crate::tokens::{self, Header};

/// Verified tokens that are remembered.
const MOST_VERIFIED: u64 = 10_000;
/// Tokens of other issuers are verified again after this many seconds: they may have withdrawn a key.
const LONGEST_OF_OTHERS: i64 = 600;
/// `aud` of user tokens.
const USER_AUDIENCE: &str = "backstage";

/// Tokens that were verified, each until it ends.
pub(crate) type Verified = Cache<[u8; 32], Remembered>;

/// What a token is worth, and for how long that is known.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    credentials: Credentials,
    keep: Duration,
}

struct UntilItsEnd;

impl Expiry<[u8; 32], Remembered> for UntilItsEnd {
    fn expire_after_create(&self, _: &[u8; 32], value: &Remembered, _: Instant) -> Option<Duration> {
        Some(value.keep)
    }
}

/// An empty memory of verified tokens.
pub(crate) fn verified() -> Verified {
    Cache::builder().max_capacity(MOST_VERIFIED).expire_after(UntilItsEnd).build()
}

impl AuthService {
    /// The user or service of a token, whichever kind it is; a limited user token is fine here.
    pub(crate) async fn verify_any(&self, token: &str) -> Result<Credentials, AuthError> {
        match tokens::peek(token) {
            Some(header) if header.typ == tokens::LIMITED_USER => self.verify_user(token, &header).await,
            _ => self.verify(token, "auth").await,
        }
    }

    /// The user of a limited token, remembered like any other.
    pub(crate) async fn verify_cookie(&self, cookie: &str) -> Result<Credentials, AuthError> {
        // No plugin has this name, so a cookie is never found as a bearer token.
        let id = fingerprint(cookie, ".cookie");
        if let Some(credentials) = self.remembered(&id).await {
            return Ok(credentials);
        }
        let header = tokens::peek(cookie).filter(|header| header.typ == tokens::LIMITED_USER);
        let credentials = self.verify_user(cookie, &header.ok_or(AuthError::IllegalToken)?).await?;
        self.remember(id, &credentials, i64::MAX).await;
        Ok(credentials)
    }

    /// The credentials of a bearer token that is sent to a plugin.
    pub(crate) async fn verify(&self, token: &str, plugin_id: &str) -> Result<Credentials, AuthError> {
        let id = fingerprint(token, plugin_id);
        if let Some(credentials) = self.remembered(&id).await {
            return Ok(credentials);
        }
        let credentials = match tokens::peek(token) {
            Some(header) if header.typ == tokens::PLUGIN => {
                self.verify_plugin(token, &header, plugin_id).await?
            }
            Some(header) if header.typ == tokens::USER => self.verify_user(token, &header).await?,
            Some(header) if header.typ == tokens::LIMITED_USER => return Err(AuthError::LimitedUserToken),
            Some(header) if is_old_user_token(token, &header) => {
                self.verify_old_user(token, &header, plugin_id).await?
            }
            _ => return self.verify_external(token, plugin_id, id).await,
        };
        self.remember(id, &credentials, i64::MAX).await;
        Ok(credentials)
    }

    async fn verify_external(
        &self,
        token: &str,
        plugin_id: &str,
        id: [u8; 32],
    ) -> Result<Credentials, AuthError> {
        let found = self.settings.external.verify(token, plugin_id, self.now()).await?;
        if found.costly {
            self.remember(id, &found.credentials, LONGEST_OF_OTHERS).await;
        }
        Ok(found.credentials)
    }

    async fn remembered(&self, id: &[u8; 32]) -> Option<Credentials> {
        let found = self.verified.get(id).await?.credentials;
        // The memory has its own clock, which may differ from the one that tokens are judged by.
        found.expires_at.is_some_and(|expires_at| self.now() < expires_at).then_some(found)
    }

    /// Remembers a token until it ends, and for so many seconds at most. One without an end isn't remembered.
    async fn remember(&self, id: [u8; 32], credentials: &Credentials, at_most: i64) {
        let Some(expires_at) = credentials.expires_at else { return };
        let left = u64::try_from((expires_at - self.now()).min(at_most)).unwrap_or(0);
        let remembered = Remembered { credentials: credentials.clone(), keep: Duration::from_secs(left) };
        self.verified.insert(id, remembered).await;
    }

    /// A full or a limited user token. The two can't be mistaken, because the signature covers `typ`.
    async fn verify_user(&self, token: &str, header: &Header) -> Result<Credentials, AuthError> {
        let now = self.now();
        let key = match self.user_keys.verifying(&header.key_id, now).await? {
            Some(key) => Some(key),
            None => self.remote.user_key(header, issued_at(token), now).await,
        };
        let claims = key.and_then(|key| key.claims(token, header, now)).ok_or(AuthError::UserToken)?;
        user_credentials(&claims, token).ok_or(AuthError::UserToken)
    }

    /// A user token of the time before tokens had a `typ`. It has no `uip`, so no limited token comes of it.
    async fn verify_old_user(
        &self,
        token: &str,
        header: &Header,
        plugin_id: &str,
    ) -> Result<Credentials, AuthError> {
        match self.verify_user(token, header).await {
            // As in Backstage it is then a user token and nothing else; but one that an external issuer signed for
            // the same audience has keys of its own.
            Err(AuthError::UserToken) => {
                let external = self.settings.external.verify(token, plugin_id, self.now()).await;
                external.map(|found| found.credentials).map_err(|error| match error {
                    AuthError::IllegalToken => AuthError::UserToken,
                    other => other,
                })
            }
            outcome => outcome,
        }
    }

    async fn verify_plugin(
        &self,
        token: &str,
        header: &Header,
        plugin_id: &str,
    ) -> Result<Credentials, AuthError> {
        let key = self.plugin_key(token, header).await?.ok_or(AuthError::PluginToken)?;
        let claims = key.claims(token, header, self.now()).ok_or(AuthError::PluginToken)?;
        let caller = claims.get("sub").and_then(Value::as_str).filter(|sub| is_plugin_id(sub));
        let target = claims.get("aud").and_then(Value::as_str);
        let (Some(caller), Some(expires_at), true) =
            (caller, times(&claims), target.is_some_and(|target| target == plugin_id))
        else {
            return Err(AuthError::PluginToken);
        };
        let actor = format!("plugin:{caller}");
        let Some(user_token) = claims.get("obo") else {
            return Ok(Credentials {
                principal: Principal::Service { subject: actor, restrictions: None },
                token: Some(SecretString::from(token)),
                expires_at: Some(expires_at),
            });
        };
        let user_token = user_token.as_str().ok_or(AuthError::PluginToken)?;
        let header = tokens::peek(user_token).filter(|header| header.typ == tokens::LIMITED_USER);
        let user = self.verify_user(user_token, &header.ok_or(AuthError::PluginToken)?).await?;
        let Principal::User { entity_ref, .. } = user.principal else { return Err(AuthError::PluginToken) };
        Ok(Credentials {
            principal: Principal::User { entity_ref, actor: Some(actor) },
            token: user.token,
            expires_at: user.expires_at.map(|user_ends| user_ends.min(expires_at)),
        })
    }

    /// The key that has to have signed a plugin token: one of this server, or of the place where the configuration
    /// says that the caller lives. The key is chosen by who the token says it is from, so a plugin that lives
    /// elsewhere can only speak for itself.
    async fn plugin_key(&self, token: &str, header: &Header) -> Result<Option<Arc<VerifyingKey>>, AuthError> {
        let now = self.now();
        if let Some(key) = self.plugin_keys.verifying(&header.key_id, now).await? {
            return Ok(Some(key));
        }
        let claimed = tokens::unverified_claims(token).ok_or(AuthError::PluginToken)?;
        let caller = claimed.get("sub").and_then(Value::as_str).filter(|sub| is_plugin_id(sub));
        let issued_at = claimed.get("iat").and_then(Value::as_i64);
        self.remote.plugin_key(caller.ok_or(AuthError::PluginToken)?, header, issued_at, now).await
    }
}

/// A JWT without a `typ` of ours, for the audience of user tokens.
fn is_old_user_token(token: &str, header: &Header) -> bool {
    matches!(header.typ.as_str(), "" | "JWT")
        && !header.key_id.is_empty()
        && tokens::unverified_claims(token)
            .is_some_and(|claims| claims.get("aud") == Some(&USER_AUDIENCE.into()))
}

fn issued_at(token: &str) -> Option<i64> {
    tokens::unverified_claims(token)?.get("iat")?.as_i64()
}

fn user_credentials(claims: &Map<String, Value>, token: &str) -> Option<Credentials> {
    let user = claims.get("sub").and_then(Value::as_str).filter(|sub| !sub.is_empty())?;
    Some(Credentials {
        principal: Principal::User { entity_ref: user.to_owned(), actor: None },
        token: Some(SecretString::from(token)),
        expires_at: Some(times(claims)?),
    })
}

/// The end of a token that has both times.
fn times(claims: &Map<String, Value>) -> Option<i64> {
    claims.get("iat").and_then(Value::as_i64)?;
    claims.get("exp").and_then(Value::as_i64)
}

fn is_plugin_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What a verified token is remembered by. A plugin token is good for one plugin, so the plugin is part of it.
fn fingerprint(token: &str, plugin_id: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(plugin_id.as_bytes());
    hasher.update([0]);
    hasher.update(token.as_bytes());
    hasher.finalize().into()
}
