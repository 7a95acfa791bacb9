//! Plugins that live in another backend, and callers whose keys are fetched.

use callboard_kit::credentials::Principal;
use callboard_testkit::TestDatabase;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::forge::{close, es256, hs256, limited, open, own_key, signature};
use crate::{App, GUEST, service};

const PLUGIN: &str = "Failed plugin token verification";

fn keys(keys: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"keys": keys}))
}

/// A server whose scaffolder lives at `/node/scaffolder` of another one.
async fn split(test: &TestDatabase, server: &MockServer) -> App {
    let target = format!("{}/node/{{{{pluginId}}}}", server.uri());
    let app = App::start_with(
        test.database(),
        json!({"discovery": {"endpoints": [{"target": target, "plugins": ["scaffolder", "old"]}]}}),
        false,
        |plugin| plugin,
    );
    app.await
}

fn token(app: &App, key: &EncodingKey, kid: &str, changes: &[(&str, Value)]) -> String {
    let header = json!({"typ": "vnd.backstage.plugin", "alg": "ES256", "kid": kid});
    let mut claims =
        json!({"sub": "scaffolder", "aud": "catalog", "iat": app.now(), "exp": app.now() + 3_600});
    for (name, value) in changes {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(*name);
        }
    }
    es256(&header, &claims, key)
}

const JWKS: &str = "/node/scaffolder/.backstage/auth/v1/jwks.json";

#[tokio::test]
async fn a_plugin_that_lives_elsewhere_is_known_by_the_keys_it_publishes_there() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (key, jwk) = own_key("node-1");
    Mock::given(path(JWKS)).respond_with(keys(&[jwk])).expect(1).mount(&server).await;
    let app = split(&test, &server).await;
    let own = token(&app, &key, "node-1", &[]);
    assert_eq!(app.bearer(&own, "catalog").await.unwrap().principal, service("plugin:scaffolder"));

    let user = limited(&app.guest_token().await);
    let for_user = token(&app, &key, "node-1", &[("obo", json!(user))]);
    let expected =
        Principal::User { entity_ref: GUEST.to_owned(), actor: Some("plugin:scaffolder".to_owned()) };
    assert_eq!(app.bearer(&for_user, "catalog").await.unwrap().principal, expected);

    let (header, claims) = open(&own);
    for bad in [
        token(&app, &key, "node-1", &[("aud", json!("search"))]),
        token(&app, &key, "node-1", &[("exp", json!(app.now()))]),
        token(&app, &key, "node-1", &[("iat", Value::Null)]),
        token(&app, &key, "node-1", &[("aud", Value::Null)]),
        token(&app, &key, "node-1", &[("obo", json!("nonsense"))]),
        token(
            &app,
            &key,
            "node-1",
            &[(
                "obo",
                json!(close(&open(&user).0, &json!({"sub": "user:default/admin"}), &signature(&user))),
            )],
        ),
        close(
            &header,
            &json!({"sub": "scaffolder", "aud": "catalog", "iat": 1, "exp": 9_999_999_999_i64}),
            &signature(&own),
        ),
        hs256(&json!({"typ": "vnd.backstage.plugin", "alg": "HS256", "kid": "node-1"}), &claims, b"secret"),
    ] {
        assert_eq!(app.refused(&bad, "catalog").await.0, 401, "{bad}");
    }
}

#[tokio::test]
async fn a_plugin_that_lives_elsewhere_speaks_for_itself_only() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (key, jwk) = own_key("node-1");
    Mock::given(path(JWKS)).respond_with(keys(&[jwk])).mount(&server).await;
    let app = split(&test, &server).await;
    for (caller, text) in [
        ("catalog", PLUGIN.to_owned()),
        ("auth", PLUGIN.to_owned()),
        ("../scaffolder", PLUGIN.to_owned()),
        ("", PLUGIN.to_owned()),
    ] {
        let bad = token(&app, &key, "node-1", &[("sub", json!(caller))]);
        assert_eq!(app.refused(&bad, "catalog").await, (401, text), "{caller}");
    }
    let bad = token(&app, &key, "node-1", &[("sub", json!("old"))]);
    let (status, text) = app.refused(&bad, "catalog").await;
    assert_eq!(status, 401);
    assert!(text.contains("'old'") && text.contains("migrated"), "{text}");
}

#[tokio::test]
async fn new_keys_are_fetched_when_a_token_is_younger_than_the_old_ones_and_not_for_every_invention() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (first, first_jwk) = own_key("node-1");
    Mock::given(path(JWKS))
        .respond_with(keys(std::slice::from_ref(&first_jwk)))
        .expect(1)
        .mount(&server)
        .await;
    let app = split(&test, &server).await;
    assert!(app.bearer(&token(&app, &first, "node-1", &[]), "catalog").await.is_ok());
    for invented in 0..20 {
        let bad = token(&app, &first, &format!("invented-{invented}"), &[("iat", json!(app.now() - 60))]);
        assert_eq!(app.refused(&bad, "catalog").await.0, 401);
    }
    server.verify().await;
    server.reset().await;
    let (second, second_jwk) = own_key("node-2");
    Mock::given(path(JWKS)).respond_with(keys(&[first_jwk, second_jwk])).expect(1).mount(&server).await;
    app.wait(30);
    assert!(app.bearer(&token(&app, &second, "node-2", &[]), "catalog").await.is_ok());
}

#[tokio::test]
async fn keys_of_a_backend_that_does_not_answer_are_used_for_an_hour() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (key, jwk) = own_key("node-1");
    Mock::given(path(JWKS)).respond_with(keys(&[jwk])).mount(&server).await;
    let app = split(&test, &server).await;
    assert!(app.bearer(&token(&app, &key, "node-1", &[]), "catalog").await.is_ok());
    server.reset().await;
    Mock::given(path(JWKS)).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    app.wait(1_200);
    assert!(app.bearer(&token(&app, &key, "node-1", &[]), "catalog").await.is_ok());
    app.wait(3_600);
    assert_eq!(app.refused(&token(&app, &key, "node-1", &[]), "catalog").await, (401, PLUGIN.to_owned()));
}

#[tokio::test]
async fn users_of_a_sign_in_that_lives_elsewhere_are_users_here() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (key, jwk) = own_key("users-1");
    Mock::given(path("/node/auth/.well-known/jwks.json")).respond_with(keys(&[jwk])).mount(&server).await;
    let target = format!("{}/node/{{{{pluginId}}}}", server.uri());
    let config = json!({"discovery": {"endpoints": [{"target": target, "plugins": ["auth"]}]}});
    let app = App::start(test.database(), config).await;
    let header = json!({"typ": "vnd.backstage.user", "alg": "ES256", "kid": "users-1"});
    let claims =
        json!({"sub": "user:default/ada", "aud": "backstage", "iat": app.now(), "exp": app.now() + 60});
    let user = es256(&header, &claims, &key);
    assert_eq!(app.bearer(&user, "catalog").await.unwrap().user_entity_ref(), Some("user:default/ada"));
    let header = json!({"typ": "vnd.backstage.user", "alg": "ES256", "kid": "users-2"});
    let text = "Failed user token verification".to_owned();
    assert_eq!(app.refused(&es256(&header, &claims, &key), "catalog").await, (401, text));
}

fn external(server: &MockServer, options: Value) -> Value {
    let mut options = options;
    options["url"] = format!("{}/jwks", server.uri()).into();
    let restrictions = json!([{"plugin": "catalog"}]);
    json!({"backend": {"auth": {"externalAccess": [
        {"type": "static", "options": {"token": "a-static-token", "subject": "cli"}},
        {"type": "jwks", "options": options, "accessRestrictions": restrictions},
    ]}}})
}

#[tokio::test]
async fn a_token_of_another_issuer_is_a_service_if_issuer_audience_and_algorithm_are_right() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    let (key, jwk) = own_key("ci-1");
    let secret = json!({"kty": "oct", "kid": "shared", "k": "c2VjcmV0"});
    Mock::given(path("/jwks")).respond_with(keys(&[secret, jwk])).expect(1).mount(&server).await;
    let options = json!({
        "issuer": "https://ci.example, https://other.example", "audience": ["portal"], "algorithm": "ES256 RS256",
        "subjectPrefix": "ci",
    });
    let app = App::start(test.database(), external(&server, options)).await;
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": "ci-1"});
    let claims = json!({"iss": "https://ci.example", "aud": "portal", "sub": "job:1", "iat": app.now(), "exp": app.now() + 60});
    let good = es256(&header, &claims, &key);
    let credentials = app.bearer(&good, "catalog").await.unwrap();
    let Principal::Service { subject, restrictions } = credentials.principal else { panic!("a service") };
    assert_eq!(subject, "external:ci:job:1");
    assert_eq!(restrictions.unwrap().plugins[0].plugin, "catalog");
    assert_eq!(app.refused(&good, "search").await.0, 403);
    assert_eq!(app.bearer("a-static-token", "search").await.unwrap().principal, service("cli"));

    let change = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        es256(&header, &claims, &key)
    };
    let mut any_key = header.clone();
    any_key.as_object_mut().unwrap().remove("kid");
    assert!(app.bearer(&es256(&any_key, &claims, &key), "catalog").await.is_ok(), "the only key that fits");
    for bad in [
        change("iss", json!("https://evil.test")),
        change("iss", json!(["https://ci.example"])),
        change("aud", json!("another")),
        change("aud", Value::Null),
        change("sub", Value::Null),
        change("exp", json!(app.now())),
        change("nbf", json!(app.now() + 60)),
        hs256(&json!({"alg": "HS256", "kid": "shared"}), &claims, b"secret"),
        hs256(&json!({"alg": "HS256", "kid": "ci-1"}), &claims, b"secret"),
        close(&json!({"alg": "none", "kid": "ci-1"}), &claims, ""),
        es256(&json!({"alg": "ES256", "kid": "ci-2"}), &claims, &key),
    ] {
        assert_eq!(app.refused(&bad, "catalog").await, (401, "Illegal token".to_owned()), "{bad}");
    }
    app.wait(60);
    assert_eq!(app.refused(&good, "catalog").await.0, 401, "what was remembered ends with the token");
}

#[tokio::test]
async fn an_issuer_whose_keys_are_out_of_reach_leaves_the_others_alone() {
    let (test, server) = (TestDatabase::sqlite().await, MockServer::start().await);
    Mock::given(path("/jwks")).respond_with(ResponseTemplate::new(503)).mount(&server).await;
    let app = App::start(test.database(), external(&server, json!({}))).await;
    let (key, _) = own_key("ci-1");
    let claims = json!({"sub": "job", "exp": app.now() + 60});
    let bad = es256(&json!({"alg": "ES256", "kid": "ci-1"}), &claims, &key);
    assert_eq!(app.refused(&bad, "catalog").await, (401, "Illegal token".to_owned()));
    assert!(app.bearer("a-static-token", "catalog").await.is_ok());
    assert!(app.bearer(&app.guest_token().await, "catalog").await.is_ok());
}
