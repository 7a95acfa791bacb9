//! Registering, looking before, changing and removing locations; refreshing and removing entities.

use http::Method;
use serde_json::{Value, json};

use super::app::{App, SERVICE, component};
use crate::support::{TestDatabase, eventually, for_each_database};

fn url(name: &str) -> Value {
    json!({"type": "url", "target": format!("https://host/{name}")})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_lives_from_registering_to_removal() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        let created = app.register("a.yaml", &[component("a", None, &[])]).await;
        let location = created.json["location"].clone();
        let id = location["id"].as_str().expect("an id").to_owned();
        assert_eq!(created.json["entities"], json!([]));
        assert_eq!(app.get(&format!("/locations/{id}")).await.json, location);
        assert_eq!(app.get("/locations").await.json, json!([{"data": location}]));
        let by_entity = app.get("/locations/by-entity/component/default/A").await;
        assert_eq!(by_entity.json, location);
        let page = app.post("/locations/by-query", json!({"limit": 1, "query": {"type": "URL"}})).await;
        assert_eq!(page.json, json!({"items": [location], "totalItems": 1, "pageInfo": {}}));
        let again = app.post("/locations", url("a.yaml")).await;
        assert_eq!((again.status, again.error()), (409, "ConflictError"));
        let refreshed = app.post("/locations?onConflict=refresh", url("a.yaml")).await;
        assert_eq!((refreshed.status, &refreshed.json["location"]), (201, &location));

        app.host.put("https://host/b.yaml", &component("b", None, &[]).to_string());
        let path = format!("/locations/{id}");
        let changed = app.call(SERVICE, Method::PUT, &path, Some(url("b.yaml")), &[]).await;
        assert_eq!(changed.json["target"], "https://host/b.yaml");
        assert_eq!(changed.json["entityRef"], location["entityRef"], "the reference in the row stays");
        let index = app.catalog.index();
        let has = |entity_ref: &str| index.read().by_ref(entity_ref).is_some();
        eventually("b came for a", async || has("component:default/b") && !has("component:default/a")).await;

        assert_eq!(app.call(SERVICE, Method::DELETE, &path, None, &[]).await.status, 204);
        assert!(!has("component:default/b"), "an answer comes when the index has followed");
        let gone = app.call(SERVICE, Method::DELETE, &path, None, &[]).await;
        assert_eq!((gone.status, gone.error()), (404, "NotFoundError"));
        assert_eq!(app.get("/locations").await.json, json!([]));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_what_would_come_and_stores_nothing() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.host.put("https://host/a.yaml", &component("a", None, &[]).to_string());
        let preview = app.post("/locations?dryRun=true", url("a.yaml")).await;
        assert_eq!(preview.status, 201);
        assert_eq!(preview.json["exists"], false);
        assert_eq!(preview.json["location"]["id"], "url:https://host/a.yaml");
        let names: Vec<_> = preview.json["entities"].as_array().expect("entities").iter().collect();
        assert_eq!(names.len(), 2, "the location and what it holds");
        assert_eq!(app.get("/locations").await.json, json!([]));

        let mut broken = component("broken", None, &[]);
        broken["spec"].as_object_mut().expect("a spec").remove("owner");
        app.host.put("https://host/broken.yaml", &broken.to_string());
        let refused = app.post("/locations?dryRun=1", url("broken.yaml")).await;
        assert_eq!((refused.status, refused.error()), (400, "InputError"));
        assert_eq!(refused.json["error"]["details"][0]["entityRef"], "component:default/broken");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_catalog_previews_and_registers_nothing() {
    let database = TestDatabase::sqlite().await;
    let allow = std::sync::Arc::new(callboard_kit::permission::AllowAll);
    let app = App::start_with(&database, json!({"readonly": true}), allow).await;
    app.host.put("https://host/a.yaml", &component("a", None, &[]).to_string());
    assert_eq!(app.post("/locations?dryRun=true", url("a.yaml")).await.status, 201);
    let id = "/locations/00000000-0000-0000-0000-000000000000";
    for (method, path, body) in [
        (Method::POST, "/locations", Some(url("a.yaml"))),
        (Method::PUT, id, Some(url("a.yaml"))),
        (Method::DELETE, id, None),
    ] {
        let answer = app.call(SERVICE, method, path, body, &[]).await;
        assert_eq!((answer.status, answer.error()), (403, "NotAllowedError"), "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reads_again_and_a_removed_entity_is_gone_at_once() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", None, &[])]).await;
        app.host.put("https://host/a.yaml", &component("a", Some("New"), &[]).to_string());
        let answer = app.post("/refresh", json!({"entityRef": "Component:default/a"})).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        let path = "/entities/by-name/component/default/a";
        eventually("the new title", async || app.get(path).await.json["metadata"]["title"] == "New").await;
        let unknown = app.post("/refresh", json!({"entityRef": "component:default/nope"})).await;
        assert_eq!((unknown.status, unknown.error()), (404, "NotFoundError"));

        let uid = app.get(path).await.json["metadata"]["uid"].as_str().expect("a uid").to_owned();
        let removal = format!("/entities/by-uid/{uid}");
        assert_eq!(app.call(SERVICE, Method::DELETE, &removal, None, &[]).await.status, 204);
        let unknown = "/entities/by-uid/00000000-0000-0000-0000-000000000000";
        assert_eq!(app.call(SERVICE, Method::DELETE, unknown, None, &[]).await.status, 204);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_entities_are_listed_with_their_reason() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        let mut broken = component("broken", None, &[]);
        broken["spec"].as_object_mut().expect("a spec").remove("owner");
        app.host.put("https://host/x.yaml", &broken.to_string());
        app.post("/locations", url("x.yaml")).await;
        let failed = "/entities/unprocessed/failed";
        let count = async |path: &str| app.get(path).await.json["entities"].as_array().map_or(0, Vec::len);
        eventually("the failure is listed", async || count(failed).await == 1).await;
        let answer = app.get(failed).await;
        assert_eq!(answer.json["type"], "failed");
        let row = &answer.json["entities"][0];
        assert_eq!(row["entity_ref"], "component:default/broken");
        assert!(row["errors"][0]["message"].as_str().is_some_and(|text| text.contains("owner")), "{row:#}");
        assert_eq!(count("/entities/unprocessed/failed?owner=nobody").await, 0);
        assert_eq!(app.get("/entities/unprocessed/pending").await.json["type"], "pending");
        let path = format!("/entities/unprocessed/delete/{}", row["entity_id"].as_str().expect("an id"));
        assert_eq!(app.call(SERVICE, Method::DELETE, &path, None, &[]).await.status, 204);
        assert_eq!(count(failed).await, 0);
        app.stop().await;
    })
    .await;
}
