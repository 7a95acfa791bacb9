//! The API of the audit log on both databases: pages, filters, facets, following, permissions.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_audit::AuditStore;
use callboard_config::Config;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::permission::{AllowAll, Authorizer, Decision, PermissionRequest};
use callboard_kit::plugin::Plugin;
use callboard_plugin_audit::{AuditPlugin, EVENT_READ};
use callboard_testkit::{TestApp, TestDatabase, for_each_database, services};
use http_body_util::BodyExt;
use serde_json::{Value, json};

const READER: &str = "user:default/reader";

/// Only the reader may read.
struct OnlyReader;

#[async_trait]
impl Authorizer for OnlyReader {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        let may = credentials.user_entity_ref() == Some(READER);
        let decide = |request: &PermissionRequest| match may && request.permission == EVENT_READ {
            true => Decision::Allow,
            false => Decision::Deny,
        };
        Ok(requests.iter().map(decide).collect())
    }
}

struct Running {
    app: TestApp,
    store: AuditStore,
    lifecycle: Lifecycle,
}

async fn start(database: &TestDatabase, authorizer: Arc<dyn Authorizer>) -> Running {
    let mut services = services(Config::from_value(json!({})));
    services.authorizer = authorizer;
    let authenticator = services.authenticator.clone();
    let plugin = AuditPlugin::new(services, database.database().clone());
    let lifecycle = Lifecycle::default();
    plugin.start(&lifecycle).await.expect("a start");
    let app = TestApp::new("audit", plugin.routes(), authenticator);
    Running { app, store: AuditStore::new(database.database().clone()), lifecycle }
}

fn event(number: i64) -> Value {
    let (plugin, id, severity) = match number % 3 {
        0 => ("auth", "user-sign-in", "medium"),
        1 => ("catalog", "location-mutate", "medium"),
        _ => ("permission", "role-mutate", "high"),
    };
    let actor =
        if number % 4 == 0 { json!({}) } else { json!({"actorId": format!("user:default/u{}", number % 2)}) };
    let mut event = json!({
        "uuid": format!("event-{number}"),
        "timestamp": format!("2026-11-25T10:00:{:02}.000Z", number),
        "plugin": plugin, "eventId": id, "severityLevel": severity, "actor": actor,
        "status": if number % 5 == 0 { "failed" } else { "succeeded" },
        "meta": {"number": number, "note": if number == 7 { "100%_Ünique\"text\"" } else { "" }},
    });
    if number % 5 == 0 {
        event["error"] = "InputError: no".into();
    }
    event
}

async fn store(running: &Running, numbers: std::ops::Range<i64>) {
    let texts: Vec<Vec<u8>> = numbers.map(|number| event(number).to_string().into_bytes()).collect();
    let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
    running.store.insert(&texts).await.expect("stored");
}

async fn numbers(running: &Running, query: &str) -> Vec<i64> {
    let answer = running.app.send(READER, "GET", &format!("/events?{query}"), "").await;
    assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
    let items = answer.body["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["meta"]["number"].as_i64().expect("a number")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_newest_first_and_next_leads_through_all_of_them() {
    for_each_database(|database| async move {
        let running = start(&database, Arc::new(AllowAll)).await;
        store(&running, 0..25).await;
        let mut found = Vec::new();
        let mut query = "limit=10".to_owned();
        loop {
            let answer = running.app.send(READER, "GET", &format!("/events?{query}"), "").await;
            assert_eq!(answer.headers["cache-control"], "no-store");
            let items = answer.body["items"].as_array().expect("items").clone();
            found.extend(items.iter().map(|item| item["id"].as_i64().expect("an id")));
            match answer.body["next"].as_str() {
                Some(next) => query = format!("limit=10&after={next}"),
                None => break,
            }
        }
        assert_eq!(found, (1..=25).rev().collect::<Vec<i64>>());
        running.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_narrows_and_facets_count_what_is_left() {
    for_each_database(|database| async move {
        let running = start(&database, Arc::new(AllowAll)).await;
        store(&running, 0..20).await;
        assert_eq!(numbers(&running, "plugin=auth").await, [18, 15, 12, 9, 6, 3, 0]);
        assert_eq!(numbers(&running, "plugin=auth&plugin=permission&severity=high&limit=2").await, [17, 14]);
        assert_eq!(numbers(&running, "eventId=location-mutate&actor=user:default/u0").await, [10]);
        assert_eq!(numbers(&running, "actor=anonymous").await, [16, 12, 8, 4, 0]);
        assert_eq!(numbers(&running, "status=failed").await, [15, 10, 5, 0]);
        let range = "from=2026-11-25T10:00:05Z&to=2026-11-25T10:00:08Z";
        assert_eq!(numbers(&running, range).await, [7, 6, 5]);
        for (text, found) in [("100%25_", 1), ("%22text%22", 1), ("INPUTERROR", 4), ("100_%25", 0)] {
            assert_eq!(numbers(&running, &format!("q={text}")).await.len(), found, "{text}");
        }
        let answer = running.app.send(READER, "GET", "/facets?status=failed", "").await;
        assert_eq!(answer.body["plugin"], json!([
            {"value": "auth", "count": 2}, {"value": "catalog", "count": 1}, {"value": "permission", "count": 1}]));
        assert_eq!(answer.body["status"], json!([{"value": "failed", "count": 4}]));
        assert_eq!(answer.body["actor"][0], json!({"value": "user:default/u1", "count": 2}));
        running.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lacks_the_permission_gets_nothing() {
    let database = TestDatabase::sqlite().await;
    let running = start(&database, Arc::new(OnlyReader)).await;
    store(&running, 0..3).await;
    for path in ["/events", "/facets"] {
        assert_eq!(running.app.send("", "GET", path, "").await.status, 401);
        let answer = running.app.send("user:default/other", "GET", path, "").await;
        assert_eq!(answer.status, 403);
        assert!(
            answer.body["error"]["message"].as_str().is_some_and(|text| text.contains("audit.event.read"))
        );
        assert_eq!(running.app.send(READER, "GET", path, "").await.status, 200);
    }
    let path = "/.well-known/backstage/permissions/metadata";
    let metadata = running.app.send(READER, "GET", path, "").await;
    assert_eq!(metadata.body["permissions"][0]["name"], "audit.event.read");
    running.lifecycle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_is_told_with_its_name() {
    let database = TestDatabase::sqlite().await;
    let running = start(&database, Arc::new(AllowAll)).await;
    for query in ["limit=0", "after=x", "severity=loud", "from=x", "nope=1"] {
        let answer = running.app.send(READER, "GET", &format!("/events?{query}"), "").await;
        let name = query.split('=').next().unwrap_or_default();
        let message = answer.body["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == 400 && message.contains(name), "{query}: {message}");
    }
    running.lifecycle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_follows_with_filters_and_goes_on_where_a_client_was() {
    for_each_database(|database| async move {
        let running = start(&database, Arc::new(AllowAll)).await;
        store(&running, 0..6).await;
        let mut body = running.app.open(READER, "/events?plugin=auth", "3").await;
        let mut text = String::new();
        let mut more = 6..12;
        while text.matches("event: audit").count() < 3 {
            let frame = body.frame().await.expect("a frame").expect("no error");
            text.push_str(&String::from_utf8_lossy(&frame.into_data().expect("data")));
            if text.contains("\"number\":3") {
                store(&running, std::mem::replace(&mut more, 0..0)).await;
            }
        }
        // Numbers 3, 6 and 9 are of auth; ids are one higher. What came before the last id is not repeated.
        let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
        assert_eq!(ids, ["4", "7", "10"]);
        running.lifecycle.stop().await;
    })
    .await;
}
