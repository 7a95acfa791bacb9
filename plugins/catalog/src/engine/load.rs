//! How much the loop has to do, told to the stitcher: in a bulk, relations are about to change again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// With more entities than this under way, it is a bulk.
const BULK: usize = 512;
/// A bulk goes on for so long without many entities under way, while there are files to read: one is being parsed.
const LULL: Duration = Duration::from_secs(1);

/// A count of what is being processed and whether more waits.
#[derive(Debug, Default)]
pub(crate) struct Load {
    full: AtomicBool,
    entities: AtomicUsize,
    files: AtomicUsize,
    bulk: Mutex<Option<Bulk>>,
}

/// A bulk that is coming in.
#[derive(Debug)]
struct Bulk {
    since: Instant,
    /// When many entities were under way last.
    busy: Instant,
}

impl Load {
    /// Whether more was due than was claimed last.
    pub(crate) fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    /// Counts entities until the guard is dropped, which is when they have been stored. Those that read from a host are
    /// not counted: a slow host is no bulk.
    pub(crate) fn entities(self: &Arc<Self>, count: usize) -> Counted {
        self.entities.fetch_add(count, Ordering::Relaxed);
        Counted { load: self.clone(), entities: count, files: 0 }
    }

    /// Counts a location that reads files, likewise.
    pub(crate) fn file(self: &Arc<Self>) -> Counted {
        self.files.fetch_add(1, Ordering::Relaxed);
        Counted { load: self.clone(), entities: 0, files: 1 }
    }

    /// Whether many entities are coming in.
    pub(crate) fn is_bulk(&self) -> bool {
        self.bulk_age().is_some()
    }

    /// For how long many entities have been coming in, if they are.
    pub(crate) fn bulk_age(&self) -> Option<Duration> {
        let busy = self.full.load(Ordering::Relaxed) || self.entities.load(Ordering::Relaxed) > BULK;
        let reading = self.files.load(Ordering::Relaxed) > 0;
        let now = Instant::now();
        let mut bulk = self.bulk.lock();
        match &mut *bulk {
            Some(bulk) if busy => bulk.busy = now,
            Some(bulk) if reading && now - bulk.busy < LULL => {}
            _ if busy => *bulk = Some(Bulk { since: now, busy: now }),
            _ => *bulk = None,
        }
        bulk.as_ref().map(|bulk| now - bulk.since)
    }
}

/// What is under way.
pub(crate) struct Counted {
    load: Arc<Load>,
    entities: usize,
    files: usize,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.load.entities.fetch_sub(self.entities, Ordering::Relaxed);
        self.load.files.fetch_sub(self.files, Ordering::Relaxed);
    }
}
