//! What a caller may not read leaves no trace: not in lists, counts, facets, orders, ancestry or history.

use std::sync::Arc;

use callboard_kit::permission::Decision;
use http::Method;
use serde_json::{Value, json};

use super::app::{App, SERVICE, Users, api, component};
use crate::support::{TestDatabase, for_each_database};

const ADA: &str = "user:default/ada";

fn rule(name: &str, params: Value) -> Value {
    json!({"rule": name, "resourceType": "catalog-entity", "params": params})
}

fn entities() -> [Value; 3] {
    [component("a", Some("Seen"), &["go"]), component("b", None, &["go"]), api("secret")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_is_part_of_every_query() {
    for_each_database(async |database| {
        let users = Users::only(rule("IS_ENTITY_KIND", json!({"kinds": ["Component"]})));
        let app = App::start_with(&database, json!({}), users).await;
        app.register("all.yaml", &entities()).await;
        let count = async |caller: &str, path: &str| {
            let json = app.get_as(caller, path).await.json;
            json["totalItems"].as_u64().unwrap_or_else(|| json.as_array().map_or(0, Vec::len) as u64)
        };
        for path in ["/entities", "/entities?limit=100", "/entities/by-query", "/entities/by-query?limit=0"] {
            assert_eq!((count(SERVICE, path).await, count(ADA, path).await), (4, 2), "{path}");
        }
        assert_eq!(count(ADA, "/entities/by-query?orderField=metadata.name").await, 2);
        assert_eq!(count(ADA, "/entities?filter=kind%3Dapi&filter=kind%3Dcomponent").await, 2);
        let facets = app.get_as(ADA, "/entity-facets?facet=kind&facet=relations.ownedBy").await;
        assert_eq!(facets.json["facets"]["kind"], json!([{"value": "Component", "count": 2}]));
        assert_eq!(facets.json["facets"]["relations.ownedBy"].as_array().map(Vec::len), Some(1));
        let refs = json!({"entityRefs": ["api:default/secret", "component:default/a"], "fields": ["kind"]});
        let answer = app.call(ADA, Method::POST, "/entities/by-refs", Some(refs), &[]).await;
        assert_eq!(answer.json, json!({"items": [null, {"kind": "Component"}]}));
        let secret = app.get("/entities/by-name/api/default/secret").await;
        let uid = secret.json["metadata"]["uid"].as_str().expect("a uid");
        for path in [
            "/entities/by-name/api/default/secret".to_owned(),
            format!("/entities/by-uid/{uid}"),
            "/entities/by-name/api/default/secret/history".to_owned(),
        ] {
            let answer = app.get_as(ADA, &path).await;
            assert_eq!((answer.status, answer.error()), (404, "NotFoundError"), "{path}");
        }
        for name in ["secret", "nope"] {
            let path = format!("/entities/by-name/api/default/{name}/ancestry");
            assert_eq!(app.get_as(ADA, &path).await.status, 403, "whether {name} is there is not told");
        }
        let ancestry = app.get_as(ADA, "/entities/by-name/component/default/a/ancestry").await;
        let items = ancestry.json["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "the Location above is not hers to see");
        assert_eq!(items[0]["parentEntityRefs"], json!([]), "nor is its name");
        let changes = app.get_as(ADA, "/changes?after=0").await;
        let hidden = |item: &&Value| {
            item["entityRef"] != "component:default/a" && item["entityRef"] != "component:default/b"
        };
        assert_eq!(changes.json["items"].as_array().expect("items").iter().find(hidden), None);
        assert_eq!(
            changes.json["next"],
            app.catalog.change_bounds().await.expect("bounds").1,
            "what is hidden is passed over"
        );
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_holds_nothing_of_the_condition_and_is_worth_no_more_than_its_caller() {
    let database = TestDatabase::sqlite().await;
    let users = Users::only(rule("HAS_METADATA", json!({"key": "title"})));
    let app = App::start_with(&database, json!({}), users).await;
    app.register("all.yaml", &entities()).await;
    let first = app.get("/entities/by-query?limit=1&orderField=metadata.name&filter=kind%3Dcomponent").await;
    let cursor = first.json["pageInfo"]["nextCursor"].as_str().expect("a cursor").to_owned();
    let body = json!({"cursor": cursor});
    let all = app.post("/entities/by-query", body.clone()).await;
    assert_eq!(all.json["items"].as_array().map(Vec::len), Some(1), "b");
    let hers = app.call(ADA, Method::POST, "/entities/by-query", Some(body), &[]).await;
    assert_eq!(hers.json["items"], json!([]), "b has no title");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_denied_sees_empty_lists_and_can_change_nothing() {
    let database = TestDatabase::sqlite().await;
    let app = App::start_with(&database, json!({}), Arc::new(Users(Decision::Deny))).await;
    let location = app.register("all.yaml", &entities()).await.json["location"]["id"].clone();
    let location = format!("/locations/{}", location.as_str().expect("an id"));
    let uid = app.get("/entities/by-name/component/default/a").await.json["metadata"]["uid"].clone();
    let entity = format!("/entities/by-uid/{}", uid.as_str().expect("a uid"));
    for (path, expected) in [
        ("/entities", json!([])),
        ("/entities?limit=5", json!([])),
        ("/entities/by-query", json!({"items": [], "totalItems": 0, "pageInfo": {}})),
        ("/entity-facets?facet=kind", json!({"facets": {"kind": []}})),
        ("/locations", json!([])),
    ] {
        assert_eq!(app.get_as(ADA, path).await.json, expected, "{path}");
    }
    let target = json!({"type": "url", "target": "https://host/new.yaml"});
    let valid = json!({"entity": component("x", None, &[]), "location": "url:https://host/x"});
    for (method, path, body, status) in [
        (Method::GET, "/entities/by-name/component/default/a", None, 404),
        (Method::GET, "/entities/by-name/component/default/a/ancestry", None, 403),
        (Method::GET, &location, None, 404),
        (Method::GET, "/locations/by-entity/component/default/a", None, 404),
        (Method::GET, "/entities/unprocessed/failed", None, 403),
        (Method::GET, "/entities/unprocessed/pending", None, 403),
        (Method::DELETE, "/entities/unprocessed/delete/x", None, 403),
        (Method::DELETE, &entity, None, 403),
        (Method::DELETE, &location, None, 403),
        (Method::PUT, &location, Some(target.clone()), 403),
        (Method::POST, "/locations", Some(target.clone()), 403),
        (Method::POST, "/locations?dryRun=true", Some(target.clone()), 403),
        (Method::POST, "/refresh", Some(json!({"entityRef": "component:default/a"})), 403),
        (Method::POST, "/analyze-location", Some(json!({"location": target})), 403),
        (Method::POST, "/validate-entity", Some(valid), 403),
    ] {
        let answer = app.call(ADA, method.clone(), path, body, &[]).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        let anonymous = app.call("", method, path, None, &[]).await;
        assert_eq!((anonymous.status, anonymous.error()), (401, "AuthenticationError"), "{path}");
    }
    assert_eq!(app.get("/entities/by-query?limit=0").await.json["totalItems"], 4, "all is still there");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_callers_never_share_an_entity_tag_of_a_list() {
    let database = TestDatabase::sqlite().await;
    let users = Users::only(rule("IS_ENTITY_KIND", json!({"kinds": ["Component"]})));
    let app = App::start_with(&database, json!({}), users).await;
    app.register("all.yaml", &entities()).await;
    for path in ["/entities", "/entities/by-query", "/entity-facets?facet=kind"] {
        let tag = app.get(path).await.header("etag").to_owned();
        let hers = app.call(ADA, Method::GET, path, None, &[("if-none-match", &tag)]).await;
        assert_eq!(hers.status, 200, "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_are_applied_for_plugins_and_for_nobody_else() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    app.register("all.yaml", &entities()).await;
    let path = "/.well-known/backstage/permissions/apply-conditions";
    let ask = |refs: Value, conditions: Value| json!({"items": [{"id": "1", "resourceRef": refs, "resourceType": "catalog-entity", "conditions": conditions}]});
    let kind = rule("IS_ENTITY_KIND", json!({"kinds": ["component"]}));
    for (refs, conditions, expected) in [
        (json!("component:default/a"), kind.clone(), json!("ALLOW")),
        (json!("api:default/secret"), kind.clone(), json!("DENY")),
        (json!("api:default/secret"), json!({"not": kind}), json!("ALLOW")),
        (json!("api:default/nope"), json!({"not": kind}), json!("DENY")),
        (json!(["component:default/a", "api:default/secret"]), kind.clone(), json!(["ALLOW", "DENY"])),
    ] {
        let answer = app.post(path, ask(refs.clone(), conditions)).await;
        assert_eq!(answer.json, json!({"items": [{"id": "1", "result": expected}]}), "{refs}");
    }
    let question = ask(json!("component:default/a"), kind);
    let user = app.call(ADA, Method::POST, path, Some(question.clone()), &[]).await;
    assert_eq!((user.status, user.error()), (403, "NotAllowedError"));
    let through_plugin = format!("{ADA}+plugin:permission");
    assert_eq!(app.call(&through_plugin, Method::POST, path, Some(question), &[]).await.status, 200);
    let unknown = app.post(path, ask(json!("component:default/a"), rule("NOPE", json!({})))).await;
    assert_eq!(unknown.status, 500);
    let metadata = app.get("/.well-known/backstage/permissions/metadata").await;
    assert_eq!(metadata.json["permissions"].as_array().map(Vec::len), Some(11));
    assert_eq!(metadata.json["rules"].as_array().map(Vec::len), Some(6));
    assert_eq!(app.get("/.backstage/scheduler/v1/tasks").await.json, json!({"tasks": []}));
    app.stop().await;
}
