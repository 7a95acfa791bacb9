//! Delivery: order, sinks that are down, restarts, events that a sink refuses, the bound of the buffer.

use std::collections::BTreeSet;

use callboard_audit::{AuditStore, Query};
use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{Record, start};

/// The numbers of all events that a webhook got.
async fn received(server: &MockServer) -> Vec<u64> {
    let requests = server.received_requests().await.expect("recorded");
    let numbers = requests.iter().flat_map(|request| {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        body["events"].as_array().expect("events").clone()
    });
    numbers.map(|event| event["meta"]["number"].as_u64().expect("a number")).collect()
}

fn webhook(server: &MockServer, directory: &std::path::Path) -> Value {
    json!({
        "database": {"severity": "none"},
        "buffer": {"directory": directory},
        "sinks": {"siem": {"type": "webhook", "url": format!("{}/in", server.uri()), "secret": "hush-hush",
            "headers": {"Authorization": "Bearer siem-token"}}},
    })
}

async fn answer(server: &MockServer, status: u16) {
    server.reset().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(server).await;
}

async fn delivered(record: &Record, sink: &str, number: u64) {
    eventually("everything is delivered", || async {
        record.metric("callboard_audit_delivered_total", sink) >= number
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_gets_every_event_in_order_signed_and_with_its_headers() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    Mock::given(method("POST"))
        .and(path("/in"))
        .and(header("authorization", "Bearer siem-token"))
        .and(|request: &Request| {
            use hmac::{Hmac, KeyInit, Mac};
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"hush-hush").expect("a key");
            mac.update(&request.body);
            let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
            request
                .headers
                .get("x-callboard-signature")
                .is_some_and(|sent| sent.as_bytes() == expected.as_bytes())
        })
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    let record = start(webhook(&server, directory.path()), json!({}), None);
    record.record(0..1_200);
    delivered(&record, "sink-siem", 1_200).await;
    assert_eq!(received(&server).await, (0..1_200).collect::<Vec<u64>>());
    record.auditor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sink_that_is_down_missed_it_gets_when_it_is_back_also_after_a_restart() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    answer(&server, 503).await;
    let first = start(webhook(&server, directory.path()), json!({}), None);
    first.record(0..300);
    eventually("it was tried", || async { first.metric("callboard_audit_failures_total", "sink-siem") > 0 })
        .await;
    first.auditor.stop().await;
    drop(first);
    answer(&server, 200).await;
    let second = start(webhook(&server, directory.path()), json!({}), None);
    second.record(300..400);
    delivered(&second, "sink-siem", 400).await;
    assert_eq!(received(&server).await, (0..400).collect::<Vec<u64>>());
    assert_eq!(second.metric("callboard_audit_dropped_total", "sink-siem"), 0);
    second.auditor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_that_is_refused_does_not_hold_up_the_others() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    let poisoned = |request: &Request| String::from_utf8_lossy(&request.body).contains("\"number\":77}");
    Mock::given(poisoned).respond_with(ResponseTemplate::new(422)).with_priority(1).mount(&server).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .with_priority(5)
        .mount(&server)
        .await;
    let record = start(webhook(&server, directory.path()), json!({}), None);
    record.record(0..200);
    delivered(&record, "sink-siem", 199).await;
    assert_eq!(record.metric("callboard_audit_refused_total", "sink-siem"), 1);
    let got: BTreeSet<u64> = received(&server).await.into_iter().collect();
    assert_eq!(got.len(), 200, "the refused one was sent too");
    record.auditor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_buffer_is_full_the_oldest_go_and_are_counted() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    answer(&server, 503).await;
    let mut settings = webhook(&server, directory.path());
    settings["buffer"]["maxBytes"] = json!(1024 * 1024);
    let first = start(settings.clone(), json!({}), None);
    // Fewer than the queue holds, and more than the buffer does.
    first.record(0..7_000);
    first.auditor.stop().await;
    drop(first);
    let kept: u64 = std::fs::read_dir(directory.path())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").metadata().expect("metadata").len())
        .sum();
    assert!(kept <= 1024 * 1024, "{kept} bytes");
    answer(&server, 200).await;
    let second = start(settings, json!({}), None);
    second.record(7_000..7_001);
    eventually("the newest arrived", || async { received(&server).await.last() == Some(&7_000) }).await;
    let got = received(&server).await;
    let lost = second.metric("callboard_audit_dropped_total", "sink-siem");
    assert!(lost > 0 && got.len() as u64 + lost == 7_001, "{} came, {lost} are counted", got.len());
    assert!(got.windows(2).all(|pair| pair[1] == pair[0] + 1), "only the oldest are missing");
    second.auditor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elasticsearch_gets_bulks_that_may_come_twice() {
    let (server, directory) = (MockServer::start().await, tempfile::tempdir().expect("a directory"));
    Mock::given(method("POST"))
        .and(path("/_bulk"))
        .and(header("content-type", "application/x-ndjson"))
        .and(header("authorization", "ApiKey elastic-key"))
        .respond_with(|request: &Request| {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let lines: Vec<Value> =
                text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            let items: Vec<Value> = lines
                .chunks(2)
                .map(|pair| {
                    assert_eq!(pair[0]["create"]["_id"], pair[1]["uuid"]);
                    assert_eq!(pair[0]["create"]["_index"], "audit-x");
                    assert_eq!(pair[1]["@timestamp"], pair[1]["timestamp"]);
                    // Every other one is there already.
                    let known = pair[1]["meta"]["number"].as_u64().is_some_and(|number| number % 2 == 0);
                    json!({"create": {"status": if known { 409 } else { 201 }}})
                })
                .collect();
            ResponseTemplate::new(200).set_body_json(json!({"errors": true, "items": items}))
        })
        .mount(&server)
        .await;
    let settings = json!({"database": {"severity": "none"}, "buffer": {"directory": directory.path()},
        "sinks": {"es": {"type": "elasticsearch", "url": server.uri(), "index": "audit-x", "apiKey": "elastic-key"}}});
    let record = start(settings, json!({}), None);
    record.record(0..50);
    delivered(&record, "sink-es", 50).await;
    assert_eq!(record.metric("callboard_audit_refused_total", "sink-es"), 0);
    record.auditor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn severities_below_a_sink_are_not_delivered_there_and_nobody_is_asked_for_what_nobody_wants() {
    use callboard_kit::audit::{AuditLog, Severity};
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("audit.log");
    let settings = json!({"database": {"severity": "none"}, "severityLogLevelMappings": {"medium": "debug"},
        "buffer": {"directory": directory.path().join("buffer")},
        "sinks": {"file": {"type": "file", "path": file, "severity": "high"}}});
    let record = start(settings, json!({}), None);
    assert!(!record.auditor.wants(Severity::Low) && !record.auditor.wants(Severity::Medium));
    assert!(record.auditor.wants(Severity::High));
    record.record(0..5);
    let mut high = crate::support::event(5);
    high.severity = Severity::High;
    record.auditor.record(high);
    delivered(&record, "sink-file", 1).await;
    record.auditor.stop().await;
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(text.lines().count() == 1 && text.contains("\"number\":5"), "{text}");
}

async fn the_table_holds_each_event_once(database: TestDatabase) {
    let store = AuditStore::new(database.database().clone());
    store.migrate().await.expect("migrated");
    let record = start(json!({}), json!({}), Some(store.clone()));
    record.record(0..700);
    eventually("all are stored", || async { store.newest().await.expect("a number") == 700 }).await;
    record.auditor.stop().await;
    let mut numbers = Vec::new();
    let mut before = None;
    loop {
        let page = store.page(&Query::default(), before, 300).await.expect("a page");
        numbers
            .extend(page.items.iter().map(|item| item.event["meta"]["number"].as_u64().expect("a number")));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(numbers, (0..700).rev().collect::<Vec<u64>>());
    let page = store.page(&Query::default(), None, 10).await.expect("a page");
    let again: Vec<Vec<u8>> = page.items.iter().map(|item| item.event.to_string().into_bytes()).collect();
    let again: Vec<&[u8]> = again.iter().map(Vec::as_slice).collect();
    store.insert(&again).await.expect("nothing to do");
    assert_eq!(store.newest().await.expect("a number"), 700);
    let removed = store.trim(std::time::Duration::from_secs(3_600), 100).await.expect("trimmed");
    assert_eq!(removed, 600);
    assert_eq!(store.page(&Query::default(), None, 500).await.expect("a page").items.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_holds_each_event_once_on_sqlite() {
    the_table_holds_each_event_once(TestDatabase::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_holds_each_event_once_on_postgresql() {
    the_table_holds_each_event_once(TestDatabase::postgres().await).await;
}
