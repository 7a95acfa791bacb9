//! Who follows tasks here: streams and waiting requests are woken when a task has new events.

use std::collections::HashMap;
use std::sync::Arc;

use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use http::StatusCode;
use parking_lot::Mutex;
use tokio::sync::watch;

/// Open requests of one caller.
const OF_ONE_CALLER: usize = 100;
/// Open requests of all callers.
const OF_ALL: usize = 5_000;

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Followers(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    tasks: HashMap<String, watch::Sender<u64>>,
    by_caller: HashMap<String, usize>,
    all: usize,
}

/// One that follows a task; it stops with the value.
#[derive(Debug)]
pub(crate) struct Follower {
    followers: Followers,
    caller: String,
    task_id: String,
    news: watch::Receiver<u64>,
}

impl Followers {
    /// Follows a task.
    ///
    /// # Errors
    /// 429 when the caller, or all callers together, follow too many.
    pub(crate) fn follow(&self, task_id: &str, credentials: &Credentials) -> Result<Follower, ApiError> {
        let caller = match &credentials.principal {
            Principal::User { entity_ref, .. } => format!("user {entity_ref}"),
            Principal::Service { subject, .. } => format!("service {subject}"),
            Principal::None => String::new(),
        };
        let mut inner = self.0.lock();
        let own = inner.by_caller.get(&caller).copied().unwrap_or_default();
        if inner.all >= OF_ALL || own >= OF_ONE_CALLER {
            let message = format!(
                "Too many requests: {own} of your requests follow tasks already (of {OF_ONE_CALLER}), and {} of all callers (of {OF_ALL})",
                inner.all
            );
            return Err(ApiError::new("Error", StatusCode::TOO_MANY_REQUESTS, message));
        }
        inner.all += 1;
        inner.by_caller.insert(caller.clone(), own + 1);
        let sender = inner.tasks.entry(task_id.to_owned()).or_insert_with(|| watch::channel(0).0);
        let news = sender.subscribe();
        drop(inner);
        Ok(Follower { followers: self.clone(), caller, task_id: task_id.to_owned(), news })
    }

    /// Wakes those that follow a task.
    pub(crate) fn wake(&self, task_id: &str) {
        if let Some(sender) = self.0.lock().tasks.get(task_id) {
            sender.send_modify(|number| *number += 1);
        }
    }

    /// Wakes everybody: something may have been missed.
    pub(crate) fn wake_all(&self) {
        self.0.lock().tasks.values().for_each(|sender| sender.send_modify(|number| *number += 1));
    }
}

impl Follower {
    /// Waits for news since the last call. Whoever reads events calls [`Self::seen`] before, so that none is missed.
    pub(crate) async fn news(&mut self) {
        if self.news.changed().await.is_err() {
            // The sender stays as long as somebody follows.
            std::future::pending::<()>().await;
        }
    }

    /// Everything so far is seen once the caller has read the events.
    pub(crate) fn seen(&mut self) {
        self.news.mark_unchanged();
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut inner = self.followers.0.lock();
        inner.all -= 1;
        if let Some(own) = inner.by_caller.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                inner.by_caller.remove(&self.caller);
            }
        }
        // The receiver of this one is still there.
        if inner.tasks.get(&self.task_id).is_some_and(|sender| sender.receiver_count() <= 1) {
            inner.tasks.remove(&self.task_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn followers_are_woken_and_counted_and_leave_nothing_behind() {
        let followers = Followers::default();
        let ada = Credentials::user("user:default/ada");
        let mut one = followers.follow("t", &ada).unwrap();
        followers.wake("t");
        one.news().await;
        one.seen();
        followers.wake_all();
        one.news().await;
        let many: Vec<Follower> = (1..OF_ONE_CALLER).map(|_| followers.follow("u", &ada).unwrap()).collect();
        assert_eq!(followers.follow("t", &ada).unwrap_err().status, StatusCode::TOO_MANY_REQUESTS);
        assert!(followers.follow("t", &Credentials::user("user:default/bob")).is_ok());
        drop((one, many));
        let inner = followers.0.lock();
        assert!(inner.tasks.is_empty() && inner.by_caller.is_empty() && inner.all == 0);
    }
}
