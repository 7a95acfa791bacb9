//! Tokens that an attacker makes. Every one of them is refused, with a text that says no more than that.

use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::App;
use crate::forge::{close, es256, hs256, limited, open, own_key, signature};

const USER: &str = "Failed user token verification";
const PLUGIN: &str = "Failed plugin token verification";

async fn start() -> (TestDatabase, App) {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    (test, app)
}

/// A token of the scaffolder for the catalog.
async fn plugin_token(app: &App) -> String {
    let own = Credentials::own_service("scaffolder");
    app.auth.plugin_token("scaffolder", "catalog", &own).await.unwrap()
}

/// The value with a member replaced.
fn set(value: &Value, key: &str, new: Value) -> Value {
    let mut value = value.clone();
    value[key] = new;
    value
}

#[tokio::test]
async fn alg_none_is_refused_in_every_spelling() {
    let (_test, app) = start().await;
    let token = app.guest_token().await;
    let (header, claims) = open(&token);
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let header = set(&header, "alg", json!(algorithm));
        for signature in ["", &signature(&token)] {
            assert_eq!(
                app.refused(&close(&header, &claims, signature), "catalog").await,
                (401, USER.to_owned())
            );
        }
    }
}

#[tokio::test]
async fn a_public_key_does_not_serve_as_an_hmac_secret() {
    let (_test, app) = start().await;
    let (header, claims) = open(&app.guest_token().await);
    let jwks = app.app.send("", "GET", "/.well-known/jwks.json", "").await.body;
    let header = set(&header, "alg", json!("HS256"));
    for secret in [jwks["keys"][0].to_string(), jwks["keys"][0]["x"].as_str().unwrap().to_owned()] {
        let token = hs256(&header, &claims, secret.as_bytes());
        assert_eq!(app.refused(&token, "catalog").await, (401, USER.to_owned()));
    }
}

#[tokio::test]
async fn a_key_that_the_token_brings_itself_is_not_used() {
    let (_test, app) = start().await;
    let (header, claims) = open(&app.guest_token().await);
    let kid = header["kid"].as_str().unwrap();
    let (key, jwk) = own_key(kid);
    let base = json!({"typ": header["typ"], "alg": "ES256", "kid": kid});
    for header in [
        base.clone(),
        set(&base, "jwk", jwk.clone()),
        set(&base, "jku", json!("https://evil.example/jwks.json")),
        set(&base, "x5u", json!("https://evil.example/cert.pem")),
        set(&set(&base, "kid", json!("mine")), "jwk", jwk),
        set(&base, "kid", json!("../../../../dev/null")),
        set(&base, "kid", json!("' OR '1'='1")),
        set(&base, "kid", json!("x".repeat(10_000))),
        set(&base, "kid", json!(["a"])),
    ] {
        let token = es256(&header, &claims, &key);
        assert_eq!(app.refused(&token, "catalog").await, (401, USER.to_owned()), "{header}");
    }
}

#[tokio::test]
async fn a_changed_payload_or_a_signature_of_another_token_is_refused() {
    let (_test, app) = start().await;
    let token = app.guest_token().await;
    let (header, claims) = open(&token);
    for changed in [
        set(&claims, "sub", json!("user:default/admin")),
        set(&claims, "exp", json!(app.now() + 999_999)),
        set(&claims, "ent", json!(["group:default/admins"])),
    ] {
        assert_eq!(
            app.refused(&close(&header, &changed, &signature(&token)), "catalog").await,
            (401, USER.to_owned())
        );
    }
    app.wait(1);
    let other = signature(&app.guest_token().await);
    for wrong in [other.as_str(), "", "AAAA", "====", "not base64"] {
        assert_eq!(app.refused(&close(&header, &claims, wrong), "catalog").await, (401, USER.to_owned()));
    }
    let uip = claims["uip"].as_str().unwrap();
    assert_eq!(app.refused(&close(&header, &claims, uip), "catalog").await, (401, USER.to_owned()));
}

#[tokio::test]
async fn an_expired_token_is_refused_at_its_second_also_when_it_was_seen_before() {
    let (_test, app) = start().await;
    let user = app.guest_token().await;
    let plugin = plugin_token(&app).await;
    assert!(app.bearer(&user, "catalog").await.is_ok());
    assert!(app.bearer(&plugin, "catalog").await.is_ok());
    app.wait(3_599);
    assert!(app.bearer(&user, "catalog").await.is_ok());
    app.wait(1);
    assert_eq!(app.refused(&user, "catalog").await, (401, USER.to_owned()));
    assert_eq!(app.refused(&plugin, "catalog").await, (401, PLUGIN.to_owned()));
}

#[tokio::test]
async fn a_limited_token_is_no_bearer_token() {
    let (_test, app) = start().await;
    let token = limited(&app.guest_token().await);
    let text = "Illegal limited user token".to_owned();
    assert_eq!(app.refused(&token, "catalog").await, (401, text));
    let (header, claims) = open(&token);
    for typ in ["vnd.backstage.user", "vnd.backstage.plugin", "JWT", ""] {
        let token = close(&set(&header, "typ", json!(typ)), &claims, &signature(&token));
        assert_eq!(app.refused(&token, "catalog").await.0, 401, "{typ}");
    }
}

#[tokio::test]
async fn only_a_limited_token_is_a_cookie() {
    let (_test, app) = start().await;
    let full = app.guest_token().await;
    for cookie in [full.clone(), plugin_token(&app).await, String::new(), "..".to_owned()] {
        let error = app.auth.authenticate_cookie(&cookie, "techdocs").await.unwrap_err();
        assert_eq!(error.status, 401);
    }
    let good = limited(&full);
    let (header, claims) = open(&good);
    for changed in
        [set(&claims, "sub", json!("user:default/admin")), set(&claims, "exp", json!(app.now() + 999_999))]
    {
        let cookie = close(&header, &changed, &signature(&good));
        assert!(app.auth.authenticate_cookie(&cookie, "techdocs").await.is_err());
    }
}

#[tokio::test]
async fn cve_2026_106457_a_token_for_another_plugin_is_refused() {
    let (_test, app) = start().await;
    let token = plugin_token(&app).await;
    assert_eq!(app.refused(&token, "search").await, (401, PLUGIN.to_owned()));
    assert!(app.bearer(&token, "catalog").await.is_ok());
    assert_eq!(app.refused(&token, "search").await, (401, PLUGIN.to_owned()), "also once it is remembered");
    let (header, claims) = open(&token);
    for audience in [json!("search"), json!(["search", "catalog"]), Value::Null] {
        let token = close(&header, &set(&claims, "aud", audience), &signature(&token));
        assert_eq!(app.refused(&token, "search").await, (401, PLUGIN.to_owned()));
    }
}

#[tokio::test]
async fn one_kind_of_token_is_never_taken_for_another() {
    let (_test, app) = start().await;
    for token in [app.guest_token().await, plugin_token(&app).await] {
        let (header, claims) = open(&token);
        let own = header["typ"].as_str().unwrap().to_owned();
        for typ in ["vnd.backstage.user", "vnd.backstage.plugin", "JWT", "at+jwt", "VND.BACKSTAGE.USER", ""] {
            if typ != own {
                let token = close(&set(&header, "typ", json!(typ)), &claims, &signature(&token));
                assert_eq!(app.refused(&token, "catalog").await.0, 401, "{own} as {typ}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_token_at_all_is_an_illegal_token() {
    let (_test, app) = start().await;
    let token = app.guest_token().await;
    let (header, claims) = open(&token);
    let critical = close(&set(&header, "crit", json!(["exp"])), &claims, &signature(&token));
    let long = format!("{}.{}.{}", "a".repeat(20_000), "b".repeat(20_000), "c");
    for token in [
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "....",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.",
        critical.as_str(),
        long.as_str(),
    ] {
        assert_eq!(app.refused(token, "catalog").await, (401, "Illegal token".to_owned()));
    }
    assert_eq!(app.refused(&format!("{token}.x"), "catalog").await, (401, "Illegal token".to_owned()));
}

#[tokio::test]
async fn a_token_of_another_installation_is_refused() {
    let (_test, app) = start().await;
    let (_other, elsewhere) = start().await;
    assert_eq!(app.refused(&elsewhere.guest_token().await, "catalog").await, (401, USER.to_owned()));
    assert_eq!(app.refused(&plugin_token(&elsewhere).await, "catalog").await, (401, PLUGIN.to_owned()));
}
