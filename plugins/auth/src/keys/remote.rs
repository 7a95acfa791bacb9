//! Public keys of others, fetched from a JWKS and fetched again when they may have changed.

use std::sync::Arc;

use callboard_scm::egress::{Egress, EgressError, Policy, Request};
use http::StatusCode;
use parking_lot::RwLock;
use serde_json::Value;
use tokio::sync::Mutex;

use super::VerifyingKey;
use super::algorithm;
use crate::tokens::Header;

/// Bytes of a JWKS, keys in it that are looked at, and how long its host has to answer.
const MOST_BYTES: u64 = 256 * 1024;
const MOST_KEYS: usize = 100;
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
/// Seconds after which keys are fetched again although they are known, so that one that was withdrawn goes.
const FRESH_FOR: i64 = 600;
/// Seconds for which keys are still used when their host doesn't answer.
const USED_FOR: i64 = 3_600;
/// Clocks may differ by this many seconds (`backend-defaults` 0.18.0).
const CLOCK_MARGIN: i64 = 10;

/// Why there are no keys.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum KeysError {
    /// The host answers, and has none.
    #[error("{0} is not there")]
    NotThere(String),
    /// Anything else.
    #[error("{0}")]
    Unreachable(String),
}

/// The keys of one JWKS.
#[derive(Debug)]
pub(crate) struct RemoteKeys {
    egress: Egress,
    policy: Policy,
    url: String,
    /// Fewest seconds between two fetches that tokens with unknown keys cause.
    pause: i64,
    state: RwLock<State>,
    fetching: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Vec<Arc<VerifyingKey>>,
    /// When the keys came.
    fetched_at: Option<i64>,
    /// When it was last tried, and how that ended.
    tried_at: Option<i64>,
    failed: Option<KeysError>,
}

impl RemoteKeys {
    /// The keys at a URL of the configuration, which may therefore be a private address.
    pub(crate) fn new(egress: Egress, url: String, pause: i64) -> Self {
        let mut policy = Policy::public().naming(&url);
        policy.max_body = MOST_BYTES;
        policy.timeout = TIMEOUT;
        policy.retries = 1;
        Self { egress, policy, url, pause, state: RwLock::default(), fetching: Mutex::new(()) }
    }

    /// The key that a token names, or the only one that fits if it names none.
    pub(crate) async fn find(
        &self,
        header: &Header,
        issued_at: Option<i64>,
        now: i64,
    ) -> Result<Option<Arc<VerifyingKey>>, KeysError> {
        if !self.is_fresh(now) {
            self.refresh(now).await?;
        }
        let found = self.among_known(header);
        if found.is_some() || !self.may_have_changed(issued_at, now) {
            return Ok(found);
        }
        self.fetch(now).await?;
        Ok(self.among_known(header))
    }

    fn among_known(&self, header: &Header) -> Option<Arc<VerifyingKey>> {
        let algorithm = algorithm::parse(&header.algorithm)?;
        let state = self.state.read();
        let mut fitting = state.keys.iter().filter(|key| key.fits(algorithm));
        if header.key_id.is_empty() {
            let only = fitting.next()?;
            return fitting.next().is_none().then(|| only.clone());
        }
        fitting.find(|key| key.id.as_deref() == Some(&header.key_id)).cloned()
    }

    fn is_fresh(&self, now: i64) -> bool {
        self.state.read().fetched_at.is_some_and(|at| now - at < FRESH_FOR)
    }

    /// Whether an unknown key may be a new one: the token was issued after the keys came, and they were not just
    /// fetched. Otherwise invented keys would make this server a hammer.
    fn may_have_changed(&self, issued_at: Option<i64>, now: i64) -> bool {
        let state = self.state.read();
        let (Some(fetched_at), Some(tried_at)) = (state.fetched_at, state.tried_at) else { return true };
        now - tried_at >= self.pause
            && issued_at.is_none_or(|issued_at| issued_at > fetched_at - CLOCK_MARGIN)
    }

    /// Fetches keys that have become old. While one request does that, the others go on with the old ones.
    async fn refresh(&self, now: i64) -> Result<(), KeysError> {
        let usable = self.state.read().fetched_at.is_some_and(|at| now - at < USED_FOR);
        if !usable {
            return self.fetch(now).await;
        }
        match self.fetching.try_lock() {
            Ok(_one) => self.fetch_now(now).await,
            Err(_) => Ok(()),
        }
    }

    /// Fetches, once for all who wait for it.
    async fn fetch(&self, now: i64) -> Result<(), KeysError> {
        let before = self.state.read().tried_at;
        let _one = self.fetching.lock().await;
        {
            let state = self.state.read();
            if state.tried_at != before {
                return state.outcome(now);
            }
        }
        self.fetch_now(now).await
    }

    /// Fetches, unless that has just failed. When it fails, keys that are not too old stay in use.
    async fn fetch_now(&self, now: i64) -> Result<(), KeysError> {
        {
            let state = self.state.read();
            if state.failed.is_some() && state.tried_at.is_some_and(|at| now - at < self.pause) {
                return state.outcome(now);
            }
        }
        let outcome = self.request().await;
        let mut state = self.state.write();
        state.tried_at = Some(now);
        match outcome {
            Ok(keys) => {
                state.keys = keys;
                state.fetched_at = Some(now);
                state.failed = None;
            }
            Err(error) => {
                tracing::warn!(target: "auth", url = %self.url, %error, "public keys could not be fetched");
                state.failed = Some(error);
            }
        }
        state.outcome(now)
    }

    async fn request(&self) -> Result<Vec<Arc<VerifyingKey>>, KeysError> {
        let unreachable = |error: EgressError| KeysError::Unreachable(error.to_string());
        let request = Request::get(&self.url).header(http::header::ACCEPT, "application/json");
        let response = self.egress.request(&self.policy, request).await.map_err(unreachable)?;
        match response.status() {
            StatusCode::NOT_FOUND => return Err(KeysError::NotThere(self.url.clone())),
            status if !status.is_success() => {
                return Err(KeysError::Unreachable(format!("{} answered {status}", self.url)));
            }
            _ => {}
        }
        let document = response.json().await.map_err(unreachable)?;
        let Some(Value::Array(keys)) = document.get("keys") else {
            return Err(KeysError::Unreachable(format!("{} holds no keys", self.url)));
        };
        Ok(keys.iter().take(MOST_KEYS).filter_map(VerifyingKey::from_jwk).map(Arc::new).collect())
    }
}

impl State {
    fn outcome(&self, now: i64) -> Result<(), KeysError> {
        match &self.failed {
            // A key set that is gone was withdrawn; one that can't be reached was not.
            Some(KeysError::Unreachable(_)) if self.fetched_at.is_some_and(|at| now - at < USED_FOR) => {
                Ok(())
            }
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}
