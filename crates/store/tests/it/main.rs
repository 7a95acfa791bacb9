//! The store suite. What concerns both databases runs on both.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod cache;
mod faults;
mod insert_many;
mod leases;
mod migrations;
mod notifications;
mod opening;
mod statements;
mod transactions;

use callboard_store::{Database, Migration, Param};

/// A small table that most tests use.
const ITEMS: &[Migration] = &[Migration {
    version: 1,
    name: "items",
    sql: "CREATE TABLE items (id TEXT PRIMARY KEY, count BIGINT, data {bytes}, note TEXT);",
}];

async fn with_items(database: &Database) {
    database.migrate("test", ITEMS).await.unwrap();
}

async fn add(database: &Database, id: &str, count: i64) -> Result<u64, callboard_store::StoreError> {
    let params: [Param; 2] = [id.into(), count.into()];
    database.execute("INSERT INTO items (id, count) VALUES ($1, $2)", &params).await
}

async fn count(database: &Database) -> i64 {
    database.query("SELECT COUNT(*) AS n FROM items", &[]).await.unwrap()[0].int("n").unwrap()
}
