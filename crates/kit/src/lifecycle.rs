//! Starting and stopping: background tasks run until the token is cancelled, and are waited for.

use std::future::Future;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Given to a plugin at start; what it spawns here is stopped and waited for at shutdown.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    token: CancellationToken,
    tracker: TaskTracker,
}

impl Lifecycle {
    /// Cancelled when the server stops.
    pub fn shutdown(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Whether the server is stopping.
    pub fn is_stopping(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Runs a background task. It must end soon after [`Self::shutdown`] is cancelled.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(task);
    }

    /// Cancels and waits for all tasks.
    pub async fn stop(&self) {
        self.token.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
