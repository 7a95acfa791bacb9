//! A cache that may forget at any time: in memory, or in Redis shared by all processes.

mod memory;
mod redis;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use callboard_config::Config;

use crate::error::StoreError;

/// Keeps values for a while. It has no errors: a cache that can't be reached answers like an empty one.
#[async_trait]
pub trait Cache: Send + Sync {
    /// The value, if it is still there.
    async fn get(&self, key: &str) -> Option<Bytes>;
    /// Keeps a value, for `ttl` or the configured default, or until the room is needed.
    async fn set(&self, key: &str, value: Bytes, ttl: Option<Duration>);
    /// Forgets a value.
    async fn delete(&self, key: &str);
}

/// What keeps the values of all plugins.
#[async_trait]
pub(crate) trait CacheStore: Send + Sync {
    async fn get(&self, key: String) -> Option<Bytes>;
    async fn set(&self, key: String, value: Bytes, ttl: Option<Duration>);
    async fn delete(&self, key: String);
}

/// The cache of a server; each plugin gets its own room in it.
#[derive(Clone)]
pub struct CacheProvider {
    store: Arc<dyn CacheStore>,
    default_ttl: Option<Duration>,
}

impl CacheProvider {
    /// Opens what `backend.cache` names; without that section it is memory. Redis needs not to be there yet.
    pub fn open(config: &Config) -> Result<Self, StoreError> {
        settings::open(config)
    }

    /// A cache in memory.
    pub fn memory() -> Self {
        Self { store: Arc::new(memory::MemoryStore::new()), default_ttl: None }
    }

    /// A cache in Redis or Valkey (`redis://`, `rediss://` with TLS).
    pub fn redis(url: &str) -> Result<Self, StoreError> {
        Ok(Self { store: Arc::new(redis::RedisStore::new(url, "")?), default_ttl: None })
    }

    /// The room of one plugin.
    pub fn for_plugin(&self, plugin: &str) -> Arc<dyn Cache> {
        Arc::new(PluginCache {
            store: self.store.clone(),
            prefix: format!("{plugin}:"),
            ttl: self.default_ttl,
        })
    }
}

impl std::fmt::Debug for CacheProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheProvider").field("default_ttl", &self.default_ttl).finish_non_exhaustive()
    }
}

struct PluginCache {
    store: Arc<dyn CacheStore>,
    prefix: String,
    ttl: Option<Duration>,
}

#[async_trait]
impl Cache for PluginCache {
    async fn get(&self, key: &str) -> Option<Bytes> {
        self.store.get(format!("{}{key}", self.prefix)).await
    }

    async fn set(&self, key: &str, value: Bytes, ttl: Option<Duration>) {
        self.store.set(format!("{}{key}", self.prefix), value, ttl.or(self.ttl)).await;
    }

    async fn delete(&self, key: &str) {
        self.store.delete(format!("{}{key}", self.prefix)).await;
    }
}
