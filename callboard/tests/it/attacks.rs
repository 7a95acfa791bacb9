//! Published attacks replayed on the running program. Those on one part alone stand with that part; docs/attacks.md
//! lists them all.

use base64::Engine;
use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};

use crate::faults::source::Source;
use crate::server::{self, Server, TOKEN};

const CANARY: &str = "canary-5d1e77";

/// The status of a request with any token, or none.
async fn status(server: &Server, method: &str, path: &str, token: &str) -> u16 {
    let method = method.parse().expect("a method");
    let mut request = server.http.request(method, format!("{}{path}", server.base_url));
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2023_25571_a_script_in_an_annotation_is_no_link_in_what_is_served() {
    const FILE: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: evil\n  annotations:\n    backstage.io/view-url: \"javascript:alert(1)\"\n    backstage.io/edit-url: \" java\\tscript:alert(1)\"\nspec: {type: service, lifecycle: x, owner: crew}\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: worse}\nspec: {type: url, target: \"javascript:alert(1)\"}\n";
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("catalog-info.yaml");
    std::fs::write(&file, FILE).expect("a file");
    let locations = json!({"catalog": {"locations": [{"type": "file", "target": file}]}});
    let server = Server::start(&server::config(&database.config(), locations));
    server.ready().await;
    let path = "/api/catalog/entities/by-name/component/default/evil";
    eventually("the component is there", || async { server.get(path).await.0 == 200 }).await;
    let annotations = server.get(path).await.1["metadata"]["annotations"].to_string();
    assert!(!annotations.contains("script:"), "{annotations}");
    eventually("the location has failed", || async {
        let (_, failed) = server.get("/api/catalog/entities/unprocessed/failed").await;
        failed["entities"].as_array().is_some_and(|list| list.len() == 1)
    })
    .await;
    for target in ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)"] {
        let body = json!({"type": "url", "target": target});
        let url = format!("{}/api/catalog/locations", server.base_url);
        let answer = server.http.post(url).bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2024_45815_crafted_queries_leave_the_server_as_it_was() {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&server::config(&database.config(), json!({})));
    server.ready().await;
    let before = server.get("/api/catalog/entities/by-query").await;
    let cursor = |value: &str| base64::engine::general_purpose::STANDARD.encode(value);
    let deep = |open: &str, close: &str| format!("{}{}{}", open.repeat(4_000), "1", close.repeat(4_000));
    let mut paths = Vec::new();
    for key in
        ["__proto__", "constructor", "prototype", "__proto__.polluted", "constructor.prototype.polluted"]
    {
        for path in [
            format!("/entities?filter={key}=1"),
            format!("/entities?filter=metadata.{key}"),
            format!("/entities?fields={key},metadata.{key}"),
            format!("/entities?order=asc:{key}&limit=1"),
            format!(
                "/entities/by-query?orderField={key},asc&fullTextFilterTerm=x&fullTextFilterFields={key}"
            ),
            format!("/entity-facets?facet={key}"),
            format!("/entities/by-name/{key}/{key}/{key}"),
            format!(
                "/entities/by-query?cursor={}",
                cursor(&format!(
                    r#"{{"{key}":{{"a":1}},"orderFields":[],"query":{{"{key}":{{"{key}":1}}}}}}"#
                ))
            ),
        ] {
            paths.push(path);
        }
    }
    paths.push(format!("/entities/by-query?cursor={}", cursor(&deep(r#"{"query":"#, "}"))));
    paths.push(format!("/entities/by-query?cursor={}", "A".repeat(60_000)));
    paths.push(format!("/entities?filter={}", "kind=a,".repeat(8_000)));
    for path in &paths {
        let status = status(&server, "GET", &format!("/api/catalog{path}"), TOKEN).await;
        assert!(status < 500, "{status}: {}", &path[..path.len().min(200)]);
    }
    let bodies = [
        deep(r#"{"query":{"$not":"#, "}}"),
        format!(r#"{{"query":{}}}"#, deep(r#"{"$all":["#, "]}")),
        format!(r#"{{"query":{}}}"#, deep("[", "]")),
        format!(r#"{{"query":{{"$any":[{}{{}}]}}}}"#, r#"{"kind":"a"},"#.repeat(7_000)),
        r#"{"query":{"__proto__":{"toString":"x"},"constructor":{"$in":["a"]}}}"#.to_owned(),
        r#"{"__proto__":{"query":1},"query":{"kind":{"$exists":{"__proto__":1}}}}"#.to_owned(),
        r#"{"query":{"metadata.name":{"$hasPrefix":{}}}}"#.to_owned(),
    ];
    for body in &bodies {
        for path in ["entities/by-query", "entity-facets", "entities/by-refs", "locations/by-query"] {
            let request =
                server.http.post(format!("{}/api/catalog/{path}", server.base_url)).bearer_auth(TOKEN);
            let request = request.header("content-type", "application/json").body(body.clone());
            let status = request.send().await.expect("an answer").status().as_u16();
            assert!(status < 500, "{status}: {path} {}", &body[..body.len().min(200)]);
        }
    }
    assert_eq!(server.get("/api/catalog/entities/by-query").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_44374_the_lists_of_unprocessed_entities_need_their_permission() {
    const READER: &str = "token-that-may-read-entities-only";
    let database = TestDatabase::sqlite().await;
    let mut config = server::config(&database.config(), json!({}));
    let entry = json!({
        "type": "static",
        "options": {"token": READER, "subject": "reader"},
        "accessRestrictions": [{"plugin": "catalog", "permission": "catalog.entity.read"}],
    });
    config["backend"]["auth"]["externalAccess"].as_array_mut().expect("a list").push(entry);
    let server = Server::start(&config);
    server.ready().await;
    assert_eq!(status(&server, "GET", "/api/catalog/entities", READER).await, 200);
    for (method, path) in [
        ("GET", "/api/catalog/entities/unprocessed/failed"),
        ("GET", "/api/catalog/entities/unprocessed/pending"),
        ("DELETE", "/api/catalog/entities/unprocessed/delete/3f0d6a3e-1111-4222-8333-444455556666"),
    ] {
        let all = [status(&server, method, path, "").await, status(&server, method, path, READER).await];
        assert_eq!(all, [401, 403], "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2024_47762_the_page_holds_no_secret_of_the_configuration() {
    let database = TestDatabase::sqlite().await;
    let extra = json!({
        "integrations": {"github": [{"host": "github.com", "token": CANARY}]},
        "auth": {"session": {"secret": CANARY}},
        "custom": {"password": CANARY},
    });
    let server = Server::start(&server::config(&database.config(), extra));
    server.ready().await;
    for path in ["/", "/catalog", "/index.html", "/api/app/config"] {
        let request = server.http.get(format!("{}{path}", server.base_url));
        let text = request.send().await.expect("an answer").text().await.expect("a text");
        assert!(!text.contains(CANARY) && !text.contains(TOKEN), "{path}: {text}");
    }
}

/// A host is held against the rules at every read, not only when its location is registered.
#[tokio::test(flavor = "multi_thread")]
async fn gitea_cve_2026_89430_a_location_whose_host_is_no_longer_allowed_is_not_read() {
    let database = TestDatabase::sqlite().await;
    let source = Source::start(1).await;
    let config = |allow: Value| {
        let extra = json!({
            "backend": {"reading": {"allow": allow}},
            "catalog": {"processingInterval": {"seconds": 1}},
        });
        server::config(&database.config(), extra)
    };
    let server = Server::start(&config(json!([{"host": source.host}])));
    server.ready().await;
    let url = format!("{}/api/catalog/locations", server.base_url);
    let body = json!({"type": "url", "target": source.url("one")});
    let answer = server.http.post(url).bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let component = "/api/catalog/entities/by-name/component/default/one-0";
    eventually("it is read", || async { server.get(component).await.0 == 200 }).await;
    assert!(server.stop());

    source.forget_requests();
    let server = Server::start(&config(json!([])));
    server.ready().await;
    eventually("its error says why", || async {
        let (_, failed) = server.get("/api/catalog/entities/unprocessed/failed").await;
        failed["entities"][0]["errors"].to_string().contains("is not allowed")
    })
    .await;
    assert_eq!(source.requests().len(), 0);
    assert_eq!(server.get(component).await.0, 200, "what was read before stays");
}
