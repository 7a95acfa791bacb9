//! Unique secrets in every place that an event is made of, and none of them, in any form, anywhere it goes.

use std::sync::Arc;

use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use callboard_audit::{AuditStore, Query};
use callboard_kit::audit::request::{RequestFacts, within};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_testkit::{TestDatabase, eventually};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::start;

const CONFIGURED: &str = "canary-conf/3f9a+secret";
const BEARER: &str = "canary-bearer-81c2.opaque";
const COOKIE: &str = "canary-cookie-77d0-limited";
const QUERY: &str = "canary-code-5e5e";
const BASIC: &str = "canary-user:canary-basic-pw";

/// A secret in the forms that it is looked for.
fn forms(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        secret.to_owned(),
        secret.chars().rev().collect(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        hex,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_found_anywhere_in_any_form() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let database = TestDatabase::sqlite().await;
    let store = AuditStore::new(database.database().clone());
    store.migrate().await.expect("migrated");
    let file = directory.path().join("audit.log");
    let settings = json!({
        "severityLogLevelMappings": {"low": "info"},
        "database": {"severity": "low"},
        "buffer": {"directory": directory.path().join("buffer")},
        "sinks": {
            "hook": {"type": "webhook", "url": server.uri(), "severity": "low"},
            "file": {"type": "file", "path": file, "severity": "low"},
        },
    });
    let secrets = json!({
        "backend": {"auth": {"externalAccess": [{"type": "static", "options": {"token": CONFIGURED}}]}},
        "integrations": {"github": [{"host": "github.com", "token": CONFIGURED}]},
    });
    let record = start(settings, secrets, Some(store.clone()));

    let all: Vec<&str> = vec![CONFIGURED, BEARER, COOKIE, BASIC];
    let everything: String = all.iter().flat_map(|secret| forms(secret)).collect::<Vec<_>>().join(" ");
    let encoded: String = url::form_urlencoded::byte_serialize(everything.as_bytes()).collect();
    let requests = [
        ("authorization", format!("Bearer {BEARER}")),
        ("authorization", format!("Basic {}", STANDARD.encode(BASIC))),
        ("authorization", BASIC.replace(':', " ")),
        ("cookie", format!("a=b; backstage-auth={COOKIE}")),
    ];
    for (name, value) in &requests {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/api/x?code={QUERY}&q={CONFIGURED}&filter={encoded}&access_token={QUERY}"))
            .header(*name, value)
            .header("user-agent", format!("browser {CONFIGURED} {BEARER} {COOKIE}"))
            .header("host", format!("{CONFIGURED}.example.com"))
            .body(axum::body::Body::empty())
            .expect("a request");
        let facts = Arc::new(RequestFacts::of(&request));
        // What the request itself brought is only known to be secret in that request.
        let own = value.rsplit([' ', '=']).next().unwrap_or_default();
        let told = [CONFIGURED, own].iter().flat_map(|secret| forms(secret)).collect::<Vec<_>>().join(" ");
        within(facts, || {
            record.auditor.record(AuditEvent {
                plugin: "catalog",
                event_id: "location-mutate",
                severity: Severity::Low,
                actor: format!("user:default/{CONFIGURED}"),
                meta: json!({"location": format!("url:https://x/{CONFIGURED}"), CONFIGURED: [told], "deep": {"a": own}}),
                error: Some(format!("InputError: {told}")),
            });
        });
    }
    eventually("everything arrived everywhere", || async {
        ["database", "sink-hook", "sink-file"]
            .iter()
            .all(|sink| record.metric("callboard_audit_delivered_total", sink) == requests.len() as u64)
    })
    .await;
    record.auditor.stop().await;

    let mut places = vec![("log", record.lines.0.lock().clone())];
    places.push(("file", std::fs::read_to_string(&file).expect("a file")));
    for entry in std::fs::read_dir(directory.path().join("buffer")).expect("a buffer") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        places.push(("buffer", String::from_utf8_lossy(&bytes).into_owned()));
    }
    for request in server.received_requests().await.expect("recorded") {
        places.push(("webhook", String::from_utf8_lossy(&request.body).into_owned()));
    }
    let page = store.page(&Query::default(), None, 100).await.expect("a page");
    places.extend(page.items.iter().map(|item| ("table", item.event.to_string())));
    assert!(places.iter().any(|(_, text)| text.contains("location-mutate")));
    for (place, text) in &places {
        assert!(!text.contains(QUERY), "{place}: {text}");
        for form in forms(CONFIGURED) {
            assert!(!text.contains(&form), "{place} has {form}: {text}");
        }
    }
    // Nor are the tokens that came with a request in the event of that request.
    let log = record.lines.0.lock().clone();
    let own = [BEARER.to_owned(), STANDARD.encode(BASIC), "canary-basic-pw".to_owned(), COOKIE.to_owned()];
    for (line, own) in log.lines().zip(own) {
        let meta = &line[line.find("\"meta\"").unwrap_or_default()..];
        for form in forms(&own) {
            assert!(!meta.contains(&form), "{form}: {meta}");
        }
        assert!(!line.contains(&format!("browser {own}")), "{line}");
    }
}
