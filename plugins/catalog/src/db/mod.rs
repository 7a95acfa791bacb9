//! The tables of the catalog: one module for each family, and the transaction that all writes go through.

pub(crate) mod final_entities;
pub(crate) mod refresh_state;
pub(crate) mod relations;
pub(crate) mod stitch_queue;
pub(crate) mod write;

use callboard_store::Migration;

/// Rows or references handled with one statement.
pub(crate) const CHUNK: usize = 1_000;

/// The steps that lead to the tables of today.
pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "ingestion", sql: include_str!("../../migrations/0001_ingestion.sql") }];

/// Milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The beginning of a source that is a provider.
pub(crate) const KEY_SOURCE: &str = "key:";
/// The beginning of a source that is an entity.
pub(crate) const REF_SOURCE: &str = "ref:";

/// The source that a provider is.
pub(crate) fn provider_source(name: &str) -> String {
    format!("{KEY_SOURCE}{name}")
}

/// The source that an entity is.
pub(crate) fn entity_source(entity_ref: &str) -> String {
    format!("{REF_SOURCE}{entity_ref}")
}
