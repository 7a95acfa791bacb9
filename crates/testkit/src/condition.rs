//! Waiting for something to become true, instead of sleeping and hoping.

use std::future::Future;
use std::time::{Duration, Instant};

/// How long [`eventually`] waits; far above what anything takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);
/// Pause between two looks.
const INTERVAL: Duration = Duration::from_millis(10);

/// Looks again and again until `condition` answers true. Panics with `what` when that takes longer than 30 s.
pub async fn eventually<F, Fut>(what: &str, condition: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool>,
{
    eventually_within(DEADLINE, what, condition).await;
}

/// The same with another deadline, for what has to wait for a time limit of the program itself.
pub async fn eventually_within<F, Fut>(deadline: Duration, what: &str, condition: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool>,
{
    let end = Instant::now() + deadline;
    while !condition().await {
        assert!(Instant::now() < end, "still not after {} s: {what}", deadline.as_secs());
        tokio::time::sleep(INTERVAL).await;
    }
}
