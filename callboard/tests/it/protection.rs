//! What protects the running program: limits for addresses, TLS, bounds on headers, and pages that lead nowhere else.

use std::time::Duration;

use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};

use crate::server::{self, Server};

async fn started(extra: Value) -> (Server, TestDatabase) {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&server::config(&database.config(), extra));
    server.ready().await;
    (server, database)
}

async fn from(server: &Server, path: &str, address: &str) -> reqwest::Response {
    let request = server.http.get(format!("{}{path}", server.base_url)).header("x-forwarded-for", address);
    request.send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_is_refused_and_others_are_not() {
    let limit = json!({"backend": {"trustProxy": "loopback", "rateLimit": {
        "incomingRequestLimit": 3, "window": {"minutes": 30}}}});
    let (server, _database) = started(limit).await;
    for left in ["2", "1", "0"] {
        let answer = from(&server, "/api/catalog/entities", "203.0.113.7").await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["x-ratelimit-limit"], "3");
        assert_eq!(answer.headers()["ratelimit-remaining"], left);
    }
    let refused = from(&server, "/", "203.0.113.7").await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(refused.headers().contains_key("content-security-policy"));
    let body: Value = serde_json::from_slice(&refused.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(
        body,
        json!({
            "error": {"name": "Error", "message": "Too many requests, please try again later"},
            "response": {"statusCode": 429},
        })
    );
    assert_eq!(from(&server, "/", "203.0.113.8").await.status(), 200);
    for _ in 0..5 {
        let probe = from(&server, "/.backstage/health/v1/readiness", "203.0.113.7").await;
        assert_eq!(probe.status(), 200, "probes always get through");
        // This machine is on the list of those that are let through by default.
        assert_eq!(
            server.http.get(format!("{}/", server.base_url)).send().await.expect("an answer").status(),
            200
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_one_plugin_leaves_the_others_alone_and_a_made_up_address_does_not_help() {
    let limit = json!({"backend": {"rateLimit": {"global": false, "plugin": {
        "catalog": {"incomingRequestLimit": 2, "window": {"minutes": 30}, "ipAllowList": []}}}}});
    let (server, _database) = started(limit).await;
    let mut statuses = Vec::new();
    for last in 1..=4 {
        // Nobody trusts this header here.
        statuses.push(
            from(&server, "/api/catalog/entities", &format!("203.0.113.{last}")).await.status().as_u16(),
        );
    }
    assert_eq!(statuses, [401, 401, 429, 429]);
    assert_eq!(from(&server, "/api/auth/.well-known/jwks.json", "203.0.113.1").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn https_true_serves_over_tls_with_a_certificate_made_at_start() {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&server::config(&database.config(), json!({"backend": {"https": true}})));
    // The client of the other tests has installed what TLS needs.
    drop(server::client());
    #[expect(clippy::disallowed_methods, reason = "the client of a test")]
    let client = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client");
    let base = server.base_url.replace("http://", "https://");
    eventually("it is ready over TLS", || async {
        let answer = client.get(format!("{base}/.backstage/health/v1/readiness")).send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    assert!(server.http.get(format!("{}/", server.base_url)).send().await.is_err(), "nothing in the clear");
    assert!(server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_refused() {
    let (server, _database) = started(json!({})).await;
    let long = server.http.get(format!("{}/", server.base_url)).header("x-long", "x".repeat(200_000));
    let refused = long.send().await;
    assert!(refused.map_or(true, |answer| answer.status() == 431));
    let mut many = server.http.get(format!("{}/", server.base_url));
    for number in 0..300 {
        many = many.header(format!("x-{number}"), "x");
    }
    let refused = many.send().await;
    assert!(refused.map_or(true, |answer| answer.status() == 431));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_redirects_a_browser_to_another_host() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (server, _database) = started(json!({})).await;
    let address = server.base_url.trim_start_matches("http://").to_owned();
    for path in [
        "//evil.test",
        "//evil.test/..",
        "/\\evil.test",
        "/%2f%2fevil.test",
        "/static/..//evil.test",
        "/api//evil.test",
    ] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: portal\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
        assert!(!head.contains("location:") && !head.starts_with("http/1.1 3"), "{path}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_path_is_masked_in_the_log_in_every_form() {
    use base64::Engine;
    let (server, _database) = started(json!({})).await;
    let secret = server::TOKEN;
    let forms = [
        secret.to_owned(),
        secret.chars().rev().collect(),
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("user:{secret}")),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>(),
    ];
    for form in &forms {
        server.get(&format!("/api/catalog/entities/by-name/a/b/{form}")).await;
    }
    server.get("/api/catalog/entities/by-name/a/b/last-one").await;
    eventually("the requests are logged", || async { server.log().contains("last-one") }).await;
    let log = server.log();
    assert!(log.contains("***"));
    for form in &forms {
        let inner = &form[4..form.len() - 4];
        assert!(!log.contains(inner), "{form}: {log}");
    }
}
