//! The change log.

use callboard_plugin_catalog::CatalogError;
use serde_json::{Value, json};

use crate::support::{FakeHost, Process, component, eventually, for_each_database};

const A: &str = "component:default/a";
const URL: &str = "https://host/a.yaml";

fn description(entity: Option<&String>) -> Option<String> {
    let entity: Value = serde_json::from_str(entity?).expect("JSON");
    entity["metadata"]["description"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_of_an_entity_is_in_its_history_with_before_and_after() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        let process = Process::start(database.database(), &host).await;
        host.put(URL, &component("a", "one"));
        let location = process.register(URL).await;
        for text in ["one", "two", "three"] {
            host.put(URL, &component("a", text));
            process.catalog.refresh(&location.entity_ref).await.expect("a refresh");
            process.is_described(A, text).await;
        }
        process.catalog.delete_location(&location.id).await.expect("a removal");
        let mut history = process.catalog.history(A, None, 10).await.expect("a history");
        history.reverse();
        let told: Vec<_> = history
            .iter()
            .map(|c| (c.kind.as_str(), description(c.before.as_ref()), description(c.after.as_ref())))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("created", None, some("one")),
                ("updated", some("one"), some("two")),
                ("updated", some("two"), some("three")),
                ("deleted", some("three"), None),
            ]
        );
        assert_eq!(history[0].cause, format!("url:{URL}"));
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_has_no_gaps_and_tells_who_waits() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        let process = Process::start(database.database(), &host).await;
        let mut news = process.catalog.subscribe();
        host.put(URL, &component("a", "one"));
        process.register(URL).await;
        news.wait_for(|sequence| *sequence >= 2).await.expect("news");
        process.appears(A).await;
        let changes = process.catalog.changes_after(0, 100).await.expect("changes");
        let numbers: Vec<i64> = changes.iter().map(|change| change.sequence).collect();
        assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
        assert_eq!(process.catalog.changes_after(1, 1).await.expect("changes"), changes[1..2]);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_older_than_what_is_kept_is_answered_with_the_oldest() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        let process = Process::start(database.database(), &host).await;
        let sql = "UPDATE catalog_state SET sequence = 9, oldest_sequence = 8 WHERE id = 1";
        database.database().execute(sql, &[]).await.expect("a log that was trimmed");
        let answer = process.catalog.changes_after(6, 10).await;
        assert!(matches!(answer, Err(CatalogError::Gone { oldest: 8 })), "{answer:?}");
        assert!(process.catalog.changes_after(7, 10).await.is_ok());
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_trimmed_to_its_limit_and_readers_learn_it() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        let process = Process::start(database.database(), &host).await;
        let many: Vec<String> = (0..1_200).map(|i| component(&format!("c{i}"), "first")).collect();
        host.put(URL, &many.join("---\n"));
        process.register(URL).await;
        eventually("all are there", async || process.count() == 1_201).await;
        process.stop().await;
        let section = json!({"history": {"maxChanges": 1}});
        let timing = crate::support::quick();
        let process = Process::start_with(database.database(), &host, section, timing).await;
        eventually("the log is trimmed", async || {
            let (oldest, newest) = process.catalog.change_bounds().await.expect("bounds");
            newest - oldest == 999
        })
        .await;
        assert_eq!(process.catalog.changes_after(500, 1).await.expect("changes").len(), 1);
        process.stop().await;
    })
    .await;
}
