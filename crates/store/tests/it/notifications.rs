//! Processes tell each other.

use callboard_store::{Notification, StoreError};
use callboard_testkit::{TestDatabase, for_each_database};

fn payload(text: &str) -> Option<Notification> {
    Some(Notification::Payload(text.to_owned()))
}

#[tokio::test]
async fn every_listener_of_a_channel_gets_what_is_sent_to_it() {
    for_each_database(|test| async move {
        let db = test.database();
        let mut first = db.listen("changes").await.unwrap();
        let mut second = db.clone().listen("changes").await.unwrap();
        db.notify("other", "not this").await.unwrap();
        db.notify("changes", "1").await.unwrap();
        db.notify("changes", "2").await.unwrap();
        for listener in [&mut first, &mut second] {
            assert_eq!(listener.recv().await, payload("1"));
            assert_eq!(listener.recv().await, payload("2"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_transaction_tells_only_when_it_commits() {
    for_each_database(|test| async move {
        let db = test.database();
        let mut listener = db.listen("changes").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.notify("changes", "rolled back").await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        tx.notify("changes", "committed").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(listener.recv().await, payload("committed"));
    })
    .await;
}

#[tokio::test]
async fn postgres_tells_another_process() {
    let test = TestDatabase::postgres().await;
    let mut listener = test.open_again().await.listen("changes").await.unwrap();
    test.database().notify("changes", "hello").await.unwrap();
    assert_eq!(listener.recv().await, payload("hello"));
}

#[tokio::test]
async fn a_payload_that_postgres_could_not_carry_is_refused_on_both() {
    for_each_database(|test| async move {
        let db = test.database();
        db.notify("changes", &"x".repeat(7_999)).await.unwrap();
        let error = db.notify("changes", &"x".repeat(8_000)).await.unwrap_err();
        assert!(matches!(error, StoreError::NotificationTooLarge { size: 8_000, limit: 7_999 }));
    })
    .await;
}
