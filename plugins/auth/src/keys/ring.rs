//! The keys of a server: the one that signs now, and the public halves of all that signed lately, also those of
//! other processes and of earlier starts.

use std::sync::Arc;
use std::time::Duration;

use callboard_store::Database;
use jsonwebtoken::Algorithm;
use moka::future::Cache;
use parking_lot::Mutex as SyncMutex;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::kept::Kept;
use super::static_keys::StaticKeys;
use super::{KeySource, SigningKey, VerifyingKey};
use crate::error::AuthError;

/// A key signs for one lifetime of a token and is kept for three, so that it outlives the last token it signed
/// (`auth-backend` 0.30.1 and `backend-defaults` 0.18.0).
const KEPT_LIFETIMES: i64 = 3;
/// Public keys in memory. An unknown id is remembered for a moment, so that invented ids don't each cost a query.
const MOST_KEYS: u64 = 1_000;
const KNOWN_FOR: Duration = Duration::from_secs(300);
const UNKNOWN_FOR: Duration = Duration::from_secs(2);

/// What a key signs. A key of one purpose never verifies a token of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// User tokens.
    User,
    /// Tokens from plugin to plugin.
    Plugin,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Plugin => "plugin",
        }
    }
}

/// The keys of one purpose.
#[derive(Debug)]
pub(crate) struct KeyRing(Keys);

#[derive(Debug)]
enum Keys {
    Made(Box<Made>),
    Files(StaticKeys),
}

/// Keys that are made here, each for a while.
#[derive(Debug)]
struct Made {
    purpose: Purpose,
    algorithm: Algorithm,
    lifetime: i64,
    kept: Kept,
    current: Mutex<Option<Current>>,
    known: Cache<String, Arc<VerifyingKey>>,
    unknown: Cache<String, ()>,
}

#[derive(Debug)]
struct Current {
    key: Arc<SigningKey>,
    signs_until: i64,
}

impl KeyRing {
    /// Keys from `source`; those that are made here each sign for `lifetime` seconds.
    pub(crate) fn new(source: KeySource, database: Database, purpose: Purpose, lifetime: i64) -> Self {
        let (algorithm, kept) = match source {
            KeySource::Files(keys) => return Self(Keys::Files(keys)),
            KeySource::Database(algorithm) => (algorithm, Kept::Shared(database, purpose)),
            KeySource::Memory(algorithm) => (algorithm, Kept::Own(SyncMutex::new(Vec::new()))),
        };
        Self(Keys::Made(Box::new(Made {
            purpose,
            algorithm,
            lifetime,
            kept,
            current: Mutex::new(None),
            known: Cache::builder().max_capacity(MOST_KEYS).time_to_live(KNOWN_FOR).build(),
            unknown: Cache::builder().max_capacity(MOST_KEYS).time_to_live(UNKNOWN_FOR).build(),
        })))
    }

    /// The key that signs at `now` (seconds). A new one is published before it signs.
    pub(crate) async fn current(&self, now: i64) -> Result<Arc<SigningKey>, AuthError> {
        match &self.0 {
            Keys::Files(keys) => Ok(keys.signing.clone()),
            Keys::Made(keys) => keys.current(now).await,
        }
    }

    /// The public key with this id, if one of this purpose is still kept.
    pub(crate) async fn verifying(&self, id: &str, now: i64) -> Result<Option<Arc<VerifyingKey>>, AuthError> {
        match &self.0 {
            Keys::Files(keys) => Ok(keys.verifying.iter().find(|key| key.id.as_deref() == Some(id)).cloned()),
            Keys::Made(keys) => keys.verifying(id, now).await,
        }
    }

    /// All public keys that are kept, as a JWKS; there is always one.
    pub(crate) async fn jwks(&self, now: i64) -> Result<Value, AuthError> {
        let keys = match &self.0 {
            Keys::Files(keys) => keys.jwks.clone(),
            Keys::Made(keys) => {
                keys.current(now).await?;
                keys.kept.all(now).await?
            }
        };
        Ok(json!({"keys": keys}))
    }
}

impl Made {
    async fn current(&self, now: i64) -> Result<Arc<SigningKey>, AuthError> {
        let mut current = self.current.lock().await;
        if let Some(current) = current.as_ref().filter(|current| now < current.signs_until) {
            return Ok(current.key.clone());
        }
        let algorithm = self.algorithm;
        // An RSA key takes long enough to make others wait.
        let key = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm))
            .await
            .map_err(|error| AuthError::Key(error.to_string()))??;
        let key = Arc::new(key);
        self.kept.add(&key.public, now, now + KEPT_LIFETIMES * self.lifetime).await?;
        tracing::info!(target: "auth", purpose = self.purpose.name(), kid = key.id, "made a new signing key");
        *current = Some(Current { key: key.clone(), signs_until: now + self.lifetime });
        Ok(key)
    }

    async fn verifying(&self, id: &str, now: i64) -> Result<Option<Arc<VerifyingKey>>, AuthError> {
        if let Some(key) = self.known.get(id).await {
            return Ok(Some(key));
        }
        // Ids are UUIDs here; a longer one is none of ours and isn't worth a place in memory.
        if id.len() > 64 || self.unknown.contains_key(id) {
            return Ok(None);
        }
        let Some(jwk) = self.kept.find(id, now).await? else {
            self.unknown.insert(id.to_owned(), ()).await;
            return Ok(None);
        };
        let key = VerifyingKey::from_jwk(&jwk)
            .ok_or_else(|| AuthError::Key(format!("the public key {id} in the database is none")))?;
        let key = Arc::new(key);
        self.known.insert(id.to_owned(), key.clone()).await;
        Ok(Some(key))
    }
}
