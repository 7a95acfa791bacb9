//! Where the public halves of keys are kept that were made here: the database that all processes share, or memory.

use callboard_store::Database;
use parking_lot::Mutex;
use serde_json::Value;

use super::ring::Purpose;
use crate::error::AuthError;

/// The public keys of one purpose.
#[derive(Debug)]
pub(super) enum Kept {
    /// Shared with other processes and later starts.
    Shared(Database, Purpose),
    /// Of this process: key and the second until which it is kept.
    Own(Mutex<Vec<(Value, i64)>>),
}

impl Kept {
    /// Publishes a key and forgets those whose time is over.
    pub(super) async fn add(&self, key: &Value, now: i64, until: i64) -> Result<(), AuthError> {
        match self {
            Self::Shared(database, purpose) => {
                let mut tx = database.begin().await?;
                tx.execute("DELETE FROM auth_signing_keys WHERE kept_until <= $1", &[now.into()]).await?;
                tx.execute(
                    "INSERT INTO auth_signing_keys (kid, purpose, public_key, created_at, kept_until) \
                     VALUES ($1, $2, $3, $4, $5)",
                    &[
                        key["kid"].as_str().unwrap_or_default().into(),
                        purpose.name().into(),
                        key.to_string().into(),
                        now.into(),
                        until.into(),
                    ],
                )
                .await?;
                tx.commit().await?;
            }
            Self::Own(keys) => {
                let mut keys = keys.lock();
                keys.retain(|(_, until)| *until > now);
                keys.push((key.clone(), until));
            }
        }
        Ok(())
    }

    /// The key with this id, if it is kept.
    pub(super) async fn find(&self, id: &str, now: i64) -> Result<Option<Value>, AuthError> {
        match self {
            Self::Shared(database, purpose) => {
                let row = database
                    .query_first(
                        "SELECT public_key FROM auth_signing_keys \
                         WHERE kid = $1 AND purpose = $2 AND kept_until > $3",
                        &[id.into(), purpose.name().into(), now.into()],
                    )
                    .await?;
                row.map(|row| parse(row.str("public_key")?)).transpose()
            }
            Self::Own(keys) => {
                let keys = keys.lock();
                let found = keys.iter().find(|(key, until)| key["kid"] == id && *until > now);
                Ok(found.map(|(key, _)| key.clone()))
            }
        }
    }

    /// All of them, oldest first.
    pub(super) async fn all(&self, now: i64) -> Result<Vec<Value>, AuthError> {
        match self {
            Self::Shared(database, purpose) => {
                let rows = database
                    .query(
                        "SELECT public_key FROM auth_signing_keys WHERE purpose = $1 AND kept_until > $2 \
                         ORDER BY created_at, kid",
                        &[purpose.name().into(), now.into()],
                    )
                    .await?;
                rows.iter().map(|row| parse(row.str("public_key")?)).collect()
            }
            Self::Own(keys) => {
                let keys = keys.lock();
                Ok(keys.iter().filter(|(_, until)| *until > now).map(|(key, _)| key.clone()).collect())
            }
        }
    }
}

fn parse(key: &str) -> Result<Value, AuthError> {
    serde_json::from_str(key).map_err(|error| AuthError::Key(error.to_string()))
}
