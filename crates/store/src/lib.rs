//! SQL on SQLite and PostgreSQL, migrations, leases, notifications, cache. The only crate that knows a driver.
//!
//! # How plugins write SQL
//!
//! One text for both databases: placeholders `$1`, `$2`, …; columns are `TEXT`, `BIGINT` and the bytes type of
//! [`Dialect::bytes`] (`{bytes}` in a migration), nothing else. A time is a `BIGINT` of milliseconds since the
//! epoch, a boolean a `BIGINT` of 0 or 1, JSON is `TEXT`. Sums are written `CAST(SUM(x) AS BIGINT)`, and a
//! parameter whose type the statement doesn't show (`$1 IS NULL`) `CAST($1 AS TEXT)`. Where the databases
//! differ, [`Dialect`] has the difference.
//!
//! SQLite has one writer. Whoever holds a [`Transaction`] asks everything through it: a call to
//! [`Database::execute`] from the same task would wait for the transaction to end, until it times out.

mod cache;
mod database;
mod dialect;
mod error;
mod insert_many;
mod lease;
mod migrate;
mod notify;
mod param;
mod postgres;
mod row;
mod settings;
mod sqlite;
mod transaction;

pub use cache::{Cache, CacheProvider};
pub use database::Database;
pub use dialect::Dialect;
pub use error::StoreError;
pub use lease::{Claim, LeaseTable};
pub use migrate::Migration;
pub use notify::{Notification, Notifications};
pub use param::Param;
pub use row::Row;
pub use transaction::Transaction;
