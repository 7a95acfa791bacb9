//! `backend.cache` as Backstage writes it (`backend-defaults` 0.18.0, cache manager).

use std::sync::Arc;
use std::time::Duration;

use callboard_config::{Config, ConfigError};
use serde_json::Value;

use super::{CacheProvider, CacheStore, memory, redis};
use crate::error::StoreError;

/// Reads the section; `config` is the whole configuration.
pub(super) fn open(config: &Config) -> Result<CacheProvider, StoreError> {
    let section = config.opt_config("backend.cache")?.unwrap_or_default();
    let store: Arc<dyn CacheStore> = match section.opt_str("store")? {
        None | Some("memory") => Arc::new(memory::MemoryStore::new()),
        Some(kind @ ("redis" | "valkey")) => {
            let cluster = format!("{kind}.cluster");
            if section.has(&cluster) {
                return Err(section
                    .error(&cluster, "not supported; give one address in 'connection'")
                    .into());
            }
            let url = section.opt_str("connection")?.ok_or_else(|| {
                section.missing("connection", "the address of the server (redis://host:6379)")
            })?;
            let separator = section.opt_str(&format!("{kind}.client.keyPrefixSeparator"))?.unwrap_or(":");
            let namespace = section.opt_str(&format!("{kind}.client.namespace"))?;
            let prefix = namespace.map_or_else(String::new, |name| format!("{name}{separator}"));
            Arc::new(redis::RedisStore::new(url, &prefix)?)
        }
        Some(other) => {
            let message = format!("'{other}' is not supported; use 'memory', 'redis' or 'valkey'");
            return Err(section.error("store", message).into());
        }
    };
    Ok(CacheProvider { store, default_ttl: default_ttl(&section)? })
}

/// A duration, or a plain number of milliseconds.
fn default_ttl(section: &Config) -> Result<Option<Duration>, ConfigError> {
    match section.get("defaultTtl") {
        Some(Value::Number(_)) => Ok(section.opt_u64("defaultTtl")?.map(Duration::from_millis)),
        _ => section.opt_duration("defaultTtl"),
    }
}
