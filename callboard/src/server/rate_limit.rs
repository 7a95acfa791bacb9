//! `backend.rateLimit` as Backstage writes it (`backend-defaults` 0.18.0): how many requests an address may send, to the
//! whole server and to single plugins.
//!
//! Each address has a bucket of its own that fills with time, so that a limit of 60 in a minute is one request each second
//! and not all of them at the beginning of each minute. Memory is bounded whatever addresses come.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use callboard_config::Config;
use callboard_kit::audit::request::ClientAddress;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::json;

const DEFAULT_WINDOW: Duration = Duration::from_secs(60);
/// What express-rate-limit allows where nothing is said.
const DEFAULT_LIMIT: u64 = 5;
const DEFAULT_ALLOWED: [&str; 2] = ["127.0.0.1", "::1"];
/// Addresses that are remembered are at most twice as many.
const GENERATION: usize = 50_000;

/// One limit.
#[derive(Clone)]
pub(crate) struct RateLimit(Arc<Inner>);

struct Inner {
    limit: f64,
    window: Duration,
    allowed: Vec<IpAddr>,
    skip_successful: bool,
    skip_failed: bool,
    buckets: Mutex<Buckets>,
}

#[derive(Clone, Copy)]
struct Bucket {
    level: f64,
    at: Instant,
}

/// Buckets in two generations: when the younger one is full, the older one is forgotten. An address that is seen again
/// moves to the younger one.
#[derive(Default)]
struct Buckets {
    young: HashMap<IpAddr, Bucket>,
    old: HashMap<IpAddr, Bucket>,
}

impl Buckets {
    fn take(&mut self, key: IpAddr) -> Option<Bucket> {
        self.young.remove(&key).or_else(|| self.old.remove(&key))
    }

    fn put(&mut self, key: IpAddr, bucket: Bucket) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, bucket);
    }
}

impl RateLimit {
    /// The limit of the whole server, if there is one: `backend.rateLimit` without `global: false`.
    pub(crate) fn global(config: &Config) -> anyhow::Result<Option<Self>> {
        const KEY: &str = "backend.rateLimit";
        match config.get(KEY) {
            None => Ok(None),
            Some(serde_json::Value::Object(_))
                if config.opt_bool("backend.rateLimit.global")? == Some(false) =>
            {
                Ok(None)
            }
            Some(serde_json::Value::Object(_)) => Self::read(config, KEY).map(Some),
            Some(_) => match config.opt_bool(KEY)? {
                Some(true) => Self::read(config, KEY).map(Some),
                _ => Ok(None),
            },
        }
    }

    /// The limit of one plugin, if there is one: `backend.rateLimit.plugin.<id>`.
    pub(crate) fn of_plugin(config: &Config, id: &str) -> anyhow::Result<Option<Self>> {
        let key = format!("backend.rateLimit.plugin.{id}");
        match config.get(&key) {
            Some(serde_json::Value::Object(_)) => Self::read(config, &key).map(Some),
            Some(_) if config.opt_bool(&key)? == Some(true) => Self::read(config, &key).map(Some),
            _ => Ok(None),
        }
    }

    fn read(config: &Config, key: &str) -> anyhow::Result<Self> {
        let empty = Config::from_value(json!({}));
        let section = if config.get(key).is_some_and(|value| value.is_object()) {
            config.get_config(key)?
        } else {
            empty
        };
        let limit = section.opt_u64("incomingRequestLimit")?.unwrap_or(DEFAULT_LIMIT);
        let window = section.opt_duration("window")?.unwrap_or(DEFAULT_WINDOW);
        if limit == 0 || window.is_zero() {
            anyhow::bail!("{}", config.error(key, "a limit of no requests, or in no time, lets nobody in"));
        }
        if section.opt_str("store.type")? == Some("redis") {
            tracing::warn!(
                "{key}.store: each process counts for itself; with several of them divide the limit"
            );
        }
        let allowed = match section.opt_string_array("ipAllowList")? {
            None => DEFAULT_ALLOWED.map(str::to_owned).to_vec(),
            Some(list) => list,
        };
        let allowed = allowed.iter().map(|text| {
            let wrong = || section.error("ipAllowList", format!("\"{text}\" is not an address"));
            text.parse::<IpAddr>().map(|address| address.to_canonical()).map_err(|_| wrong())
        });
        Ok(Self(Arc::new(Inner {
            limit: limit as f64,
            window,
            allowed: allowed.collect::<Result<_, _>>()?,
            skip_successful: section.opt_bool("skipSuccessfulRequests")?.unwrap_or(false),
            skip_failed: section.opt_bool("skipFailedRequests")?.unwrap_or(false),
            buckets: Mutex::default(),
        })))
    }

    /// Takes one request out of the bucket of an address: what is then left in it. Less than nothing is too many.
    fn take(&self, key: IpAddr, now: Instant) -> f64 {
        let inner = &*self.0;
        let mut buckets = inner.buckets.lock();
        let mut bucket = buckets.take(key).unwrap_or(Bucket { level: inner.limit, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.level = (bucket.level + passed * inner.limit / inner.window.as_secs_f64()).min(inner.limit);
        bucket.at = now;
        let left = bucket.level - 1.0;
        if left >= 0.0 {
            bucket.level = left;
        }
        buckets.put(key, bucket);
        left
    }

    /// Puts a request back that does not count.
    fn give_back(&self, key: IpAddr) {
        let mut buckets = self.0.buckets.lock();
        if let Some(mut bucket) = buckets.take(key) {
            bucket.level = (bucket.level + 1.0).min(self.0.limit);
            buckets.put(key, bucket);
        }
    }

    /// Tells the client where it stands: the headers of express-rate-limit, and the ones that are becoming a standard.
    fn tell(&self, headers: &mut HeaderMap, left: f64) {
        let inner = &*self.0;
        let seconds = (inner.limit - left.max(0.0)) * inner.window.as_secs_f64() / inner.limit;
        let reset = seconds.ceil() as i64;
        let mut put = |name: &'static str, value: i64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        let (limit, left) = (inner.limit as i64, left.max(0.0) as i64);
        put("x-ratelimit-limit", limit);
        put("x-ratelimit-remaining", left);
        put("x-ratelimit-reset", Timestamp::now().as_second() + reset);
        put("ratelimit-limit", limit);
        put("ratelimit-remaining", left);
        put("ratelimit-reset", reset);
    }
}

/// An IPv6 client has a whole network of its own.
fn key(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// Middleware: lets a request through while the bucket of its address holds.
pub(crate) async fn limit(State(rate): State<RateLimit>, request: Request, next: Next) -> Response {
    let Some(ClientAddress(address)) = request.extensions().get::<ClientAddress>().copied() else {
        return next.run(request).await;
    };
    if rate.0.allowed.contains(&address) {
        return next.run(request).await;
    }
    let key = key(address);
    let left = rate.take(key, Instant::now());
    if left < 0.0 {
        let mut response = too_many();
        rate.tell(response.headers_mut(), left);
        let wait = (-left * rate.0.window.as_secs_f64() / rate.0.limit).ceil().max(1.0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait as i64));
        return response;
    }
    let mut response = next.run(request).await;
    let failed = response.status().as_u16() >= 400;
    if (failed && rate.0.skip_failed) || (!failed && rate.0.skip_successful) {
        rate.give_back(key);
    }
    rate.tell(response.headers_mut(), left);
    response
}

fn too_many() -> Response {
    let body = json!({
        "error": {"name": "Error", "message": "Too many requests, please try again later"},
        "response": {"statusCode": 429},
    });
    (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(section: serde_json::Value) -> RateLimit {
        let config = Config::from_value(json!({"backend": {"rateLimit": section}}));
        RateLimit::global(&config).expect("a setting").expect("a limit")
    }

    fn address(last: u32) -> IpAddr {
        IpAddr::from(last.to_be_bytes())
    }

    #[test]
    fn a_bucket_holds_the_limit_and_fills_within_the_window() {
        let rate = rate(json!({"incomingRequestLimit": 3, "window": {"seconds": 30}}));
        let start = Instant::now();
        let passed = (0..10).filter(|_| rate.take(address(1), start) >= 0.0).count();
        assert_eq!(passed, 3);
        assert!(rate.take(address(2), start) >= 0.0, "another address has a bucket of its own");
        let later = start + Duration::from_secs(10);
        assert!(rate.take(address(1), later) >= 0.0);
        assert!(rate.take(address(1), later) < 0.0);
    }

    #[test]
    fn without_more_than_true_there_are_five_in_a_minute() {
        let rate = rate(json!(true));
        let now = Instant::now();
        assert_eq!((0..10).filter(|_| rate.take(address(1), now) >= 0.0).count(), 5);
    }

    #[test]
    fn any_number_of_addresses_is_kept_in_bounded_room() {
        let rate = rate(json!(true));
        let now = Instant::now();
        for last in 0..(GENERATION as u32 * 3) {
            rate.take(address(last), now);
        }
        let buckets = rate.0.buckets.lock();
        assert!(buckets.young.len() + buckets.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_bucket() {
        let one = "2001:db8:1:2:3::1".parse().expect("an address");
        let other = "2001:db8:1:2:ffff::9".parse().expect("an address");
        assert_eq!(key(one), key(other));
    }

    #[test]
    fn global_false_leaves_only_the_limits_of_plugins() {
        let section = json!({"global": false, "plugin": {"catalog": {"incomingRequestLimit": 2}}});
        let config = Config::from_value(json!({"backend": {"rateLimit": section}}));
        assert!(RateLimit::global(&config).expect("a setting").is_none());
        assert!(RateLimit::of_plugin(&config, "catalog").expect("a setting").is_some());
        assert!(RateLimit::of_plugin(&config, "auth").expect("a setting").is_none());
    }
}
