//! Who is told after a commit: the index of this process, the processing loop, the stitcher.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::db::write::Committed;
use crate::follow::Follower;

/// The bells of one process.
pub(crate) struct Signals {
    pub(crate) follower: Arc<Follower>,
    /// Rung when something has become due.
    pub(crate) due: Notify,
    /// Rung when something has been queued for stitching.
    pub(crate) queued: Notify,
}

impl Signals {
    pub(crate) fn new(follower: Arc<Follower>) -> Self {
        Self { follower, due: Notify::new(), queued: Notify::new() }
    }

    /// Tells everybody; returns when the index of this process holds the changes.
    pub(crate) async fn announce(&self, committed: Committed) {
        if committed.due {
            self.due.notify_one();
        }
        if committed.stitch {
            self.queued.notify_one();
        }
        self.follower.committed(committed).await;
    }
}
