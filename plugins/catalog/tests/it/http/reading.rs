//! Single entities, many by reference, ancestry: what is answered, and what is answered again as 304.

use http::Method;
use serde_json::json;

use super::app::{App, SERVICE, api, component};
use crate::support::for_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_is_found_by_name_in_any_case_and_by_uid() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("Artist-Web", None, &["java"])]).await;
        let by_name = app.get("/entities/by-name/Component/DEFAULT/artist-WEB").await;
        assert_eq!(
            (by_name.status, by_name.header("content-type")),
            (200, "application/json; charset=utf-8")
        );
        assert_eq!(by_name.json["metadata"]["name"], "Artist-Web");
        let uid = by_name.json["metadata"]["uid"].as_str().expect("a uid");
        let by_uid = app.get(&format!("/entities/by-uid/{uid}")).await;
        assert_eq!(by_uid.text, by_name.text, "the same stored bytes");
        let missing = app.get("/entities/by-name/component/default/nope").await;
        assert_eq!((missing.status, missing.error()), (404, "NotFoundError"));
        assert_eq!(
            missing.json["error"]["message"],
            "No entity named 'nope' found, with kind 'component' in namespace 'default'"
        );
        for uid in ["00000000-0000-0000-0000-000000000000", "no-uid"] {
            assert_eq!(app.get(&format!("/entities/by-uid/{uid}")).await.error(), "NotFoundError");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_answered_with_304_until_it_changes() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", None, &[])]).await;
        app.register("b.yaml", &[component("b", None, &[])]).await;
        let lists = [
            "/entities",
            "/entities?limit=1",
            "/entities/by-query?orderField=metadata.name",
            "/entity-facets?facet=kind",
        ];
        let mut tags = Vec::new();
        for path in lists.into_iter().chain(["/entities/by-name/component/default/a", "/locations"]) {
            let first = app.get(path).await;
            assert_eq!(first.status, 200);
            let tag = first.header("etag").to_owned();
            let headers = [("if-none-match", tag.as_str())];
            let again = app.call(SERVICE, Method::GET, path, None, &headers).await;
            assert_eq!(
                (again.status, again.text.as_str(), again.header("etag")),
                (304, "", tag.as_str()),
                "{path}"
            );
            let other = [("if-none-match", "W/\"other\"")];
            assert_eq!(app.call(SERVICE, Method::GET, path, None, &other).await.status, 200);
            tags.push((path, tag));
        }
        app.register("c.yaml", &[component("c", None, &[])]).await;
        for (path, tag) in &tags {
            let answer = app.call(SERVICE, Method::GET, path, None, &[("if-none-match", tag)]).await;
            let expected = if path.ends_with("/a") { 304 } else { 200 };
            assert_eq!(answer.status, expected, "{path} after another entity came");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_by_reference_come_in_the_order_asked_for_with_null_for_what_is_not_there() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", None, &[]), api("b")]).await;
        let refs = ["api:default/b", "component:default/nope", "component:default/a", "api:default/b"];
        let answer = app.post("/entities/by-refs", json!({"entityRefs": refs, "fields": ["kind"]})).await;
        assert_eq!(
            answer.json,
            json!({"items": [{"kind": "API"}, null, {"kind": "Component"}, {"kind": "API"}]})
        );
        // References are compared as they stand.
        let short = json!({"entityRefs": ["Component:default/a", "component:a", "a"]});
        assert_eq!(app.post("/entities/by-refs", short).await.json, json!({"items": [null, null, null]}));
        let refs = json!(["component:default/a", "api:default/b"]);
        for (path, query) in [("", json!({"kind": "api"})), ("?filter=kind%3Dapi", json!(null))] {
            let body = json!({"entityRefs": refs, "query": query, "fields": ["metadata.name"]});
            let answer = app.post(&format!("/entities/by-refs{path}"), body).await;
            assert_eq!(answer.json, json!({"items": [null, {"metadata": {"name": "b"}}]}));
        }
        let both = json!({"entityRefs": refs, "query": {"kind": "api"}});
        let answer = app.post("/entities/by-refs?filter=kind%3Dcomponent", both).await;
        assert_eq!(answer.json, json!({"items": [null, null]}), "filter and query must both hold");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ancestry_leads_from_the_entity_to_the_location_that_was_registered() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.host.put("https://host/leaf.yaml", &component("leaf", None, &[]).to_string());
        let location = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {"name": "middle"},
            "spec": {"type": "url", "target": "https://host/leaf.yaml"},
        });
        app.register("top.yaml", &[location]).await;
        let index = app.catalog.index();
        crate::support::eventually("the leaf", async || {
            index.read().by_ref("component:default/leaf").is_some()
        })
        .await;
        let answer = app.get("/entities/by-name/component/default/leaf/ancestry").await;
        assert_eq!(answer.json["rootEntityRef"], "component:default/leaf");
        let items = answer.json["items"].as_array().expect("items");
        let names: Vec<_> = items.iter().map(|item| item["entity"]["metadata"]["name"].as_str()).collect();
        assert_eq!(items.len(), 3, "{names:?}");
        assert_eq!(names[0], Some("leaf"), "the entity itself is first");
        let last = &items[2];
        assert_eq!(last["entity"]["spec"]["target"], "https://host/top.yaml");
        assert_eq!(last["parentEntityRefs"], json!([]));
        let unknown = app.get("/entities/by-name/component/default/nope/ancestry").await;
        assert_eq!((unknown.status, unknown.error()), (404, "NotFoundError"));
        app.stop().await;
    })
    .await;
}
