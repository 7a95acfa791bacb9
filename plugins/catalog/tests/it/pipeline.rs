//! From a configured location to the index.

use serde_json::json;

use crate::support::{FakeHost, Process, component, documents, eventually, for_each_database, quick, write};

const GROUP: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team\nspec:\n  \
                     type: team\n  children: []\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_file_is_in_the_index_with_its_relations() {
    for_each_database(async |database| {
        let directory = tempfile::tempdir().expect("a directory");
        let text = documents(&[GROUP.to_owned(), component("a", "first")]);
        let path = write(&directory, "catalog-info.yaml", &text);
        let section = json!({"locations": [{"type": "file", "target": path}]});
        let process = Process::start_with(database.database(), &FakeHost::default(), section, quick()).await;
        process.appears("component:default/a").await;
        eventually("the team owns the component", async || {
            process.entity("group:default/team").is_some_and(|team| {
                team["relations"] == json!([{"type": "ownerOf", "targetRef": "component:default/a"}])
            })
        })
        .await;
        let entity = process.entity("component:default/a").expect("the component");
        assert_eq!(entity["relations"], json!([{"type": "ownedBy", "targetRef": "group:default/team"}]));
        let location = format!("file:{}", path.display());
        let annotations = &entity["metadata"]["annotations"];
        assert_eq!(annotations["backstage.io/managed-by-location"], location);
        assert_eq!(annotations["backstage.io/managed-by-origin-location"], location);
        assert_eq!(process.count(), 3, "the location itself is an entity too");
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_starts_again_has_everything_at_once_and_changes_nothing() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/a.yaml", &documents(&[GROUP.to_owned(), component("a", "first")]));
        let process = Process::start(database.database(), &host).await;
        process.register("https://host/a.yaml").await;
        process.appears("component:default/a").await;
        eventually("all is stitched", async || {
            process.entity("group:default/team").is_some_and(|team| team["relations"][0].is_object())
        })
        .await;
        let (before, uid) = (process.entity("component:default/a"), process.uid("component:default/a"));
        let bounds = process.catalog.change_bounds().await.expect("bounds");
        process.stop().await;
        let process = Process::start(database.database(), &host).await;
        assert_eq!(process.entity("component:default/a"), before);
        assert_eq!(process.uid("component:default/a"), uid);
        assert_eq!(process.catalog.change_bounds().await.expect("bounds"), bounds);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_source_keeps_the_last_good_state_and_shows_the_error_at_the_entity() {
    use callboard_plugin_catalog::unprocessed::UnprocessedKind;
    for_each_database(async |database| {
        let host = FakeHost::default();
        let url = "https://host/a.yaml";
        host.put(url, &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        let mut events = process.events.subscribe();
        let location = process.register(url).await;
        process.appears("component:default/a").await;
        host.fail(url, "the host is ill");
        process.reread(&location, &host).await;
        eventually("the error is shown", async || {
            process.entity(&location.entity_ref).is_some_and(|entity| {
                let item = &entity["status"]["items"][0];
                item["level"] == "error"
                    && item["message"].as_str().is_some_and(|m| m.contains("the host is ill"))
            })
        })
        .await;
        assert_eq!(process.description("component:default/a").as_deref(), Some("first"));
        let failed = process.catalog.unprocessed(UnprocessedKind::Failed).await.expect("failed entities");
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].entity_ref, location.entity_ref);
        let event = events.recv().await.expect("an event");
        assert_eq!(event.topic, "experimental.catalog.errors");
        assert_eq!(event.payload["entity"], location.entity_ref);
        host.put(url, &component("a", "second"));
        process.reread(&location, &host).await;
        process.is_described("component:default/a", "second").await;
        eventually("the error is gone", async || {
            process.entity(&location.entity_ref).is_some_and(|entity| entity["status"].is_null())
        })
        .await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_never_was_valid_is_invisible_and_listed_as_failed() {
    use callboard_plugin_catalog::unprocessed::UnprocessedKind;
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/a.yaml", &component("a", "first").replace("  owner: team\n", ""));
        let process = Process::start(database.database(), &host).await;
        process.register("https://host/a.yaml").await;
        eventually("the failure is listed", async || {
            let failed = process.catalog.unprocessed(UnprocessedKind::Failed).await.expect("failed entities");
            failed.iter().any(|row| row.entity_ref == "component:default/a" && row.processed.is_none())
        })
        .await;
        assert_eq!(process.entity("component:default/a"), None);
        host.put("https://host/a.yaml", &component("a", "mended"));
        let location = process.catalog.locations().list().await.expect("locations").remove(0);
        process.reread(&location, &host).await;
        process.is_described("component:default/a", "mended").await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_does_not_answer_holds_up_nobody_else() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://slow/a.yaml", &component("slow", "first"));
        host.hold("https://slow/a.yaml");
        host.put("https://host/b.yaml", &component("b", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register("https://slow/a.yaml").await;
        process.register("https://host/b.yaml").await;
        process.appears("component:default/b").await;
        assert_eq!(process.entity("component:default/slow"), None);
        host.let_go("https://slow/a.yaml");
        process.appears("component:default/slow").await;
        assert_eq!(host.reads("https://slow/a.yaml"), 1, "its claim was kept for as long as it took");
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_source_changes_nothing() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/a.yaml", &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        let location = process.register("https://host/a.yaml").await;
        process.appears("component:default/a").await;
        let bounds = process.catalog.change_bounds().await.expect("bounds");
        process.reread(&location, &host).await;
        process.reread(&location, &host).await;
        assert_eq!(process.catalog.change_bounds().await.expect("bounds"), bounds);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_rules_have_everything_processed_again() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/a.yaml", &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register("https://host/a.yaml").await;
        process.appears("component:default/a").await;
        process.stop().await;
        let section = json!({"rules": [{"allow": ["Location"]}]});
        let process = Process::start_with(database.database(), &host, section, quick()).await;
        eventually("the location says that the kind is not allowed", async || {
            let location = process.catalog.locations().list().await.expect("locations").remove(0);
            process.entity(&location.entity_ref).is_some_and(|entity| {
                let message = entity["status"]["items"][0]["message"].as_str().unwrap_or_default().to_owned();
                message.contains("not of an allowed kind")
            })
        })
        .await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_no_database_can_keep_fails_alone_and_says_why() {
    use callboard_plugin_catalog::unprocessed::UnprocessedKind;
    for_each_database(async |database| {
        let host = FakeHost::default();
        let mut parts: Vec<String> = (0..9).map(|i| component(&format!("good{i}"), "first")).collect();
        parts.push(component("bad", "first").replace("owner: team", "owner: \"te\\0am\""));
        host.put("https://host/a.yaml", &documents(&parts));
        let process = Process::start(database.database(), &host).await;
        process.register("https://host/a.yaml").await;
        for i in 0..9 {
            process.appears(&format!("component:default/good{i}")).await;
        }
        eventually("the reason is listed", async || {
            let failed = process.catalog.unprocessed(UnprocessedKind::Failed).await.expect("failed entities");
            failed.len() == 1 && failed[0].entity_ref == "component:default/bad"
        })
        .await;
        process.stop().await;
    })
    .await;
}
