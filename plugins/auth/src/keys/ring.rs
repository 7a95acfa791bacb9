//! The keys of a server: the one that signs now, and the public halves of all that signed lately, also those of
//! other processes and of earlier starts, which are read from the database.

use std::sync::Arc;
use std::time::Duration;

use callboard_store::{Database, Migration};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use moka::future::Cache;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::SigningKey;
use crate::error::AuthError;

/// A key signs for one lifetime of a token and is kept for three, so that it outlives the last token it signed
/// (`auth-backend` 0.30.1 and `backend-defaults` 0.18.0).
const KEPT_LIFETIMES: i64 = 3;
/// Public keys in memory. An unknown id is remembered for a moment, so that invented ids don't each cost a query.
const MOST_KEYS: u64 = 1_000;
const KNOWN_FOR: Duration = Duration::from_secs(300);
const UNKNOWN_FOR: Duration = Duration::from_secs(2);

pub(crate) const MIGRATION: Migration = Migration {
    version: 1,
    name: "signing keys and user info",
    sql: "CREATE TABLE auth_signing_keys (
            kid TEXT PRIMARY KEY,
            purpose TEXT NOT NULL,
            public_key TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            kept_until BIGINT NOT NULL
          );
          CREATE TABLE auth_user_info (
            user_entity_ref TEXT PRIMARY KEY,
            claims TEXT NOT NULL,
            updated_at BIGINT NOT NULL
          )",
};

/// What a key signs. A key of one purpose never verifies a token of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// User tokens.
    User,
    /// Tokens from plugin to plugin.
    Plugin,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Plugin => "plugin",
        }
    }
}

/// The keys of one purpose.
#[derive(Debug)]
pub(crate) struct KeyRing {
    database: Database,
    purpose: Purpose,
    lifetime: i64,
    current: Mutex<Option<Current>>,
    known: Cache<String, Arc<DecodingKey>>,
    unknown: Cache<String, ()>,
}

#[derive(Debug)]
struct Current {
    key: Arc<SigningKey>,
    signs_until: i64,
}

impl KeyRing {
    /// Keys that each sign for `lifetime` seconds.
    pub(crate) fn new(database: Database, purpose: Purpose, lifetime: i64) -> Self {
        Self {
            database,
            purpose,
            lifetime,
            current: Mutex::new(None),
            known: Cache::builder().max_capacity(MOST_KEYS).time_to_live(KNOWN_FOR).build(),
            unknown: Cache::builder().max_capacity(MOST_KEYS).time_to_live(UNKNOWN_FOR).build(),
        }
    }

    /// The key that signs at `now` (seconds). A new one is published before it signs.
    pub(crate) async fn current(&self, now: i64) -> Result<Arc<SigningKey>, AuthError> {
        let mut current = self.current.lock().await;
        if let Some(current) = current.as_ref().filter(|current| now < current.signs_until) {
            return Ok(current.key.clone());
        }
        let key = Arc::new(SigningKey::generate()?);
        let mut tx = self.database.begin().await?;
        tx.execute("DELETE FROM auth_signing_keys WHERE kept_until <= $1", &[now.into()]).await?;
        tx.execute(
            "INSERT INTO auth_signing_keys (kid, purpose, public_key, created_at, kept_until) \
             VALUES ($1, $2, $3, $4, $5)",
            &[
                key.id.as_str().into(),
                self.purpose.name().into(),
                key.public.to_string().into(),
                now.into(),
                (now + KEPT_LIFETIMES * self.lifetime).into(),
            ],
        )
        .await?;
        tx.commit().await?;
        tracing::info!(target: "auth", purpose = self.purpose.name(), kid = key.id, "made a new signing key");
        *current = Some(Current { key: key.clone(), signs_until: now + self.lifetime });
        Ok(key)
    }

    /// The public key with this id, if one of this purpose is still kept.
    pub(crate) async fn verifying(&self, id: &str, now: i64) -> Result<Option<Arc<DecodingKey>>, AuthError> {
        if let Some(key) = self.known.get(id).await {
            return Ok(Some(key));
        }
        // Ids are UUIDs here; a longer one is none of ours and isn't worth a place in memory.
        if id.len() > 64 || self.unknown.contains_key(id) {
            return Ok(None);
        }
        let row = self
            .database
            .query_first(
                "SELECT public_key FROM auth_signing_keys WHERE kid = $1 AND purpose = $2 AND kept_until > $3",
                &[id.into(), self.purpose.name().into(), now.into()],
            )
            .await?;
        let Some(row) = row else {
            self.unknown.insert(id.to_owned(), ()).await;
            return Ok(None);
        };
        let key = Arc::new(decoding_key(row.str("public_key")?)?);
        self.known.insert(id.to_owned(), key.clone()).await;
        Ok(Some(key))
    }

    /// All public keys that are kept, as a JWKS; there is always one.
    pub(crate) async fn jwks(&self, now: i64) -> Result<Value, AuthError> {
        self.current(now).await?;
        let rows = self
            .database
            .query(
                "SELECT public_key FROM auth_signing_keys WHERE purpose = $1 AND kept_until > $2 \
                 ORDER BY created_at, kid",
                &[self.purpose.name().into(), now.into()],
            )
            .await?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in &rows {
            let key: Value = serde_json::from_str(row.str("public_key")?)
                .map_err(|error| AuthError::Key(error.to_string()))?;
            keys.push(key);
        }
        Ok(json!({"keys": keys}))
    }
}

fn decoding_key(jwk: &str) -> Result<DecodingKey, AuthError> {
    let jwk: Jwk = serde_json::from_str(jwk).map_err(|error| AuthError::Key(error.to_string()))?;
    DecodingKey::from_jwk(&jwk).map_err(|error| AuthError::Key(error.to_string()))
}
