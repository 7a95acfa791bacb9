//! What tests stand on: temporary databases and Redis, and waiting for a condition. Dev-only.
//!
//! A test that needs PostgreSQL or Redis fails where they are not installed, and says what is missing;
//! `cargo run -p callboard-testkit --bin test-services -- check` says it beforehand.

mod condition;
mod database;
mod postgres;
mod programs;
mod redis;
mod shared_postgres;

pub use condition::eventually;
pub use database::{TestDatabase, for_each_database};
pub use postgres::PostgresServer;
pub use programs::find_program;
pub use redis::RedisServer;
pub use shared_postgres::stop as stop_shared_postgres;
