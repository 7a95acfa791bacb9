//! What may be asked of entities: one tree for the query-string grammar, the predicate grammar and permission
//! conditions. The parsers stand in the modules below; the index and the permission framework evaluate it.

mod eval;
pub mod predicate;
pub mod query_string;
mod shared;

use std::sync::Arc;

pub use shared::SharedFilter;

/// A question about one entity's search rows. Keys are lower-cased when the tree is made, values too; the
/// semantics are those of catalog-backend 4.0.0 (`contract: catalog, filters`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All of them; an empty list matches everything.
    All(Vec<Filter>),
    /// Any of them; an empty list matches nothing.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// There is a row with this key (its value may be null).
    Exists(String),
    /// There is a row with this key and one of these values; an empty list matches nothing.
    In {
        /// Lower-cased key.
        key: String,
        /// Lower-cased values.
        values: Vec<String>,
    },
    /// There is a row with this key whose value begins so.
    Prefix {
        /// Lower-cased key.
        key: String,
        /// Lower-cased beginning.
        prefix: String,
    },
    /// A filter that many queries share.
    Shared(Arc<SharedFilter>),
}

impl Filter {
    /// Matches everything.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Matches nothing.
    pub fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// `key` has exactly `value`; both are lower-cased here.
    pub fn equals(key: &str, value: &str) -> Self {
        Self::In { key: key.to_lowercase(), values: vec![value.to_lowercase()] }
    }
}
