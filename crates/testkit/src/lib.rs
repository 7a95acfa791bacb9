//! What tests stand on: temporary databases and Redis, a plugin behind its routes, waiting for a condition. Dev-only.
//!
//! A test that needs PostgreSQL or Redis fails where they are not installed, and says what is missing;
//! `cargo run -p callboard-testkit --bin test-services -- check` says it beforehand.

mod app;
mod condition;
mod database;
mod git_host;
mod postgres;
mod programs;
mod redis;
mod services;
mod shared_postgres;

pub use app::{Answer, TestApp};
pub use condition::{eventually, eventually_within};
pub use database::{TestDatabase, for_each_database};
pub use git_host::GitHost;
pub use postgres::PostgresServer;
pub use programs::find_program;
pub use redis::RedisServer;
pub use services::services;
pub use shared_postgres::stop as stop_shared_postgres;
