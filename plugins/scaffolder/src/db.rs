//! The tables of the scaffolder: one module for each family.

pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod commits;
pub(crate) mod events;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod steps;
pub(crate) mod tasks;
pub(crate) mod upkeep;

use callboard_store::Migration;

/// The steps that lead to the tables of today.
pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "tasks", sql: include_str!("../migrations/0001_tasks.sql") }];

/// Everything that processes tell each other: `w` there is work, `e:<task>` a task has new events, `c:<task>` a task is
/// to be cancelled.
pub(crate) const CHANNEL: &str = "scaffolder";

/// Milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A time of the database as it goes over the wire.
pub(crate) fn iso(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}
