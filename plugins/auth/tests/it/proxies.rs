//! Proxies that sign users in, as their routes answer.

use std::sync::Arc;

use axum::body::Body;
use callboard_kit::http::PeerAddress;
use callboard_plugin_auth::AuthService;
use callboard_testkit::{Answer, TestDatabase};
use http::Request;
use serde_json::{Value, json};

use crate::sign_in::OneUser;
use crate::{App, config};

fn settings(extra: Value) -> Value {
    let mut section = json!({"signIn": {"resolvers": [{"resolver": "forwardedUserMatchingUserEntityName"}]}});
    for (key, value) in extra.as_object().unwrap() {
        section[key] = value.clone();
    }
    json!({"auth": {"providers": {"oauth2Proxy": section}}})
}

async fn start(test: &TestDatabase, settings: Value) -> App {
    App::start_with(test.database(), settings, false, |plugin| plugin.with_users(Arc::new(OneUser))).await
}

async fn refresh(app: &App, method: &str, peer: Option<&str>, user: &str) -> Answer {
    let mut request =
        Request::builder().method(method).uri("/oauth2Proxy/refresh").header("x-forwarded-user", user);
    if let Some(peer) = peer {
        request = request.extension(PeerAddress(format!("{peer}:40000").parse().unwrap()));
    }
    app.app.request(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_user_whom_the_proxy_names_is_signed_in() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings(json!({}))).await;
    for method in ["GET", "POST"] {
        let answer = refresh(&app, method, Some("127.0.0.1"), "ada").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["profile"], json!({"displayName": "ada"}));
        assert_eq!(answer.body["providerInfo"], json!({"accessToken": ""}));
        let identity = &answer.body["backstageIdentity"]["identity"];
        let refs = json!(["user:default/ada", "group:default/engines"]);
        assert_eq!(
            *identity,
            json!({"type": "user", "userEntityRef": "user:default/ada", "ownershipEntityRefs": refs})
        );
        let token = answer.body["backstageIdentity"]["token"].as_str().unwrap();
        assert_eq!(app.bearer(token, "catalog").await.unwrap().user_entity_ref(), Some("user:default/ada"));
    }
    let nobody = refresh(&app, "GET", Some("127.0.0.1"), "nobody").await;
    assert!(
        nobody.body["error"]["message"].as_str().unwrap().starts_with("Failed to sign-in"),
        "{}",
        nobody.body
    );
    assert!(nobody.status.is_client_error() || nobody.status.is_server_error());
}

#[tokio::test]
async fn a_header_that_is_not_signed_is_taken_from_the_proxy_only() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings(json!({}))).await;
    for peer in [Some("203.0.113.9"), Some("[2001:db8::1]"), None] {
        let answer = refresh(&app, "GET", peer, "ada").await;
        assert_eq!((answer.status.as_u16(), &answer.body["error"]["name"]), (403, &json!("NotAllowedError")));
    }
    let named = start(&test, settings(json!({"trustedPeers": ["203.0.113.0/24"]}))).await;
    assert_eq!(refresh(&named, "GET", Some("203.0.113.9"), "ada").await.status, 200);
    assert_eq!(refresh(&named, "GET", Some("127.0.0.1"), "ada").await.status, 403);
    let mut everywhere = settings(json!({}));
    everywhere["backend"] = json!({"trustedProxies": ["198.51.100.7"]});
    let everywhere = start(&test, everywhere).await;
    assert_eq!(refresh(&everywhere, "GET", Some("198.51.100.7"), "ada").await.status, 200);
    assert_eq!(refresh(&everywhere, "GET", Some("10.0.0.1"), "ada").await.status, 403);
}

#[tokio::test]
async fn a_proxy_has_nothing_to_start_and_nothing_to_return_to() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings(json!({}))).await;
    for (method, path) in [
        ("GET", "/oauth2Proxy/start"),
        ("GET", "/oauth2Proxy/handler/frame"),
        ("POST", "/oauth2Proxy/handler/frame"),
    ] {
        assert_eq!(app.app.send("", method, path, "").await.status, 501, "{path}");
    }
    let answer = app.app.send("", "GET", "/gcpIap/refresh", "").await;
    assert_eq!(answer.body["error"]["message"], "Unknown auth provider 'gcpIap'");
}

#[tokio::test]
async fn a_proxy_without_resolvers_or_with_wrong_settings_is_refused_at_start() {
    let test = TestDatabase::sqlite().await;
    let resolvers = json!({"resolvers": [{"resolver": "emailMatchingUserEntityProfileEmail"}]});
    for (id, section, key) in [
        ("oauth2Proxy", json!({}), "signIn.resolvers"),
        ("oauth2Proxy", json!({"signIn": {"resolvers": [{"resolver": "magic"}]}}), "resolver"),
        ("oauth2Proxy", json!({"signIn": resolvers, "trustedPeers": ["proxy.internal"]}), "trustedPeers"),
        ("gcpIap", json!({"signIn": resolvers}), "audience"),
        ("awsalb", json!({"signIn": resolvers, "region": "eu-central-1"}), "issuer"),
        ("awsalb", json!({"signIn": resolvers, "region": "evil.test/", "issuer": "x"}), "region"),
        ("cfaccess", json!({"signIn": resolvers, "teamName": "engines"}), "audience"),
        ("cfaccess", json!({"signIn": resolvers, "teamName": "evil.test/", "audience": "a"}), "teamName"),
        ("azureEasyAuth", json!({"signIn": resolvers}), "azureEasyAuth"),
    ] {
        let config = config(json!({"auth": {"providers": {id: section}}}));
        let error = AuthService::new(&config, test.database().clone(), false).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains(id), "{id}: {error}");
    }
}
