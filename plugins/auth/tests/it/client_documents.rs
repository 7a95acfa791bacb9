//! Documents about clients, fetched from hosts that a test plays.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::App;

const REDIRECT: &str = "http://127.0.0.1:41234/callback";

/// In development, where a document may be on the same machine.
async fn start(test: &TestDatabase, client_ids: Value) -> App {
    let documents = json!({"enabled": true, "allowedClientIdPatterns": client_ids});
    let settings = json!({"auth": {"clientIdMetadataDocuments": documents}});
    App::start_with(test.database(), settings, true, |plugin| plugin).await
}

async fn authorize(app: &App, id: &str) -> (u16, String) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", id),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("code_challenge", "0123456789012345678901234567890123456789012"),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let answer = app.app.send("", "GET", &format!("/v1/authorize?{query}"), "").await;
    (answer.status.as_u16(), answer.body["error_description"].as_str().unwrap_or_default().to_owned())
}

fn document(id: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(
        json!({"client_id": id, "client_name": "Tool", "redirect_uris": ["http://127.0.0.1/callback"]}),
    )
}

#[tokio::test]
async fn a_client_that_the_configuration_names_is_described_by_its_document() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let id = format!("{}/client.json", server.uri());
    Mock::given(path("/client.json")).respond_with(document(&id)).expect(1).mount(&server).await;
    let app = start(&test, json!([id])).await;
    for _ in 0..3 {
        assert_eq!(authorize(&app, &id).await.0, 302, "and the document is fetched once");
    }
    let other = format!("{}/other.json", server.uri());
    let text = "Invalid client_id: it is not allowed here".to_owned();
    assert_eq!(authorize(&app, &other).await, (400, text));
}

#[tokio::test]
async fn cve_2026_32236_a_private_address_is_asked_only_if_the_configuration_names_it_exactly() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let id = format!("{}/client.json", server.uri());
    Mock::given(path("/client.json")).respond_with(document(&id)).expect(0).mount(&server).await;
    for pattern in ["http://127.0.0.1:*/*".to_owned(), format!("{}/*", server.uri()), "*".to_owned()] {
        let app = start(&test, json!([pattern])).await;
        let text = "Failed to fetch client metadata".to_owned();
        assert_eq!(authorize(&app, &id).await, (400, text), "{pattern}");
    }
}

#[tokio::test]
async fn cve_2026_32236_a_document_that_is_somewhere_else_is_not_fetched_from_there() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let id = format!("{}/client.json", server.uri());
    for status in [301, 302, 303, 307, 308] {
        server.reset().await;
        let elsewhere = format!("{}/elsewhere.json", server.uri());
        let redirect = ResponseTemplate::new(status).insert_header("location", elsewhere.as_str());
        Mock::given(path("/client.json")).respond_with(redirect).mount(&server).await;
        Mock::given(path("/elsewhere.json")).respond_with(document(&id)).mount(&server).await;
        let app = start(&test, json!([id])).await;
        assert_eq!(
            authorize(&app, &id).await,
            (400, "Failed to fetch client metadata".to_owned()),
            "{status}"
        );
        let asked = server.received_requests().await.unwrap();
        assert!(asked.iter().all(|request| request.url.path() == "/client.json"), "{status}");
    }
}

#[tokio::test]
async fn a_document_that_is_wrong_or_too_long_is_refused() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let id = format!("{}/client.json", server.uri());
    for (body, text) in [
        (ResponseTemplate::new(404), "Failed to fetch client metadata"),
        (ResponseTemplate::new(200).set_body_string("{"), "Invalid client metadata document"),
        (
            ResponseTemplate::new(200).set_body_string("x".repeat(64 * 1024 + 1)),
            "Failed to fetch client metadata",
        ),
        (document("https://claude.ai/client.json"), "Client ID mismatch in metadata document"),
    ] {
        server.reset().await;
        Mock::given(path("/client.json")).respond_with(body).mount(&server).await;
        let app = start(&test, json!([id])).await;
        assert_eq!(authorize(&app, &id).await, (400, text.to_owned()));
    }
}
