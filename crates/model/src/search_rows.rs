//! The search rows of a final entity: what filters, facets, orders and full-text terms see of it.

/// One row. Keys are lower-case and at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// `metadata.annotations.backstage.io/orphan`
    pub key: String,
    /// Lower-cased; `None` for null and for values over 200 characters.
    pub value: Option<String>,
    /// As written, for facets; `None` exactly where `value` is.
    pub original: Option<String>,
}
