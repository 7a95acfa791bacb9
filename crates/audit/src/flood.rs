//! Keeps callers who are nobody from filling the record: refused requests without credentials are recorded up to a rate,
//! and beyond it only counted.

use std::time::Instant;

use parking_lot::Mutex;

/// Events each second in the long run.
const RATE: f64 = 20.0;
/// Events at once.
const BURST: f64 = 200.0;

/// A bucket that fills with time.
#[derive(Debug)]
pub(crate) struct Flood(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Instant,
    left_out: u64,
}

impl Flood {
    pub(crate) fn new(now: Instant) -> Self {
        Self(Mutex::new(Bucket { level: BURST, at: now, left_out: 0 }))
    }

    /// Whether one more may be recorded; if so, how many were left out before it.
    pub(crate) fn admit(&self, now: Instant) -> Option<u64> {
        let mut bucket = self.0.lock();
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.level = (bucket.level + passed * RATE).min(BURST);
        bucket.at = now;
        if bucket.level < 1.0 {
            bucket.left_out += 1;
            return None;
        }
        bucket.level -= 1.0;
        Some(std::mem::take(&mut bucket.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn beyond_the_rate_events_are_counted_and_the_next_one_tells() {
        let start = Instant::now();
        let flood = Flood::new(start);
        let admitted = (0..1_000).filter(|_| flood.admit(start).is_some()).count();
        assert_eq!(admitted, BURST as usize);
        assert_eq!(flood.admit(start + Duration::from_secs(1)), Some(800));
        assert_eq!(flood.admit(start + Duration::from_secs(1)), Some(0));
    }
}
