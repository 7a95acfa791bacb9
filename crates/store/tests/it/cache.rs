//! The cache in memory and in Redis.

use std::time::Duration;

use bytes::Bytes;
use callboard_config::Config;
use callboard_store::{CacheProvider, StoreError};
use callboard_testkit::{RedisServer, eventually};
use serde_json::json;

async fn on_both(test: impl AsyncFn(CacheProvider)) {
    test(CacheProvider::memory()).await;
    let redis = RedisServer::start().await.unwrap();
    test(CacheProvider::redis(&redis.url()).unwrap()).await;
}

#[tokio::test]
async fn what_is_set_is_got_until_it_is_deleted() {
    on_both(async |provider| {
        let cache = provider.for_plugin("catalog");
        assert_eq!(cache.get("k").await, None);
        let value = Bytes::from_static(&[0, 1, 255]);
        cache.set("k", value.clone(), None).await;
        assert_eq!(cache.get("k").await, Some(value));
        cache.set("k", Bytes::from_static(b"new"), None).await;
        assert_eq!(cache.get("k").await, Some(Bytes::from_static(b"new")));
        cache.delete("k").await;
        assert_eq!(cache.get("k").await, None);
    })
    .await;
}

#[tokio::test]
async fn plugins_do_not_see_each_other() {
    on_both(async |provider| {
        provider.for_plugin("a").set("k", Bytes::from_static(b"a"), None).await;
        assert_eq!(provider.for_plugin("b").get("k").await, None);
    })
    .await;
}

#[tokio::test]
async fn a_value_ends_with_its_time() {
    on_both(async |provider| {
        let cache = provider.for_plugin("a");
        cache.set("short", Bytes::from_static(b"1"), Some(Duration::from_millis(20))).await;
        cache.set("long", Bytes::from_static(b"1"), Some(Duration::from_secs(3_600))).await;
        let cache = &cache;
        eventually("the short one has ended", || async move { cache.get("short").await.is_none() }).await;
        assert!(cache.get("long").await.is_some());
    })
    .await;
}

#[tokio::test]
async fn redis_that_goes_away_is_a_miss_and_comes_back() {
    let mut redis = RedisServer::start().await.unwrap();
    let cache = CacheProvider::redis(&redis.url()).unwrap().for_plugin("a");
    cache.set("k", Bytes::from_static(b"1"), None).await;
    assert!(cache.get("k").await.is_some());
    redis.stop().unwrap();
    assert_eq!(cache.get("k").await, None);
    cache.set("k", Bytes::from_static(b"2"), None).await;
    redis.start_again().await.unwrap();
    let cache = &cache;
    eventually("the cache works again", || async move {
        cache.set("k", Bytes::from_static(b"3"), None).await;
        cache.get("k").await.is_some()
    })
    .await;
}

#[tokio::test]
async fn redis_that_was_never_there_is_a_miss() {
    let mut redis = RedisServer::start().await.unwrap();
    redis.stop().unwrap();
    let cache = CacheProvider::redis(&redis.url()).unwrap().for_plugin("a");
    cache.set("k", Bytes::from_static(b"1"), None).await;
    assert_eq!(cache.get("k").await, None);
}

#[tokio::test]
async fn the_section_decides() {
    let redis = RedisServer::start().await.unwrap();
    let open = |section| CacheProvider::open(&Config::from_value(json!({"backend": {"cache": section}})));
    for section in [
        json!(null),
        json!({"store": "memory", "defaultTtl": 1_000}),
        json!({"store": "redis", "connection": redis.url(), "defaultTtl": {"minutes": 1}}),
        json!({"store": "valkey", "connection": redis.url(), "valkey": {"client": {"namespace": "mine"}}}),
    ] {
        let cache = open(section).unwrap().for_plugin("a");
        cache.set("k", Bytes::from_static(b"1"), None).await;
        assert!(cache.get("k").await.is_some());
    }
    for (section, key) in [
        (json!({"store": "memcache"}), "backend.cache.store"),
        (json!({"store": "redis"}), "backend.cache.connection"),
        (json!({"store": "redis", "connection": "nonsense"}), "backend.cache.connection"),
        (json!({"store": "redis", "connection": redis.url(), "defaultTtl": []}), "backend.cache.defaultTtl"),
    ] {
        match open(section) {
            Err(StoreError::Config(message)) => assert!(message.contains(key), "{message}"),
            other => panic!("{other:?}"),
        }
    }
}
