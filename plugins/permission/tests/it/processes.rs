//! Several processes over one database, and several servers in one process.

use callboard_kit::permission::Decision;
use callboard_kit::user_info::RoleSource;
use callboard_testkit::{TestDatabase, eventually, for_each_database};
use serde_json::{Value, json};

use crate::support::{ADA, People, Process, THING_LOOK, with_rbac};

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_changes_the_others_see() {
    for_each_database(async |database| {
        let people = People::company();
        let one = Process::start(database.database(), with_rbac(json!({})), &people).await;
        let again = database.open_again().await;
        let two = Process::start(&again, with_rbac(json!({})), &people).await;
        one.put_role("role:default/r", &[ADA], &["things.thing.look use allow"]).await;
        eventually("the other sees it", async || two.decide(ADA, THING_LOOK).await == Decision::Allow).await;
        // What it knows is one change behind or not; a write sees everything all the same.
        two.put_role("role:default/s", &[ADA], &["things.thing.look use deny"]).await;
        one.admin("POST", "/roles", json!({"name": "role:default/s", "memberReferences": [ADA]}), 409).await;
        eventually("both agree", async || one.decide(ADA, THING_LOOK).await == Decision::Deny).await;
        one.stop().await;
        two.stop().await;
        let third = Process::start(database.database(), with_rbac(json!({})), &people).await;
        assert_eq!(third.admin("GET", "/roles", Value::Null, 200).await.as_array().map(Vec::len), Some(3));
        third.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_of_one_process_share_nothing() {
    let (first, second) = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
    let people = People::company();
    let one = Process::start(first.database(), with_rbac(json!({})), &people).await;
    let two = Process::start(second.database(), with_rbac(json!({})), &people).await;
    one.put_role("role:default/r", &[ADA], &["things.thing.look use allow"]).await;
    assert_eq!(one.decide(ADA, THING_LOOK).await, Decision::Allow);
    assert_eq!(two.decide(ADA, THING_LOOK).await, Decision::Deny);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_plugins_learn_the_roles_of_a_user() {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    let one = Process::start(database.database(), with_rbac(json!({})), &people).await;
    one.put_role("role:default/r", &[ADA], &["things.thing.look use allow"]).await;
    assert_eq!(one.service.roles(&ADA.to_uppercase()).await.expect("an answer"), ["role:default/r"]);
    assert_eq!(one.service.roles("user:default/nobody").await.expect("an answer"), [""; 0]);
    one.stop().await;
}
