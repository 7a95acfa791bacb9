//! Two descriptions of one entity: files that move, are renamed, are registered twice or in two spellings. Nothing
//! vanishes, and the good copy is never the one that goes. Numbers are issues of `backstage/backstage`.

use crate::support::{FakeHost, Process, component, eventually, for_each_database};

const A: &str = "component:default/a";
const OLD: &str = "https://host/old.yaml";
const NEW: &str = "https://host/new.yaml";

/// That the entity was never deleted.
async fn never_vanished(process: &Process) {
    let history = process.catalog.history(A, None, 100).await.expect("a history");
    assert!(history.iter().all(|change| change.kind != "deleted"), "{history:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_16579_a_renamed_file_below_one_glob_keeps_its_entity() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put("https://host/one/catalog-info.yaml", &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        let location = process.register("https://host/*/catalog-info.yaml").await;
        process.appears(A).await;
        let uid = process.uid(A);
        host.remove("https://host/one/catalog-info.yaml");
        host.put("https://host/two/catalog-info.yaml", &component("a", "moved"));
        process.reread(&location, &host).await;
        process.is_described(A, "moved").await;
        assert_eq!(process.uid(A), uid);
        never_vanished(&process).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_17083_a_file_that_moves_between_locations_hands_its_entity_over_when_the_old_one_drops_it() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(OLD, &component("a", "old"));
        host.put(NEW, &component("b", "other"));
        let process = Process::start(database.database(), &host).await;
        let old = process.register(OLD).await;
        let new = process.register(NEW).await;
        process.appears(A).await;
        process.appears("component:default/b").await;
        let uid = process.uid(A);
        // The new place is read first and is a contender; its result does not change afterwards.
        host.put(NEW, &component("a", "new"));
        let mut events = process.events.subscribe();
        process.reread(&new, &host).await;
        let event = events.recv().await.expect("an event");
        assert_eq!(event.topic, "experimental.catalog.conflict");
        assert_eq!(event.payload["entityRef"], A);
        assert_eq!(event.payload["newLocationKey"], format!("url:{NEW}"));
        assert_eq!(event.payload["existingLocationKey"], format!("url:{OLD}"));
        assert_eq!(process.description(A).as_deref(), Some("old"));
        host.put(OLD, &component("c", "something else"));
        process.reread(&old, &host).await;
        process.is_described(A, "new").await;
        assert_eq!(process.uid(A), uid);
        never_vanished(&process).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_18610_removing_the_owner_during_a_conflict_leaves_the_good_copy() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(OLD, &component("a", "old"));
        host.put(NEW, &component("a", "new"));
        let process = Process::start(database.database(), &host).await;
        let old = process.register(OLD).await;
        process.appears(A).await;
        let uid = process.uid(A);
        let new = process.register(NEW).await;
        process.appears(&new.entity_ref).await;
        process.catalog.delete_location(&old.id).await.expect("a removal");
        process.is_described(A, "new").await;
        assert_eq!(process.uid(A), uid);
        never_vanished(&process).await;
        process.vanishes(&old.entity_ref).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_18610_a_file_that_is_gone_lets_its_contender_take_over() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(OLD, &component("a", "old"));
        host.put(NEW, &component("a", "new"));
        let process = Process::start(database.database(), &host).await;
        let old = process.register(OLD).await;
        process.appears(A).await;
        let new = process.register(NEW).await;
        process.appears(&new.entity_ref).await;
        host.remove(OLD);
        process.reread(&old, &host).await;
        process.is_described(A, "new").await;
        never_vanished(&process).await;
        // When it comes back, it contends in its turn.
        host.put(OLD, &component("a", "old"));
        process.reread(&old, &host).await;
        eventually("the error of the old location is gone", async || {
            process.entity(&old.entity_ref).is_some_and(|entity| entity["status"].is_null())
        })
        .await;
        assert_eq!(process.description(A).as_deref(), Some("new"));
        process.catalog.delete_location(&new.id).await.expect("a removal");
        process.is_described(A, "old").await;
        never_vanished(&process).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_14042_two_spellings_of_one_url_do_not_fight() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        let (plain, escaped) = ("https://host/x/a.yaml", "https://host/x%2Fa.yaml");
        host.put(plain, &component("a", "first"));
        host.put(escaped, &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        let first = process.register(plain).await;
        process.appears(A).await;
        let uid = process.uid(A);
        let second = process.register(escaped).await;
        process.appears(&second.entity_ref).await;
        let changes = process.catalog.history(A, None, 100).await.expect("a history").len();
        for _ in 0..3 {
            process.reread(&second, &host).await;
            process.reread(&first, &host).await;
        }
        assert_eq!(process.uid(A), uid);
        let history = process.catalog.history(A, None, 100).await.expect("a history");
        assert_eq!(history.len(), changes, "nobody overwrites the other");
        process.catalog.delete_location(&first.id).await.expect("a removal");
        eventually("the other spelling owns it", async || {
            process.entity(A).is_some_and(|entity| {
                entity["metadata"]["annotations"]["backstage.io/managed-by-location"]
                    == format!("url:{escaped}")
            })
        })
        .await;
        assert_eq!(process.uid(A), uid);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_34251_an_entity_removed_by_hand_comes_back_from_whoever_describes_it() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(OLD, &component("a", "old"));
        let process = Process::start(database.database(), &host).await;
        let old = process.register(OLD).await;
        process.appears(A).await;
        let uid = process.uid(A);
        let removed = process.catalog.remove_entity(&uid).await.expect("a removal");
        assert_eq!(removed, A);
        assert_eq!(process.entity(A), None, "a write answers when the index holds it");
        process.reread(&old, &host).await;
        process.appears(A).await;
        assert_ne!(process.uid(A), uid);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_27398_a_file_that_moves_is_found_at_its_new_place_even_if_the_old_one_is_read_first() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(OLD, &component("a", "old"));
        host.put(NEW, &component("b", "other"));
        let process = Process::start(database.database(), &host).await;
        let old = process.register(OLD).await;
        process.register(NEW).await;
        process.appears(A).await;
        process.appears("component:default/b").await;
        let uid = process.uid(A);
        host.put(OLD, &component("c", "something else"));
        host.put(NEW, &component("a", "new"));
        process.reread(&old, &host).await;
        process.is_described(A, "new").await;
        assert_eq!(process.uid(A), uid);
        never_vanished(&process).await;
        process.stop().await;
    })
    .await;
}
