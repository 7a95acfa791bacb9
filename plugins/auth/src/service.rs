//! Tokens for the whole server: issued for users and plugins, verified for every request.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::discovery::Discovery;
use callboard_kit::error::ApiError;
use callboard_kit::user_info::UserInfoSource;
use callboard_scm::egress::Egress;
use callboard_store::Database;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::error::AuthError;
use crate::keys::{KeyRing, KeySource, Purpose};
use crate::migrations;
use crate::proxy::{self, ProxyProvider};
use crate::remote_services::RemoteServices;
use crate::settings::AuthSettings;
use crate::tokens::{self, UserToken};
use crate::user_info::UserInfo;
use crate::verify::{self, Verified};

/// How long a plugin token holds, and a plugin key signs, in seconds.
const PLUGIN_TOKEN_LIFETIME: i64 = 3_600;

/// Seconds since the epoch.
type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Issues and verifies tokens. Ready once [`crate::AuthPlugin`] has started, which makes its tables.
pub struct AuthService {
    pub(crate) settings: AuthSettings,
    pub(crate) user_info: UserInfo,
    /// Whether this is a developer's machine (`NODE_ENV=development`).
    pub(crate) development: bool,
    /// Proxies that sign users in.
    pub(crate) proxies: Vec<Arc<ProxyProvider>>,
    pub(crate) database: Database,
    pub(crate) egress: Egress,
    pub(crate) user_keys: KeyRing,
    pub(crate) plugin_keys: KeyRing,
    pub(crate) remote: RemoteServices,
    pub(crate) verified: Verified,
    clock: Clock,
}

impl AuthService {
    /// Reads `auth` and `backend.auth`; `config` is the whole configuration. `development` is what
    /// `NODE_ENV=development` says.
    pub fn new(config: &Config, database: Database, development: bool) -> Result<Self, AuthError> {
        Self::with_egress(config, database, development, Egress::new()?)
    }

    /// The same over a client of the caller's choice, for the keys and documents that are fetched.
    pub fn with_egress(
        config: &Config,
        database: Database,
        development: bool,
        egress: Egress,
    ) -> Result<Self, AuthError> {
        let settings = AuthSettings::read(config, &egress)?;
        let lifetime = settings.user_token_lifetime;
        let users = KeySource::of_users(config)?;
        let plugins = KeySource::of_plugins(config)?;
        Ok(Self {
            user_info: UserInfo::new(database.clone()),
            user_keys: KeyRing::new(users, database.clone(), Purpose::User, lifetime),
            plugin_keys: KeyRing::new(plugins, database.clone(), Purpose::Plugin, PLUGIN_TOKEN_LIFETIME),
            remote: RemoteServices::new(Discovery::read(config)?, egress.clone()),
            verified: verify::verified(),
            proxies: proxy::read(config, &egress, &|name| std::env::var(name).ok())?,
            egress,
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
        Ok(self.database.migrate("auth", migrations::ALL).await?)
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

    /// A token for a user whom the catalog doesn't know, or can't be asked about. What the last sign-in said that the
    /// user owns stays.
    pub(crate) async fn sign_in_again(&self, user: &str) -> Result<UserToken, AuthError> {
        let own = || Arc::from([user.to_owned()]);
        let ownership = self.user_info.read_ownership(user).await?.unwrap_or_else(own);
        self.sign_in(user, &ownership).await
    }

    /// The limited token with which a user's credentials may be passed on.
    pub(crate) fn limited_token(credentials: &Credentials) -> Result<String, AuthError> {
        let token = credentials.token.as_ref().ok_or(AuthError::NoUserToken)?.expose_secret();
        match tokens::peek(token) {
            Some(header) if header.typ == tokens::LIMITED_USER => Ok(token.to_owned()),
            _ => tokens::limited_user_token(token),
        }
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
        Ok(self.verify_cookie(cookie).await?)
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
