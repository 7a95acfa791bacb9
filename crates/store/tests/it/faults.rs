//! PostgreSQL goes away and comes back.

use callboard_store::{Database, Notification};
use callboard_testkit::{PostgresServer, eventually};

use crate::{add, count, with_items};

#[tokio::test]
async fn a_restart_of_postgres_is_unavailable_for_a_while_and_then_over() {
    let mut server = PostgresServer::start().await.unwrap();
    let db = Database::postgres(&server.url("callboard")).await.unwrap();
    with_items(&db).await;
    add(&db, "before", 1).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO items (id) VALUES ('lost')", &[]).await.unwrap();

    server.stop().unwrap();
    let error = tx.execute("INSERT INTO items (id) VALUES ('lost too')", &[]).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    drop(tx);

    server.start_again().await.unwrap();
    let db = &db;
    eventually("the pool has connected again", || async move {
        match db.ping().await {
            Ok(()) => true,
            Err(error) => {
                assert!(error.is_unavailable(), "{error:?}");
                false
            }
        }
    })
    .await;
    assert_eq!(count(db).await, 1);
    add(db, "after", 2).await.unwrap();
}

#[tokio::test]
async fn a_listener_connects_again_and_says_that_it_may_have_missed_something() {
    let mut server = PostgresServer::start().await.unwrap();
    let db = Database::postgres(&server.url("callboard")).await.unwrap();
    let mut listener = db.listen("changes").await.unwrap();
    server.kill().unwrap();
    server.start_again().await.unwrap();
    assert_eq!(listener.recv().await, Some(Notification::Gap));
    let db = &db;
    eventually("a notification can be sent", || async move { db.notify("changes", "again").await.is_ok() })
        .await;
    assert_eq!(listener.recv().await, Some(Notification::Payload("again".to_owned())));
}

#[tokio::test]
async fn a_closed_database_ends_its_listeners() {
    let server = PostgresServer::start().await.unwrap();
    let db = Database::postgres(&server.url("callboard")).await.unwrap();
    let mut listener = db.listen("changes").await.unwrap();
    db.close().await;
    assert_eq!(listener.recv().await, None);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_at_opening() {
    let mut server = PostgresServer::start().await.unwrap();
    server.stop().unwrap();
    let error = Database::postgres(&server.url("callboard")).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
}

#[tokio::test]
async fn a_transaction_that_stands_still_is_ended_by_the_server() {
    let server = PostgresServer::start().await.unwrap();
    let db = Database::postgres(&server.url("callboard")).await.unwrap();
    with_items(&db).await;
    let limit = "SELECT current_setting('idle_in_transaction_session_timeout') AS allowed";
    assert_eq!(db.query_first(limit, &[]).await.unwrap().unwrap().str("allowed").unwrap(), "30s");
    let mut stuck = db.begin().await.unwrap();
    stuck.execute("SET idle_in_transaction_session_timeout = '100ms'", &[]).await.unwrap();
    stuck.execute("LOCK TABLE items", &[]).await.unwrap();
    add(&db, "other", 1).await.unwrap();
    let error = stuck.execute("INSERT INTO items (id) VALUES ('stuck')", &[]).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
}
