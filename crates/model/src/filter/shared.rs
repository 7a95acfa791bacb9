//! A filter that is used for many queries, such as what a caller may read: cheap to copy and to compare, with room for
//! what its evaluation has found.

use std::any::Any;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use super::Filter;

/// A filter with a fingerprint and a memory. Two are equal if their filters are.
pub struct SharedFilter {
    filter: Filter,
    fingerprint: u64,
    memo: RwLock<Option<Arc<dyn Any + Send + Sync>>>,
}

impl SharedFilter {
    /// Shares a filter.
    pub fn new(filter: Filter) -> Arc<Self> {
        let mut hasher = DefaultHasher::new();
        filter.hash(&mut hasher);
        Arc::new(Self { filter, fingerprint: hasher.finish(), memo: RwLock::new(None) })
    }

    /// What it asks.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// What an evaluation has left here last. Whoever takes it must know whether it still holds.
    pub fn memo(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.memo.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Leaves the outcome of an evaluation.
    pub fn remember(&self, memo: Arc<dyn Any + Send + Sync>) {
        *self.memo.write().unwrap_or_else(PoisonError::into_inner) = Some(memo);
    }
}

impl PartialEq for SharedFilter {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.fingerprint == other.fingerprint && self.filter == other.filter)
    }
}

impl Eq for SharedFilter {}

impl Hash for SharedFilter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprint.hash(state);
    }
}

impl std::fmt::Debug for SharedFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.filter.fmt(f)
    }
}
