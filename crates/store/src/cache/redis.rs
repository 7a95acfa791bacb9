//! The cache in Redis or Valkey. When it can't be reached, that is logged once and everything is a miss.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, RedisError, SetExpiry, SetOptions};
use tokio::sync::OnceCell;

use super::CacheStore;
use crate::error::StoreError;

/// A cache that takes longer than this to answer helps nobody.
const TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct RedisStore {
    client: redis::Client,
    connection: OnceCell<ConnectionManager>,
    prefix: String,
    down: AtomicBool,
}

impl RedisStore {
    /// Doesn't connect yet. `prefix` begins every key.
    pub(super) fn new(url: &str, prefix: &str) -> Result<Self, StoreError> {
        // The error doesn't repeat the URL, because it holds the password.
        let client = redis::Client::open(url).map_err(|error| {
            StoreError::Config(format!(
                "backend.cache.connection is not a Redis URL (redis://:password@host:6379): {}",
                error.category()
            ))
        })?;
        Ok(Self {
            client,
            connection: OnceCell::new(),
            prefix: prefix.to_owned(),
            down: AtomicBool::new(false),
        })
    }

    async fn connection(&self) -> Result<ConnectionManager, RedisError> {
        let connect = || {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(TIMEOUT))
                .set_response_timeout(Some(TIMEOUT))
                .set_number_of_retries(0);
            self.client.get_connection_manager_with_config(config)
        };
        self.connection.get_or_try_init(connect).await.cloned()
    }

    /// Logs the first failure, and the return.
    fn settle<T>(&self, outcome: Result<T, RedisError>) -> Option<T> {
        match outcome {
            Ok(value) => {
                if self.down.swap(false, Ordering::Relaxed) {
                    tracing::info!(target: "store", "the Redis cache is back");
                }
                Some(value)
            }
            Err(error) => {
                if !self.down.swap(true, Ordering::Relaxed) {
                    tracing::warn!(target: "store", %error, "the Redis cache can't be reached; going on without");
                }
                None
            }
        }
    }
}

#[async_trait]
impl CacheStore for RedisStore {
    async fn get(&self, key: String) -> Option<Bytes> {
        let outcome: Result<Option<Vec<u8>>, RedisError> = async {
            let mut connection = self.connection().await?;
            connection.get(format!("{}{key}", self.prefix)).await
        }
        .await;
        self.settle(outcome).flatten().map(Bytes::from)
    }

    async fn set(&self, key: String, value: Bytes, ttl: Option<Duration>) {
        let outcome: Result<(), RedisError> = async {
            let mut connection = self.connection().await?;
            let mut options = SetOptions::default();
            if let Some(ttl) = ttl {
                let ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
                options = options.with_expiration(SetExpiry::PX(ms));
            }
            connection.set_options(format!("{}{key}", self.prefix), value.as_ref(), options).await
        }
        .await;
        self.settle(outcome);
    }

    async fn delete(&self, key: String) {
        let outcome: Result<(), RedisError> = async {
            let mut connection = self.connection().await?;
            connection.del(format!("{}{key}", self.prefix)).await
        }
        .await;
        self.settle(outcome);
    }
}
