//! Requests that are not understood: the status and the name that clients switch on, and words that help.

use http::Method;
use serde_json::json;

use super::app::{App, SERVICE, api};
use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_understood_is_400_with_the_words_of_backstage() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    for (path, message) in [
        ("/entities?bogus=1", "Unknown query parameter 'bogus'"),
        ("/entities?filter=", "Empty value found for query parameter 'filter'"),
        ("/entities?limit=-1", "request/query/limit must be >= 0"),
        ("/entities?limit=0", "Invalid limit, must be greater than zero"),
        ("/entities?after=garbage", "Malformed after cursor, could not be parsed"),
        ("/entities?order=up:a", "Invalid order parameter \"up:a\", expected \"<asc or desc>:<field name>\""),
        ("/entities?order=asc:a&order=asc:b&order=asc:c&order=asc:d", "4 orders; a request may have 3"),
        ("/entities?fields=a[0]", "Invalid field \"a[0]\", array type fields are not supported"),
        ("/entities/by-query?orderField=a,sideways", "Invalid order field order, must be asc or desc"),
        ("/entities/by-query?limit=x", "request/query/limit must be integer"),
        ("/entity-facets", "request/query must have required property 'facet'"),
        ("/changes?limit=5000", "request/query/limit must be <= 1000"),
        ("/changes?timeout=100", "request/query/timeout must be <= 60"),
    ] {
        let answer = app.get(path).await;
        assert_eq!((answer.status, answer.error()), (400, "InputError"), "{path}");
        assert_eq!(answer.json["error"]["message"], message, "{path}");
        assert_eq!(answer.json["request"], json!({"method": "GET", "url": path}));
    }
    let cursor = app.get("/entities/by-query?cursor=garbage").await;
    assert!(
        cursor.json["error"]["message"].as_str().is_some_and(|text| text.starts_with("Malformed cursor: "))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_no_text_is_400_in_the_form_of_every_error() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    for (path, part) in [
        ("/entities/by-name/component/default/%FF", "%FF"),
        ("/entities/by-name/component/default/%C3%28/history", "%C3%28"),
        ("/locations/a%FFb", "a%FFb"),
    ] {
        let answer = app.get(path).await;
        assert_eq!((answer.status, answer.error()), (400, "URIError"), "{path}");
        assert_eq!(answer.json["error"]["message"], format!("Failed to decode param '{part}'"));
        assert_eq!(answer.json["request"], json!({"method": "GET", "url": path}));
    }
    assert_eq!(app.get("/entities/by-name/component/default/%C3%A4").await.status, 404);
    assert_eq!(app.get("/entities/by-name/component/default/100%").await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_request_for_a_huge_answer_is_refused() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let mut big = api("big");
    big["spec"]["definition"] = "x".repeat(2 << 20).into();
    app.register("big.yaml", &[big]).await;
    let refs = |count: usize| json!({"entityRefs": vec!["api:default/big"; count]});
    assert_eq!(app.post("/entities/by-refs", refs(2)).await.status, 200);
    let answer = app.post("/entities/by-refs", refs(130)).await;
    assert_eq!((answer.status, answer.error()), (400, "InputError"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_checked_before_anything_happens() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    for (path, body, message) in [
        ("/refresh", json!({}), "request/body must have required property 'entityRef'"),
        (
            "/refresh",
            json!({"entityRef": "a", "x": 1}),
            "request/body must NOT have additional properties: 'x'",
        ),
        ("/entity-facets", json!({}), "request/body must have required property 'facets'"),
        ("/entities/by-refs", json!({}), "request/body must have required property 'entityRefs'"),
        ("/entities/by-refs", json!({"entityRefs": [1]}), "request/body/entityRefs/0 must be string"),
        ("/entities/by-query", json!({"limit": "x"}), "request/body/limit must be integer"),
        (
            "/entities/by-query",
            json!({"query": "x"}),
            "Invalid query: expected an object of conditions, found a string",
        ),
        ("/locations", json!({"target": "x"}), "request/body must have required property 'type'"),
        (
            "/locations",
            json!({"type": "url", "target": "x", "y": 1}),
            "Malformed request: unknown member 'y'",
        ),
        (
            "/locations",
            json!({"type": "file", "target": "/etc/passwd"}),
            "Registered locations must be of an allowed type [\"url\"]",
        ),
        (
            "/locations/by-query",
            json!({"query": {"x": 1}}),
            "Invalid query: unknown field x; expected id, type, target or entityRef",
        ),
        ("/analyze-location", json!({}), "request/body must have required property 'location'"),
        (
            "/analyze-location",
            json!({"location": {"type": "url", "target": "no url"}}),
            "The given location.target is not a URL",
        ),
    ] {
        let answer = app.post(path, body.clone()).await;
        assert_eq!((answer.status, answer.error()), (400, "InputError"), "{path} {body}");
        assert_eq!(answer.json["error"]["message"], message, "{path} {body}");
    }
    let text = [("content-type", "text/plain")];
    let answer = app.call(SERVICE, Method::POST, "/entities/by-refs", Some(json!("x")), &text).await;
    assert_eq!(answer.json["error"]["message"], "unsupported media type text/plain");
    let refs = vec!["component:default/a-rather-long-name"; 4_000];
    let answer = app.post("/entities/by-refs", json!({"entityRefs": refs})).await;
    assert_eq!((answer.status, answer.error()), (413, "PayloadTooLargeError"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_is_not_valid_is_answered_with_its_errors() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let entity = |name: &str| {
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name},
            "spec": {"type": "service", "lifecycle": "x", "owner": "o"},
        })
    };
    let valid = json!({"entity": entity("ok"), "location": "url:https://host/x.yaml"});
    let answer = app.post("/validate-entity", valid).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    for body in [
        json!({"entity": entity("not ok"), "location": "url:https://host/x.yaml"}),
        json!({"entity": entity("ok"), "location": "nowhere"}),
        json!({"entity": entity("ok"), "location": "file:/etc/passwd"}),
    ] {
        let answer = app.post("/validate-entity", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json["errors"][0]["message"].is_string(), "{body}");
    }
    app.stop().await;
}
