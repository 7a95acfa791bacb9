//! A document of a provider that is read when it is needed and then kept for a while. A failure is kept too, for a
//! moment: while a provider is down, those who wait for it are not served one after the other, each after a timeout.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::oauth::error::OAuthError;

/// Seconds for which a failure is kept.
const FAILED_FOR: i64 = 5;

/// One document.
pub(crate) struct Remembered<T>(Mutex<Option<Entry<T>>>);

struct Entry<T> {
    read_at: i64,
    outcome: Result<Arc<T>, String>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Remembered<T> {
    /// What was read less than `within` seconds before `now`, or what `read` reads.
    pub(crate) async fn get<F>(&self, now: i64, within: i64, read: F) -> Result<Arc<T>, OAuthError>
    where
        F: Future<Output = Result<T, OAuthError>> + Send,
    {
        // Held while it is read, so that a thousand sign-ins at once read it once.
        let mut known = self.0.lock().await;
        if let Some(Entry { read_at, outcome }) = known.as_ref() {
            let age = now - read_at;
            match outcome {
                Ok(value) if (0..within).contains(&age) => return Ok(value.clone()),
                Err(reason) if (0..FAILED_FOR).contains(&age) => {
                    return Err(OAuthError::Failed(reason.clone()));
                }
                _ => {}
            }
        }
        let outcome = read.await.map(Arc::new).map_err(|error| match error {
            OAuthError::Failed(reason) => reason,
            other => other.to_string(),
        });
        *known = Some(Entry { read_at: now, outcome: outcome.clone() });
        outcome.map_err(OAuthError::Failed)
    }
}
