//! What the running program answers beside its plugins: health, metrics, headers, the portal, and how it stops.

use callboard_testkit::TestDatabase;
use serde_json::json;

use crate::server::{self, Server, TOKEN};

async fn started() -> (Server, TestDatabase) {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&server::config(&database.config(), json!({})));
    server.ready().await;
    (server, database)
}

#[tokio::test(flavor = "multi_thread")]
async fn liveness_and_readiness_need_no_token() {
    let (server, _database) = started().await;
    for probe in ["liveness", "readiness"] {
        let answer =
            server.http.get(format!("{}/.backstage/health/v1/{probe}", server.base_url)).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.expect("a body"), r#"{"status":"ok"}"#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_services_with_a_token_and_count_requests_by_route() {
    let (server, _database) = started().await;
    let url = format!("{}/metrics", server.base_url);
    let anonymous = server.http.get(&url).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
    let (status, _) = server.get("/api/catalog/entities?limit=1").await;
    assert_eq!(status, 200);
    let text =
        server.http.get(&url).bearer_auth(TOKEN).send().await.expect("an answer").text().await.expect("text");
    assert!(
        text.contains(
            "backstage_requests_total{method=\"GET\",route=\"/api/catalog/entities\",status=\"200\"}"
        ),
        "{text}"
    );
    assert!(text.contains("callboard_"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_security_headers_and_a_request_id() {
    let (server, _database) = started().await;
    for path in ["/", "/api/catalog/entities", "/.backstage/health/v1/liveness"] {
        let answer = server.http.get(format!("{}{path}", server.base_url)).send().await.expect("an answer");
        for header in ["content-security-policy", "x-content-type-options", "referrer-policy", "x-request-id"]
        {
            assert!(answer.headers().contains_key(header), "{path} has no {header}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_below_a_plugin_is_401_without_a_token_and_an_empty_404_with_one() {
    let (server, _database) = started().await;
    let url = format!("{}/api/catalog/nope/nope", server.base_url);
    assert_eq!(server.http.get(&url).send().await.expect("an answer").status(), 401);
    let answer = server.http.get(&url).bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.text().await.expect("a body"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_plugin_is_an_empty_404() {
    let (server, _database) = started().await;
    let answer = server.http.get(format!("{}/api/nope/x", server.base_url)).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.text().await.expect("a body").as_str()), (404, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_static_token_is_never_logged() {
    let (server, _database) = started().await;
    server.get(&format!("/api/catalog/entities?filter=metadata.name={TOKEN}")).await;
    assert!(!server.log().contains(TOKEN), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_it_is_asked_to() {
    let (server, _database) = started().await;
    assert!(server.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_stream_is_ended_and_not_cut_off_when_it_stops() {
    let (server, _database) = started().await;
    let url = format!("{}/api/catalog/changes", server.base_url);
    let request = server.http.get(url).header("accept", "text/event-stream").bearer_auth(TOKEN);
    let stream = request.send().await.expect("an answer");
    assert_eq!(stream.status(), 200);
    let rest = tokio::spawn(stream.bytes());
    assert!(server.stop());
    assert!(rest.await.expect("a task").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_default_policy_the_catalog_is_open_and_settings_still_want_a_user() {
    let database = TestDatabase::sqlite().await;
    let open = json!({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": true}}});
    let server = Server::start(&server::config(&database.config(), open));
    server.ready().await;
    let status = |path: &str| {
        let request = server.http.get(format!("{}{path}", server.base_url));
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    assert_eq!(status("/api/catalog/entities").await, 200);
    assert_eq!(status("/api/user-settings/buckets/a/keys/b").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_sends_a_request_loses_its_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let database = TestDatabase::sqlite().await;
    let impatient = json!({"backend": {"server": {"headersTimeout": 200}}});
    let server = Server::start(&server::config(&database.config(), impatient));
    server.ready().await;
    let address = server.base_url.trim_start_matches("http://").to_owned();
    for first_bytes in [&b""[..], b"PRI", b"GET / HTTP/1.1\r\nhost"] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        stream.write_all(first_bytes).await.expect("some bytes");
        let mut rest = Vec::new();
        // The end of the stream is what is waited for; an answer (408) before it is fine too.
        let ended =
            tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the connection stayed open after {first_bytes:?}");
    }
}
