//! The cache in memory, bounded by the size of what it keeps.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use moka::Expiry;
use moka::future::Cache;

use super::CacheStore;

/// Keys and values together, in bytes.
const CAPACITY: u64 = 64 * 1024 * 1024;

#[derive(Clone)]
struct Entry {
    value: Bytes,
    ttl: Option<Duration>,
}

struct PerEntry;

impl Expiry<String, Entry> for PerEntry {
    fn expire_after_create(&self, _key: &String, entry: &Entry, _created: Instant) -> Option<Duration> {
        entry.ttl
    }

    fn expire_after_update(
        &self,
        _key: &String,
        entry: &Entry,
        _updated: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        entry.ttl
    }
}

pub(super) struct MemoryStore(Cache<String, Entry>);

impl MemoryStore {
    pub(super) fn new() -> Self {
        let weigh = |key: &String, entry: &Entry| {
            u32::try_from(key.len() + entry.value.len() + 128).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weigh).expire_after(PerEntry).build())
    }
}

#[async_trait]
impl CacheStore for MemoryStore {
    async fn get(&self, key: String) -> Option<Bytes> {
        self.0.get(&key).await.map(|entry| entry.value)
    }

    async fn set(&self, key: String, value: Bytes, ttl: Option<Duration>) {
        self.0.insert(key, Entry { value, ttl }).await;
    }

    async fn delete(&self, key: String) {
        self.0.invalidate(&key).await;
    }
}
