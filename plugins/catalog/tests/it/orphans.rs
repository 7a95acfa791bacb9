//! Entities that nothing describes any more.

use serde_json::json;

use crate::support::{
    FakeHost, Process, component, documents, eventually, for_each_database, location, quick,
};

const A: &str = "component:default/a";
const URL: &str = "https://host/a.yaml";

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_its_file_no_longer_holds_is_removed() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &documents(&[component("a", "first"), component("b", "first")]));
        let process = Process::start(database.database(), &host).await;
        let root = process.register(URL).await;
        process.appears(A).await;
        host.put(URL, &component("b", "first"));
        process.reread(&root, &host).await;
        process.vanishes(A).await;
        assert!(process.entity("component:default/b").is_some());
        let last = process.catalog.history(A, None, 1).await.expect("a history").remove(0);
        assert_eq!((last.kind.as_str(), last.cause.as_str()), ("deleted", "orphan"));
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_keep_strategy_an_orphan_stays_and_is_annotated_until_it_is_adopted() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &documents(&[component("a", "first"), component("b", "first")]));
        let section = json!({"orphanStrategy": "keep"});
        let process = Process::start_with(database.database(), &host, section, quick()).await;
        let root = process.register(URL).await;
        process.appears(A).await;
        let uid = process.uid(A);
        host.put(URL, &component("b", "first"));
        process.reread(&root, &host).await;
        let orphan = |process: &Process| {
            process.entity(A).map(|e| e["metadata"]["annotations"]["backstage.io/orphan"].clone())
        };
        eventually("it is an orphan", async || orphan(&process) == Some(json!("true"))).await;
        host.put("https://host/other.yaml", &component("a", "adopted"));
        process.register("https://host/other.yaml").await;
        eventually("it is adopted", async || {
            orphan(&process) == Some(json!(null)) && process.description(A).as_deref() == Some("adopted")
        })
        .await;
        assert_eq!(process.uid(A), uid);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_location_removes_its_tree_at_once_except_what_another_root_reaches() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/root.yaml", &location("nested", "https://host/shared.yaml"));
        host.put("https://host/shared.yaml", &component("a", "shared"));
        host.put("https://host/own.yaml", &component("own", "own"));
        host.put(
            "https://host/first.yaml",
            &documents(&[
                location("left", "https://host/own.yaml"),
                location("right", "https://host/shared.yaml"),
            ]),
        );
        let process = Process::start(database.database(), &host).await;
        let first = process.register("https://host/first.yaml").await;
        process.appears("component:default/own").await;
        process.appears(A).await;
        process.register("https://host/root.yaml").await;
        process.appears("location:default/nested").await;
        eventually("both roots reach it", async || {
            let parents = process.catalog.parents(&[A.to_owned()]).await.expect("parents");
            parents.len() == 2
        })
        .await;
        process.catalog.delete_location(&first.id).await.expect("a removal");
        assert_eq!(process.entity("component:default/own"), None);
        assert_eq!(process.entity("location:default/left"), None);
        assert_eq!(process.description(A).as_deref(), Some("shared"));
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn locations_that_name_each_other_in_a_circle_go_with_their_root() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/1.yaml", &location("one", "https://host/2.yaml"));
        host.put(
            "https://host/2.yaml",
            &documents(&[location("two", "https://host/1.yaml"), component("a", "in a circle")]),
        );
        let process = Process::start(database.database(), &host).await;
        let root = process.register("https://host/1.yaml").await;
        process.appears(A).await;
        eventually("the circle is closed", async || {
            let one = ["location:default/one".to_owned()];
            process.catalog.parents(&one).await.expect("parents").len() == 2
        })
        .await;
        process.catalog.delete_location(&root.id).await.expect("a removal");
        assert_eq!(process.count(), 0);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_of_a_location_that_left_the_configuration_are_removed_at_start() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "first"));
        let section = json!({"locations": [{"type": "url", "target": URL}]});
        let process = Process::start_with(database.database(), &host, section, quick()).await;
        process.appears(A).await;
        process.stop().await;
        let process = Process::start(database.database(), &host).await;
        assert_eq!(process.count(), 0);
        process.stop().await;
    })
    .await;
}
