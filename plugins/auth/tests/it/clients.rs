//! Tools and agents: consent and codes, and what is tried against them.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use callboard_testkit::{Answer, TestDatabase, for_each_database};
use http::Request;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::App;
use crate::forge::open;
use crate::sign_in::OneUser;

pub(crate) const CLI: &str = "http://localhost:7007/api/auth/.well-known/oauth-client/cli.json";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:41234/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";
const ADA: &str = "user:default/ada";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

/// Clients by documents and refresh tokens; the guest is Ada, who is in the catalog.
pub(crate) fn settings() -> Value {
    json!({"auth": {
        "clientIdMetadataDocuments": {"enabled": true},
        "experimentalRefreshToken": {"enabled": true},
        "providers": {"guest": {"dangerouslyAllowOutsideDevelopment": true, "userEntityRef": ADA}},
    }})
}

pub(crate) async fn start(test: &TestDatabase, settings: Value) -> App {
    App::start_with(test.database(), settings, false, |plugin| plugin.with_users(Arc::new(OneUser))).await
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn authorize(app: &App, changes: &[(&str, &str)]) -> Answer {
    let challenge = challenge();
    let mut pairs = vec![
        ("client_id", CLI),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid offline_access"),
        ("state", "s t"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    app.app.send("", "GET", &format!("/v1/authorize?{}", query(&pairs)), "").await
}

fn location(answer: &Answer) -> Url {
    assert_eq!(answer.status, 302, "{}", answer.body);
    Url::parse(answer.headers["location"].to_str().unwrap()).unwrap()
}

/// The session that the portal is asked to show.
async fn session(app: &App) -> String {
    let location = location(&authorize(app, &[]).await);
    assert!(location.as_str().starts_with("http://localhost:7007/oauth2/authorize/"), "{location}");
    location.path_segments().unwrap().next_back().unwrap().to_owned()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn code(app: &App) -> String {
    let id = session(app).await;
    let token = app.guest_token().await;
    let answer = app.app.send(&token, "POST", &format!("/v1/sessions/{id}/approve"), "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let url = Url::parse(answer.body["redirectUrl"].as_str().unwrap()).unwrap();
    assert!(url.as_str().starts_with(REDIRECT));
    assert_eq!(parameter(&url, "state").as_deref(), Some("s t"));
    parameter(&url, "code").unwrap()
}

pub(crate) async fn exchange(app: &App, body: Value) -> Answer {
    app.app.send("", "POST", "/v1/token", &body.to_string()).await
}

fn of_code(code: &str) -> Value {
    json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER,
        "client_id": CLI,
    })
}

pub(crate) async fn refresh(app: &App, token: &str) -> Answer {
    exchange(app, json!({"grant_type": "refresh_token", "refresh_token": token, "client_id": CLI})).await
}

pub(crate) async fn refresh_token(app: &App) -> String {
    let answer = exchange(app, of_code(&code(app).await)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["refresh_token"].as_str().unwrap().to_owned()
}

pub(crate) fn refused(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_client_gets_an_ordinary_user_token_after_the_user_said_yes() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let id = session(&app).await;
        let shown = app.app.send("", "GET", &format!("/v1/sessions/{id}"), "").await;
        assert_eq!(
            shown.body,
            json!({
                "id": id, "clientId": CLI, "clientName": "Backstage CLI", "scope": "openid offline_access",
                "redirectUri": REDIRECT,
            })
        );
        let code = code(&app).await;
        let form = query(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ]);
        let request = Request::post("/v1/token").header("content-type", "application/x-www-form-urlencoded");
        let answer = app.app.request(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let body = &answer.body;
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3_600)));
        assert_eq!(body["id_token"], body["access_token"]);
        assert_eq!(body["scope"], "openid offline_access");
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(app.bearer(token, "catalog").await.unwrap().user_entity_ref(), Some(ADA));
        assert!(open(token).1.get("ent").is_none());
        let info = app.app.send(token, "GET", "/v1/userinfo", "").await;
        assert_eq!(info.body["claims"]["ent"], json!([ADA, "group:default/engines"]));
    })
    .await;
}

#[tokio::test]
async fn a_user_can_say_no_and_nobody_can_answer_twice() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let id = session(&app).await;
        let token = app.guest_token().await;
        for caller in ["", "nonsense"] {
            let answer = app.app.send(caller, "POST", &format!("/v1/sessions/{id}/approve"), "").await;
            assert_eq!(refused(&answer), (403, "access_denied"));
        }
        let answer = app.app.send(&token, "POST", &format!("/v1/sessions/{id}/reject"), "").await;
        let url = Url::parse(answer.body["redirectUrl"].as_str().unwrap()).unwrap();
        assert_eq!(parameter(&url, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&url, "state").as_deref(), Some("s t"));
        for path in ["approve", "reject"] {
            let answer = app.app.send(&token, "POST", &format!("/v1/sessions/{id}/{path}"), "").await;
            assert_eq!(refused(&answer), (404, "not_found"));
        }
        let late = session(&app).await;
        app.wait(3_600);
        let answer = app.app.send(&token, "GET", &format!("/v1/sessions/{late}"), "").await;
        assert_eq!(refused(&answer), (404, "not_found"));
        let answer = app.app.send("", "GET", "/v1/sessions/not-a-uuid", "").await;
        assert_eq!(refused(&answer), (404, "not_found"));
    })
    .await;
}

#[tokio::test]
async fn a_code_is_for_who_asked_for_it_and_good_once() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let code = code(&app).await;
        for (key, value, expected) in [
            ("code", json!("guessed"), (400, "invalid_grant")),
            ("redirect_uri", json!("http://127.0.0.1:1/callback"), (400, "invalid_grant")),
            (
                "code_verifier",
                json!("another-verifier-that-is-long-enough-0123456789"),
                (400, "invalid_grant"),
            ),
            ("code_verifier", Value::Null, (400, "invalid_grant")),
            ("client_id", json!("https://claude.ai/other.json"), (400, "invalid_grant")),
            ("grant_type", json!("password"), (400, "unsupported_grant_type")),
            ("grant_type", Value::Null, (400, "invalid_request")),
            ("code", Value::Null, (400, "invalid_request")),
        ] {
            let mut body = of_code(&code);
            body[key] = value;
            assert_eq!(refused(&exchange(&app, body).await), expected, "{key}");
        }
        let first = exchange(&app, of_code(&code)).await;
        assert_eq!(first.status, 200, "{}", first.body);
        assert_eq!(refused(&exchange(&app, of_code(&code)).await), (400, "invalid_grant"));
        let token = first.body["refresh_token"].as_str().unwrap();
        let answer = refresh(&app, token).await;
        assert_eq!(
            refused(&answer),
            (400, "invalid_grant"),
            "what came of a code that was used twice has ended"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings()).await;
    let code = code(&app).await;
    app.wait(600);
    assert_eq!(refused(&exchange(&app, of_code(&code)).await), (400, "invalid_grant"));
}

#[tokio::test]
async fn cve_2026_32235_errors_are_not_sent_to_an_address_that_is_not_the_clients() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings()).await;
    for redirect in [
        "https://evil.test/callback",
        "http://127.0.0.1.evil.test/callback",
        "http://127.0.0.1:80@evil.test/callback",
        "http://evil.test\\@127.0.0.1/callback",
        "http://127.0.0.1:41234/callback/../../evil",
        "http://127.0.0.1:41234/callback#x",
        "http://localhost:41234/callback",
        "javascript:alert(1)",
        "callback",
    ] {
        for response_type in ["code", "token"] {
            let answer =
                authorize(&app, &[("redirect_uri", redirect), ("response_type", response_type)]).await;
            assert_eq!(refused(&answer), (400, "invalid_request"), "{redirect}");
            assert!(!answer.headers.contains_key("location"));
        }
    }
    for (name, value) in [("client_id", ""), ("redirect_uri", ""), ("response_type", "")] {
        assert_eq!(refused(&authorize(&app, &[(name, value)]).await), (400, "invalid_request"), "{name}");
    }
    for (changes, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "S512"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
    ] {
        let url = location(&authorize(&app, &[changes]).await);
        assert!(url.as_str().starts_with(REDIRECT), "{url}");
        assert_eq!(parameter(&url, "error").as_deref(), Some(error));
        assert_eq!(parameter(&url, "state").as_deref(), Some("s t"));
    }
}

#[tokio::test]
async fn clients_register_themselves_only_where_that_is_switched_on_and_then_have_a_secret() {
    for_each_database(|test| async move {
        let off = start(&test, settings()).await;
        let answer = off.app.send("", "POST", "/v1/register", "{}").await;
        assert_eq!(answer.body["error"]["message"], "Unknown auth provider 'v1'");

        let mut on = settings();
        on["auth"]["experimentalDynamicClientRegistration"] = json!({"enabled": true});
        let app = start(&test, on).await;
        let register = async |body: Value| app.app.send("", "POST", "/v1/register", &body.to_string()).await;
        for uris in
            [json!([]), json!(["https://evil.test/cb"]), json!([REDIRECT, "javascript:alert(1)"]), json!("x")]
        {
            assert_eq!(refused(&register(json!({"redirect_uris": uris})).await), (400, "invalid_request"));
        }
        let client = register(json!({"client_name": "Tool", "redirect_uris": [REDIRECT]})).await;
        assert_eq!(client.status, 201, "{}", client.body);
        let (id, secret) =
            (client.body["client_id"].as_str().unwrap(), client.body["client_secret"].as_str().unwrap());

        let answer =
            authorize(&app, &[("client_id", id), ("code_challenge", ""), ("code_challenge_method", "")])
                .await;
        let session = location(&answer).path_segments().unwrap().next_back().unwrap().to_owned();
        let user = app.guest_token().await;
        let answer = app.app.send(&user, "POST", &format!("/v1/sessions/{session}/approve"), "").await;
        let code =
            parameter(&Url::parse(answer.body["redirectUrl"].as_str().unwrap()).unwrap(), "code").unwrap();
        let body = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT});
        assert_eq!(refused(&exchange(&app, body.clone()).await), (401, "invalid_client"));
        let basic = async |secret: &str| {
            let request = Request::post("/v1/token")
                .header("content-type", "application/json")
                .header("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))));
            app.app.request(request.body(Body::from(body.to_string())).unwrap()).await
        };
        assert_eq!(refused(&basic("guessed").await), (401, "invalid_client"));
        assert_eq!(basic(secret).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn without_clients_there_are_no_routes_for_them() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    for (method, path) in
        [("GET", "/v1/authorize"), ("POST", "/v1/token"), ("POST", "/v1/register"), ("POST", "/v1/revoke")]
    {
        let answer = app.app.send("", method, path, "").await;
        assert_eq!(answer.body["error"]["message"], "Unknown auth provider 'v1'", "{path}");
    }
    let cli = app.app.send("", "GET", "/.well-known/oauth-client/cli.json", "").await;
    assert_eq!(refused(&cli), (404, "not_found"));
    let on = start(&test, settings()).await;
    let cli = on.app.send("", "GET", "/.well-known/oauth-client/cli.json", "").await;
    assert_eq!(cli.body["client_id"], CLI);
    assert_eq!(cli.body["redirect_uris"], json!(["http://127.0.0.1:8055/callback"]));
    let document = on.app.send("", "GET", "/.well-known/openid-configuration", "").await.body;
    assert_eq!(document["grant_types_supported"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(document["client_id_metadata_document_supported"], json!(true));
    assert_eq!(document["scopes_supported"], json!(["openid", "offline_access"]));
    assert!(document.get("registration_endpoint").is_none());
}
