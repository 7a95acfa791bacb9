//! All or nothing, and one writer after the other.

use callboard_testkit::for_each_database;

use crate::{add, count, with_items};

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_behind() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("INSERT INTO items (id) VALUES ('a')", &[]).await.unwrap();
        let seen = tx.query("SELECT id FROM items", &[]).await.unwrap();
        assert_eq!(seen.len(), 1, "a transaction sees its own writes");
        drop(tx);
        assert_eq!(count(db).await, 0);

        let mut tx = db.begin().await.unwrap();
        tx.execute("INSERT INTO items (id) VALUES ('a')", &[]).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(count(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_committed_transaction_is_seen_by_another_process() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let other = test.open_again().await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("INSERT INTO items (id) VALUES ('a')", &[]).await.unwrap();
        assert_eq!(count(&other).await, 0, "nothing is seen before the commit, and reading doesn't wait");
        tx.commit().await.unwrap();
        assert_eq!(count(&other).await, 1);
    })
    .await;
}

#[tokio::test]
async fn writers_of_two_processes_wait_for_each_other_instead_of_failing() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        add(db, "sum", 0).await.unwrap();
        let mut tasks = Vec::new();
        for handle in [db.clone(), test.open_again().await] {
            for _ in 0..4 {
                let handle = handle.clone();
                tasks.push(tokio::spawn(async move {
                    for _ in 0..5 {
                        let mut tx = handle.begin().await.unwrap();
                        tx.execute("UPDATE items SET count = count + 1 WHERE id = 'sum'", &[]).await.unwrap();
                        tx.commit().await.unwrap();
                    }
                }));
            }
        }
        for task in tasks {
            task.await.unwrap();
        }
        let sum = db.query("SELECT count FROM items", &[]).await.unwrap()[0].int("count").unwrap();
        assert_eq!(sum, 40);
    })
    .await;
}
