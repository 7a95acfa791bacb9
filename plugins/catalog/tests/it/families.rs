//! Locations of many entities: handed on in parts while the rest is read, and still one location.

use serde_json::Value;

use crate::support::{FakeHost, Process, component, documents, eventually, for_each_database};

const ALL: &str = "https://host/all.yaml";
const FIRST: &str = "https://host/first.yaml";
const SECOND: &str = "https://host/second.yaml";
const MANY: usize = 1_100;

fn many(prefix: &str, description: &str) -> String {
    let parts: Vec<String> = (0..MANY).map(|i| component(&format!("{prefix}-{i}"), description)).collect();
    documents(&parts)
}

/// A host whose location names two files, the first of them with many entities.
fn host(first: &str, second: &str) -> FakeHost {
    let host = FakeHost::default();
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  type: url\n  \
         targets: [{FIRST}, {SECOND}]\n"
    );
    host.put(ALL, &text);
    host.put(FIRST, first);
    host.put(SECOND, second);
    host
}

async fn reread_all(process: &Process, host: &FakeHost) {
    let before = host.reads(SECOND);
    process.catalog.refresh("location:default/all").await.expect("a refresh");
    eventually("the location is read again", async || host.reads(SECOND) > before).await;
}

fn status(process: &Process) -> Value {
    process.entity("location:default/all").map(|entity| entity["status"].clone()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_entities_are_visible_while_the_other_files_of_their_location_are_still_read() {
    for_each_database(async |database| {
        let host = host(&many("one", "first"), &component("late", "first"));
        host.hold(SECOND);
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        process.appears(&format!("component:default/one-{}", MANY - 1)).await;
        assert_eq!(process.entity("component:default/late"), None);
        host.let_go(SECOND);
        process.appears("component:default/late").await;
        eventually("all are there", async || process.count() as usize == MANY + 3).await;
        let created = process.catalog.history("component:default/one-0", None, 10).await.expect("a history");
        assert_eq!(created.len(), 1, "{created:?}");
        let parents =
            process.catalog.parents(&["component:default/one-0".to_owned()]).await.expect("parents");
        assert_eq!(parents[0].1, "location:default/all");
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_comes_or_goes_in_a_large_location_does_so_alone() {
    for_each_database(async |database| {
        let host = host(&many("one", "first"), &component("two", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        eventually("all are there", async || process.count() as usize == MANY + 3).await;
        let (_, before) = process.catalog.change_bounds().await.expect("bounds");
        let mut parts: Vec<String> = (1..MANY).map(|i| component(&format!("one-{i}"), "first")).collect();
        parts[0] = component("one-1", "changed");
        parts.push(component("new", "first"));
        host.put(FIRST, &documents(&parts));
        reread_all(&process, &host).await;
        process.is_described("component:default/one-1", "changed").await;
        process.appears("component:default/new").await;
        process.vanishes("component:default/one-0").await;
        let changes = process.catalog.changes_after(before, 100).await.expect("changes");
        let mut changed: Vec<_> = changes.iter().map(|change| change.entity_ref.as_str()).collect();
        changed.sort_unstable();
        changed.dedup();
        let expected = ["component:default/new", "component:default/one-0", "component:default/one-1"];
        assert_eq!(changed, expected);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_descriptions_in_different_parts_the_first_counts() {
    for_each_database(async |database| {
        let second = documents(&[component("one-0", "second"), component("two", "first")]);
        let host = host(&many("one", "first"), &second);
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        process.appears("component:default/two").await;
        assert_eq!(process.description("component:default/one-0").as_deref(), Some("first"));
        reread_all(&process, &host).await;
        process.catalog.catch_up().await.expect("the index follows");
        assert_eq!(process.description("component:default/one-0").as_deref(), Some("first"));
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_location_that_is_not_read_to_its_end_keeps_all_that_it_had() {
    for_each_database(async |database| {
        let host = host(&many("one", "first"), &component("two", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        eventually("all are there", async || process.count() as usize == MANY + 3).await;
        host.put(FIRST, &many("one", "second"));
        host.fail(SECOND, "the host is ill");
        reread_all(&process, &host).await;
        eventually("the error is shown", async || status(&process)["items"][0].is_object()).await;
        assert_eq!(process.count() as usize, MANY + 3);
        assert_eq!(process.description("component:default/two").as_deref(), Some("first"));
        host.put(SECOND, &component("two", "second"));
        reread_all(&process, &host).await;
        process.is_described("component:default/two", "second").await;
        process.is_described("component:default/one-0", "second").await;
        eventually("the error is gone", async || status(&process).is_null()).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_of_a_large_location_that_was_removed_by_hand_comes_back() {
    for_each_database(async |database| {
        let host = host(&many("one", "first"), &component("two", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        eventually("all are there", async || process.count() as usize == MANY + 3).await;
        let uid = process.uid("component:default/one-7");
        process.catalog.remove_entity(&uid).await.expect("a removal");
        assert_eq!(process.entity("component:default/one-7"), None);
        reread_all(&process, &host).await;
        process.appears("component:default/one-7").await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_no_database_can_keep_holds_up_nobody_else_of_its_part() {
    use callboard_plugin_catalog::unprocessed::UnprocessedKind;
    for_each_database(async |database| {
        let bad = component("bad", "first").replace("owner: team", "owner: \"te\\0am\"");
        let host = host(&format!("{}---\n{bad}", many("one", "first")), &component("two", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(ALL).await;
        process.appears("component:default/two").await;
        eventually("all others are there", async || process.count() as usize == MANY + 3).await;
        eventually("the reason is listed", async || {
            let failed = process.catalog.unprocessed(UnprocessedKind::Failed).await.expect("failed entities");
            failed.len() == 1 && failed[0].entity_ref == "component:default/bad"
        })
        .await;
        process.stop().await;
    })
    .await;
}
