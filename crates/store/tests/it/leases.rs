//! Work is shared between owners, and comes back when an owner dies.

use std::collections::HashSet;

use callboard_store::{Claim, Database, LeaseTable, Migration};
use callboard_testkit::for_each_database;

const WORK: LeaseTable = LeaseTable { table: "work", key: "id", due: "due_at", returning: "id" };
const TABLE: &[Migration] = &[Migration {
    version: 1,
    name: "work",
    sql: "CREATE TABLE work (id TEXT PRIMARY KEY, due_at BIGINT NOT NULL, lease_owner TEXT, lease_until BIGINT);",
}];

async fn fill(database: &Database, rows: i64) {
    database.migrate("work", TABLE).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    let rows = (0..rows).map(|n| vec![format!("{n:03}").into(), n.into()]).collect();
    tx.insert_many("work", &["id", "due_at"], rows, "").await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(database: &Database, owner: &str, now: i64, limit: i64) -> Vec<String> {
    let rows = WORK.claim(database, Claim { owner, now, lease_ms: 100, limit }).await.unwrap();
    rows.iter().map(|row| row.text("id").unwrap()).collect()
}

#[tokio::test]
async fn two_owners_never_get_the_same_row_and_together_get_all() {
    for_each_database(|test| async move {
        fill(test.database(), 200).await;
        let mut tasks = Vec::new();
        for owner in ["a", "b", "c", "d"] {
            let db = test.open_again().await;
            tasks.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let some = claim(&db, owner, 1_000, 7).await;
                    if some.is_empty() {
                        break mine;
                    }
                    mine.extend(some);
                }
            }));
        }
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        assert_eq!(all.len(), 200);
        assert_eq!(all.into_iter().collect::<HashSet<_>>().len(), 200);
    })
    .await;
}

#[tokio::test]
async fn rows_that_are_not_due_stay_and_the_earliest_come_first() {
    for_each_database(|test| async move {
        let db = test.database();
        fill(db, 10).await;
        let mut first = claim(db, "a", 4, 3).await;
        first.sort();
        assert_eq!(first, ["000", "001", "002"]);
        assert_eq!(claim(db, "a", 4, 100).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_lease_ends_by_time_and_another_owner_takes_over() {
    for_each_database(|test| async move {
        let db = test.database();
        fill(db, 1).await;
        assert_eq!(claim(db, "dead", 1_000, 1).await, ["000"]);
        assert!(claim(db, "b", 1_099, 1).await.is_empty());
        assert_eq!(claim(db, "b", 1_100, 1).await, ["000"]);
        // The first owner comes back late: the row isn't its any more.
        let done = "UPDATE work SET due_at = 9, lease_owner = NULL, lease_until = NULL \
                    WHERE id = '000' AND lease_owner = $1";
        assert_eq!(db.execute(done, &["dead".into()]).await.unwrap(), 0);
        assert_eq!(db.execute(done, &["b".into()]).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_lease_is_renewed_and_released_by_its_owner_only() {
    for_each_database(|test| async move {
        let db = test.database();
        fill(db, 2).await;
        assert_eq!(claim(db, "a", 1_000, 1).await, ["000"]);
        assert_eq!(WORK.renew(db, "b", 9_999).await.unwrap(), 0);
        assert_eq!(WORK.renew(db, "a", 5_000).await.unwrap(), 1);
        assert_eq!(claim(db, "b", 2_000, 5).await, ["001"]);
        assert_eq!(WORK.release(db, "b", vec!["000".into()]).await.unwrap(), 0);
        assert_eq!(WORK.release(db, "a", vec!["000".into(), "001".into()]).await.unwrap(), 1);
        assert_eq!(claim(db, "b", 2_001, 5).await, ["000"]);
    })
    .await;
}
