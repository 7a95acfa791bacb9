//! What processors keep from one run to the next: tags for conditional requests and what was read with them.

use serde_json::{Map, Value};

/// Failed runs after which the last good cache is given up, as in catalog-backend 4.0.0.
const RUNS_KEPT: u64 = 5;

/// The key of the countdown; no processor has this name.
const TTL: &str = "ttl";

/// The cache of one entity, opened for one run. What is not written again in a good run is forgotten; a failed run
/// keeps what the last good one had, for a few runs.
#[derive(Debug, Default)]
pub(super) struct ProcessorCache {
    stored: Map<String, Value>,
    written: Map<String, Value>,
}

impl ProcessorCache {
    pub(super) fn open(stored: Option<Value>) -> Self {
        let stored = match stored {
            Some(Value::Object(stored)) => stored,
            _ => Map::new(),
        };
        Self { stored, written: Map::new() }
    }

    /// What the processor kept under the key.
    pub(super) fn get(&self, processor: &str, key: &str) -> Option<&Value> {
        self.stored.get(processor)?.get(key)
    }

    /// Keeps a value for the next run.
    pub(super) fn set(&mut self, processor: &str, key: &str, value: Value) {
        let slot = self.written.entry(processor).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(values) = slot {
            values.insert(key.to_owned(), value);
        }
    }

    /// What to store after a run that went well or not.
    pub(super) fn close(self, ok: bool) -> Option<Value> {
        let (mut kept, runs) = if ok {
            (self.written, RUNS_KEPT)
        } else {
            let runs = self.stored.get(TTL).and_then(Value::as_u64).unwrap_or(0).saturating_sub(1);
            (self.stored, runs)
        };
        kept.remove(TTL);
        if kept.is_empty() || runs == 0 {
            return None;
        }
        kept.insert(TTL.to_owned(), runs.into());
        Some(Value::Object(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_outlives_a_few_failures_and_no_more() {
        let mut cache = ProcessorCache::open(None);
        cache.set("url-reader", "https://x", "tag".into());
        let mut stored = cache.close(true);
        let mut runs = 0;
        while let Some(value) = stored.take() {
            let cache = ProcessorCache::open(Some(value));
            assert_eq!(cache.get("url-reader", "https://x"), Some(&"tag".into()));
            stored = cache.close(false);
            runs += 1;
        }
        assert_eq!(runs, RUNS_KEPT);
    }

    #[test]
    fn what_a_good_run_does_not_write_is_forgotten() {
        let mut cache = ProcessorCache::open(None);
        cache.set("url-reader", "https://x", "tag".into());
        let stored = cache.close(true);
        assert_eq!(ProcessorCache::open(stored).close(true), None);
    }
}
