//! The audit log of the running program: what is in it, where it goes, and what stays out.

use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};

use crate::server::{self, Server, TOKEN};

/// The events that a query finds, newest first.
async fn events(server: &Server, query: &str) -> Vec<Value> {
    let (status, page) = server.get(&format!("/api/audit/events?limit=500&{query}")).await;
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("items").clone()
}

async fn eventually_events(server: &Server, query: &str, number: usize) -> Vec<Value> {
    eventually(query, || async { events(server, query).await.len() >= number }).await;
    events(server, query).await
}

async fn post(server: &Server, path: &str, token: &str, body: Value) -> u16 {
    let mut request = server.http.post(format!("{}{path}", server.base_url)).json(&body);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    request.header("user-agent", "audit-test").send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_denials_and_sign_ins_are_recorded_with_who_from_where_and_how_it_ended() {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&server::config(&database.config(), json!({})));
    server.ready().await;
    let location = json!({"type": "url", "target": "https://git.example.com/catalog-info.yaml"});
    assert_eq!(post(&server, "/api/catalog/locations", TOKEN, location.clone()).await, 201);
    assert_eq!(
        post(&server, "/api/catalog/locations?state=canary-state", TOKEN, json!({"type": "url"})).await,
        400
    );
    assert_eq!(post(&server, "/api/catalog/locations", "", location.clone()).await, 401);
    assert_eq!(post(&server, "/api/catalog/refresh", "forged", json!({"entityRef": "a:b/c"})).await, 401);
    let guest = format!("{}/api/auth/guest/refresh", server.base_url);
    assert_eq!(server.http.get(guest).send().await.expect("an answer").status(), 200);

    let created = eventually_events(&server, "eventId=location-mutate", 5).await;
    let of =
        |status: &str| -> Vec<&Value> { created.iter().filter(|event| event["status"] == status).collect() };
    let succeeded = of("succeeded");
    assert_eq!(succeeded.len(), 1, "{created:?}");
    let event = succeeded[0];
    assert_eq!(event["actor"]["actorId"], "tests");
    assert_eq!(
        (&event["actor"]["ip"], &event["actor"]["hostname"]),
        (&json!("127.0.0.1"), &json!("127.0.0.1"))
    );
    assert_eq!(event["actor"]["userAgent"], "audit-test");
    assert_eq!(event["request"], json!({"url": "/api/catalog/locations", "method": "POST"}));
    assert_eq!(event["meta"]["actionType"], "create");
    assert_eq!(event["meta"]["location"], "url:https://git.example.com/catalog-info.yaml");
    assert_eq!(event["severityLevel"], "medium");
    assert_eq!(of("initiated").len(), 2);
    let failed = of("failed");
    let malformed =
        |event: &&&Value| event["error"].as_str().is_some_and(|text| text.starts_with("InputError"));
    let malformed = failed.iter().find(malformed).expect("the malformed one");
    assert_eq!(malformed["request"]["url"], "/api/catalog/locations?state=***");
    let nobody = failed.iter().find(|event| event["actor"].get("actorId").is_none()).expect("the denied one");
    assert!(nobody["error"].as_str().is_some_and(|text| text.starts_with("AuthenticationError")), "{nobody}");

    let refused = eventually_events(&server, "eventId=entity-mutate&status=failed", 1).await;
    assert!(!Value::from(refused).to_string().contains("forged"));
    let signed_in = eventually_events(&server, "plugin=auth&eventId=user-sign-in", 1).await;
    assert_eq!(signed_in[0]["actor"]["actorId"], "user:development/guest");
    // Who reads the record is in it, and ordinary reads are not.
    eventually_events(&server, "plugin=audit", 1).await;
    server.get("/api/catalog/entities").await;
    assert!(events(&server, "eventId=entity-fetch").await.is_empty());
    let log = server.log();
    let line = log.lines().find(|line| line.contains("isAuditEvent") && line.contains("location-mutate"));
    let line: Value = serde_json::from_str(line.expect("a line of the log")).expect("JSON");
    assert_eq!(
        (&line["service"], &line["message"]),
        (&json!("backstage"), &json!("catalog.location-mutate"))
    );
    assert_eq!((&line["level"], &line["isAuditEvent"]), (&json!("info"), &json!(true)));
    assert_eq!(line["timestamp"].as_str().map(str::len), Some("2026-11-25 14:00:00".len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_for_everything_gets_reads_and_what_ingestion_changed_and_through_what() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (file, log) = (folder.path().join("catalog-info.yaml"), folder.path().join("audit.log"));
    let component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: recorded}\n\
        spec: {type: service, lifecycle: x, owner: crew}\n";
    std::fs::write(&file, component).expect("a file");
    let extra = json!({
        "catalog": {"locations": [{"type": "file", "target": file}]},
        "backend": {"auditor": {
            "buffer": {"directory": folder.path().join("buffer")},
            "sinks": {"all": {"type": "file", "path": log, "severity": "low"}},
        }},
    });
    let server = Server::start(&server::config(&database.config(), extra));
    server.ready().await;
    let has = |text: &str| std::fs::read_to_string(&log).is_ok_and(|lines| lines.contains(text));
    let path = "/api/catalog/entities/by-name/component/default/recorded";
    eventually("the component is there", || async { server.get(path).await.0 == 200 }).await;
    eventually("a read is recorded", || async { has("\"queryType\":\"by-name\"") }).await;
    // Recording begins with the changes that come after the start.
    let change = || -> Option<Value> {
        let lines = std::fs::read_to_string(&log).ok()?;
        let mut events = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events.find(|event| {
            event["actor"]["actorId"] == "plugin:catalog" && event["meta"]["actionType"] == "update"
        })
    };
    eventually("ingestion is recorded", || async {
        let title = format!("title: t{}", uuid::Uuid::new_v4().simple());
        std::fs::write(&file, component.replace("name: recorded", &format!("name: recorded, {title}")))
            .expect("a file");
        post(&server, "/api/catalog/refresh", TOKEN, json!({"entityRef": "component:default/recorded"}))
            .await;
        change().is_some()
    })
    .await;
    let change = change().expect("a change");
    assert_eq!((&change["eventId"], &change["severityLevel"]), (&json!("entity-mutate"), &json!("low")));
    assert!(change["meta"]["entityRef"].is_string() && change["meta"]["cause"].is_string(), "{change}");
    assert!(server.stop());
}
