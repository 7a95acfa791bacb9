//! How much the loop has to do, told to the stitcher: in a bulk, relations are about to change again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// With more entities than this under way, it is a bulk. Fewer are stitched with their results, so that they are
/// visible at once.
const BULK: usize = 512;

/// A count of what is being processed and whether more waits.
#[derive(Debug, Default)]
pub(crate) struct Load {
    full: AtomicBool,
    entities: AtomicUsize,
}

impl Load {
    /// Whether more was due than was claimed last.
    pub(crate) fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    /// Counts an entity until the guard is dropped, which is when it has been stored. Those that read are not counted:
    /// a slow host is no bulk.
    pub(crate) fn entity(self: &Arc<Self>) -> Counted {
        self.entities.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    /// Whether many entities are coming in.
    pub(crate) fn is_bulk(&self) -> bool {
        self.full.load(Ordering::Relaxed) || self.entities.load(Ordering::Relaxed) > BULK
    }
}

/// One entity under way.
pub(crate) struct Counted(Arc<Load>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.entities.fetch_sub(1, Ordering::Relaxed);
    }
}
