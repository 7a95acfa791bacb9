//! Registered locations.

use callboard_model::LocationRef;
use callboard_plugin_catalog::CatalogError;
use callboard_plugin_catalog::config::LocationConflict;
use callboard_plugin_catalog::locations::Registered;

use crate::support::{FakeHost, Process, component, eventually, for_each_database, location};

const URL: &str = "https://host/a.yaml";

#[tokio::test(flavor = "multi_thread")]
async fn a_location_is_registered_once_and_refreshed_if_so_asked() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        let created = process.register(URL).await;
        process.appears("component:default/a").await;
        let location = LocationRef::new("url", URL).expect("a location");
        let again = process.catalog.create_location(&location, LocationConflict::Reject).await;
        let Err(CatalogError::Conflict(message)) = again else { panic!("{again:?}") };
        assert_eq!(message, format!("Location url:{URL} already exists"));
        host.put(URL, &component("a", "second"));
        let again = process.catalog.create_location(&location, LocationConflict::Refresh).await;
        assert_eq!(again.expect("the same location"), Registered::Refreshed(created.clone()));
        process.is_described("component:default/a", "second").await;
        assert_eq!(process.catalog.locations().list().await.expect("locations"), [created]);
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_that_gets_another_target_keeps_what_both_targets_hold() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "old"));
        host.put("https://host/moved.yaml", &component("a", "moved"));
        let process = Process::start(database.database(), &host).await;
        let location = process.register(URL).await;
        process.appears("component:default/a").await;
        let target = LocationRef::new("url", "https://host/moved.yaml").expect("a location");
        let updated = process.catalog.update_location(&location.id, &target).await.expect("an update");
        assert_eq!(updated.entity_ref, location.entity_ref, "the reference in the row stays");
        process.is_described("component:default/a", "moved").await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reaches_the_locations_above_an_entity() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(URL).await;
        process.appears("component:default/a").await;
        host.put(URL, &component("a", "second"));
        process.catalog.refresh("component:default/a").await.expect("a refresh");
        process.is_described("component:default/a", "second").await;
        let unknown = process.catalog.refresh("component:default/none").await;
        assert!(matches!(unknown, Err(CatalogError::NotFound(_))), "{unknown:?}");
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_key_names_who_depends_on_a_source() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "first"));
        let process = Process::start(database.database(), &host).await;
        process.register(URL).await;
        process.appears("component:default/a").await;
        let reads = host.reads(URL);
        process.catalog.refresh_by_keys(&[format!("url:{URL}")]).await.expect("a refresh");
        eventually("it is read again", async || host.reads(URL) > reads).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_unregistered_location_described_too_is_out_of_sight_for_a_moment_and_comes_back_as_it_was() {
    for_each_database(async |database| {
        let host = FakeHost::default();
        host.put(URL, &component("a", "registered"));
        host.put("https://host/all.yaml", &location("all", URL));
        let process = Process::start(database.database(), &host).await;
        let all = process.register("https://host/all.yaml").await;
        process.register(URL).await;
        process.appears("location:default/all").await;
        process.appears("component:default/a").await;
        let sources = "SELECT source FROM catalog_references WHERE target_ref = 'component:default/a'";
        eventually("both describe it", async || {
            database.database().query(sources, &[]).await.expect("references").len() == 2
        })
        .await;
        let uid = process.uid("component:default/a");
        process.catalog.delete_location(&all.id).await.expect("a location");
        // As Backstage answers (recorded: locations-after-delete-child), which loses it for good.
        assert!(process.entity("component:default/a").is_none());
        let soon = "UPDATE catalog_stitch_queue SET queued_at = 0";
        database.database().execute(soon, &[]).await.expect("an update");
        process.appears("component:default/a").await;
        assert_eq!(process.uid("component:default/a"), uid);
        process.stop().await;
    })
    .await;
}
