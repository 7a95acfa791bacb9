//! Tokens for the whole server: issued for users and plugins, verified for every request.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use callboard_kit::user_info::UserInfoSource;
use callboard_store::Database;
use jsonwebtoken::Algorithm;
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::AuthError;
use crate::keys::{self, KeyRing, Purpose};
use crate::settings::AuthSettings;
use crate::tokens::{self, Header, UserToken};
use crate::user_info::UserInfo;

/// How long a plugin token holds, and a plugin key signs, in seconds.
const PLUGIN_TOKEN_LIFETIME: i64 = 3_600;
/// Verified tokens that are remembered, and for how long at most.
const MOST_VERIFIED: u64 = 10_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(600);

/// Seconds since the epoch.
type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Issues and verifies tokens. Ready once [`crate::AuthPlugin`] has started, which makes its tables.
pub struct AuthService {
    pub(crate) settings: AuthSettings,
    pub(crate) user_info: UserInfo,
    /// Whether this is a developer's machine (`NODE_ENV=development`).
    pub(crate) development: bool,
    pub(crate) database: Database,
    user_keys: KeyRing,
    plugin_keys: KeyRing,
    verified: Cache<[u8; 32], Credentials>,
    clock: Clock,
}

impl AuthService {
    /// Reads `auth` and `backend.auth`; `config` is the whole configuration. `development` is what
    /// `NODE_ENV=development` says.
    pub fn new(config: &Config, database: Database, development: bool) -> Result<Self, AuthError> {
        let settings = AuthSettings::read(config)?;
        Ok(Self {
            user_info: UserInfo::new(database.clone()),
            user_keys: KeyRing::new(database.clone(), Purpose::User, settings.user_token_lifetime),
            plugin_keys: KeyRing::new(database.clone(), Purpose::Plugin, PLUGIN_TOKEN_LIFETIME),
            verified: Cache::builder().max_capacity(MOST_VERIFIED).time_to_live(REMEMBERED_FOR).build(),
            clock: Arc::new(|| jiff::Timestamp::now().as_second()),
            settings,
            development,
            database,
        })
    }

    /// The same service with another clock (seconds since the epoch), so that a test can wait for an expiry.
    pub fn with_clock(mut self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    pub(crate) async fn migrate(&self) -> Result<(), AuthError> {
        Ok(self.database.migrate("auth", &[keys::MIGRATION]).await?)
    }

    /// The public keys of user tokens.
    pub(crate) async fn user_jwks(&self) -> Result<Value, AuthError> {
        self.user_keys.jwks(self.now()).await
    }

    /// A token for a user who has signed in, and what the user owns remembered for those who ask.
    pub(crate) async fn sign_in(&self, user: &str, ownership: &[String]) -> Result<UserToken, AuthError> {
        let now = self.now();
        self.user_info.put(user, ownership, now).await?;
        let key = self.user_keys.current(now).await?;
        let in_token = self.settings.ownership_in_token.then_some(ownership);
        let lifetime = self.settings.user_token_lifetime;
        tokens::user_token(&key, &self.settings.issuer, user, in_token, now, lifetime)
    }

    /// The user or service of a token, whichever kind it is; a limited user token is fine here.
    pub(crate) async fn verify_any(&self, token: &str) -> Result<Credentials, AuthError> {
        match tokens::peek(token) {
            Some(header) if header.typ == tokens::LIMITED_USER => self.verify_limited(token, &header).await,
            _ => self.verify(token, "auth").await,
        }
    }

    /// The limited token with which a user's credentials may be passed on.
    pub(crate) fn limited_token(credentials: &Credentials) -> Result<String, AuthError> {
        let token = credentials.token.as_ref().ok_or(AuthError::NoUserToken)?.expose_secret();
        match tokens::peek(token) {
            Some(header) if header.typ == tokens::LIMITED_USER => Ok(token.to_owned()),
            _ => tokens::limited_user_token(token),
        }
    }

    async fn verify(&self, token: &str, plugin_id: &str) -> Result<Credentials, AuthError> {
        let id = fingerprint(token, plugin_id);
        if let Some(credentials) = self.verified.get(&id).await
            && credentials.expires_at.is_some_and(|expires_at| self.now() < expires_at)
        {
            return Ok(credentials);
        }
        let credentials = match tokens::peek(token) {
            Some(header) if header.typ == tokens::PLUGIN => {
                self.verify_plugin(token, &header, plugin_id).await?
            }
            Some(header) if header.typ == tokens::USER => self.verify_user(token, &header).await?,
            Some(header) if header.typ == tokens::LIMITED_USER => return Err(AuthError::LimitedUserToken),
            _ => {
                // Nothing is won by remembering these, and a token without an end would stay.
                let external = self.settings.external.verify(token, plugin_id, self.now());
                return external.unwrap_or(Err(AuthError::IllegalToken));
            }
        };
        self.verified.insert(id, credentials.clone()).await;
        Ok(credentials)
    }

    async fn verify_user(&self, token: &str, header: &Header) -> Result<Credentials, AuthError> {
        let claims = self.claims(&self.user_keys, token, header).await?.ok_or(AuthError::UserToken)?;
        user_credentials(&claims, token).ok_or(AuthError::UserToken)
    }

    async fn verify_limited(&self, token: &str, header: &Header) -> Result<Credentials, AuthError> {
        // The same keys as for full tokens; the two can't be mistaken, because the signature covers `typ`.
        self.verify_user(token, header).await
    }

    async fn verify_plugin(
        &self,
        token: &str,
        header: &Header,
        plugin_id: &str,
    ) -> Result<Credentials, AuthError> {
        let claims = self.claims(&self.plugin_keys, token, header).await?.ok_or(AuthError::PluginToken)?;
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
        let user = self.verify_limited(user_token, &header.ok_or(AuthError::PluginToken)?).await?;
        let Principal::User { entity_ref, .. } = user.principal else { return Err(AuthError::PluginToken) };
        Ok(Credentials {
            principal: Principal::User { entity_ref, actor: Some(actor) },
            token: user.token,
            expires_at: user.expires_at.map(|user_ends| user_ends.min(expires_at)),
        })
    }

    /// The claims of a token that one of the keys has signed and that holds now.
    async fn claims(
        &self,
        keys: &KeyRing,
        token: &str,
        header: &Header,
    ) -> Result<Option<Map<String, Value>>, AuthError> {
        if header.algorithm != "ES256" {
            return Ok(None);
        }
        let now = self.now();
        let key = keys.verifying(&header.key_id, now).await?;
        Ok(key.and_then(|key| tokens::claims(token, &key, Algorithm::ES256, now)))
    }
}

impl std::fmt::Debug for AuthService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthService").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

#[async_trait]
impl Authenticator for AuthService {
    async fn authenticate(&self, token: &str, plugin_id: &str) -> Result<Credentials, ApiError> {
        Ok(self.verify(token, plugin_id).await?)
    }

    async fn authenticate_cookie(&self, cookie: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        match tokens::peek(cookie) {
            Some(header) if header.typ == tokens::LIMITED_USER => {
                Ok(self.verify_limited(cookie, &header).await?)
            }
            _ => Err(AuthError::IllegalToken.into()),
        }
    }
}

#[async_trait]
impl UserInfoSource for AuthService {
    async fn ownership(&self, user_entity_ref: &str) -> Result<Option<Arc<[String]>>, ApiError> {
        self.user_info.ownership(user_entity_ref).await
    }
}

#[async_trait]
impl TokenIssuer for AuthService {
    async fn plugin_token(
        &self,
        from: &str,
        target: &str,
        on_behalf_of: &Credentials,
    ) -> Result<String, ApiError> {
        let now = self.now();
        let mut expires_at = now + PLUGIN_TOKEN_LIFETIME;
        let user_token = match &on_behalf_of.principal {
            Principal::None => return Err(AuthError::NoCredentials.into()),
            Principal::User { .. } => {
                expires_at = expires_at.min(on_behalf_of.expires_at.unwrap_or(expires_at));
                Some(Self::limited_token(on_behalf_of)?)
            }
            Principal::Service { restrictions, .. } => {
                let limits = restrictions.as_ref().map(|limits| limits.plugins.iter());
                let limited = limits.into_iter().flatten().any(|limit| {
                    limit.plugin == from && !(limit.permissions.is_empty() && limit.actions.is_empty())
                });
                if limited {
                    return Err(AuthError::RestrictedFromDelegating.into());
                }
                None
            }
        };
        let key = self.plugin_keys.current(now).await?;
        Ok(tokens::plugin_token(&key, from, target, user_token.as_deref(), now, expires_at)?)
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<Value, ApiError> {
        Ok(self.plugin_keys.jwks(self.now()).await?)
    }
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
