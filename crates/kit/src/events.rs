//! Plugin-to-plugin events by topic, at most once, inside one process.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::broadcast;

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// `experimental.catalog.errors`, `github.push`, …
    pub topic: String,
    /// What happened.
    pub payload: Value,
}

/// The bus. Slow subscribers lose the oldest events and are told how many.
#[derive(Debug, Clone)]
pub struct EventBus {
    sender: Arc<broadcast::Sender<Event>>,
}

impl EventBus {
    /// A bus that keeps `capacity` events for slow subscribers.
    pub fn new(capacity: usize) -> Self {
        Self { sender: Arc::new(broadcast::channel(capacity.max(1)).0) }
    }

    /// Sends an event to whoever listens now.
    pub fn publish(&self, topic: &str, payload: Value) {
        // An error only says that nobody listens.
        let _ = self.sender.send(Event { topic: topic.to_owned(), payload });
    }

    /// All events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }
}

impl Default for EventBus {
    fn default() -> Self {
        Self::new(1024)
    }
}
