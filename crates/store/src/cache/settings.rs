//! `backend.cache` as Backstage writes it (`backend-defaults` 0.18.0, cache manager).

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{CacheProvider, memory, redis};
use crate::error::StoreError;

pub(super) fn open(section: Option<&Value>) -> Result<CacheProvider, StoreError> {
    let empty = Value::Null;
    let section = section.unwrap_or(&empty);
    let default_ttl = default_ttl(&section["defaultTtl"])?;
    let store: Arc<dyn super::CacheStore> = match section["store"].as_str() {
        None if section["store"].is_null() => Arc::new(memory::MemoryStore::new()),
        Some("memory") => Arc::new(memory::MemoryStore::new()),
        Some(kind @ ("redis" | "valkey")) => {
            let url = section["connection"].as_str().ok_or_else(|| {
                StoreError::Config(format!(
                    "backend.cache.connection is missing: the URL of {kind} (redis://…)"
                ))
            })?;
            if !section[kind]["cluster"].is_null() {
                return Err(StoreError::Config(format!(
                    "backend.cache.{kind}.cluster is not supported; give one address in backend.cache.connection"
                )));
            }
            let client = &section[kind]["client"];
            let separator = client["keyPrefixSeparator"].as_str().unwrap_or(":");
            let prefix =
                client["namespace"].as_str().map_or_else(String::new, |name| format!("{name}{separator}"));
            Arc::new(redis::RedisStore::new(url, &prefix)?)
        }
        other => {
            return Err(StoreError::Config(format!(
                "backend.cache.store: {} is not supported. Use 'memory', 'redis' or 'valkey'",
                other.map_or_else(|| section["store"].to_string(), |name| format!("'{name}'"))
            )));
        }
    };
    Ok(CacheProvider { store, default_ttl })
}

/// Milliseconds, a text like `1h` or `90s` or in ISO form, or an object like `{ minutes: 5 }`.
fn default_ttl(value: &Value) -> Result<Option<Duration>, StoreError> {
    let wrong = || {
        StoreError::Config(
            "backend.cache.defaultTtl: expected milliseconds, a text like '1h', or an object like { minutes: 5 }"
                .to_owned(),
        )
    };
    match value {
        Value::Null => Ok(None),
        Value::Number(ms) => ms.as_u64().map(|ms| Some(Duration::from_millis(ms))).ok_or_else(wrong),
        Value::String(text) => {
            let span: jiff::SignedDuration = text.trim().parse().map_err(|_| wrong())?;
            Duration::try_from(span).map(Some).map_err(|_| wrong())
        }
        Value::Object(parts) => {
            let mut ms = 0.0;
            for (unit, amount) in parts {
                let factor = match unit.as_str() {
                    "milliseconds" => 1.0,
                    "seconds" => 1e3,
                    "minutes" => 6e4,
                    "hours" => 3.6e6,
                    "days" => 8.64e7,
                    "weeks" => 6.048e8,
                    _ => return Err(wrong()),
                };
                ms += amount.as_f64().filter(|amount| *amount >= 0.0).ok_or_else(wrong)? * factor;
            }
            Duration::try_from_secs_f64(ms / 1e3).map(Some).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}
