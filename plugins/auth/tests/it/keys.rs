//! Keys: shared between processes, changed in time, never mixed up.

use callboard_kit::auth::TokenIssuer;
use callboard_kit::credentials::Credentials;
use callboard_testkit::for_each_database;
use serde_json::{Value, json};

use crate::App;
use crate::forge::open;

async fn key_ids(app: &App) -> Vec<String> {
    let body = app.app.send("", "GET", "/.well-known/jwks.json", "").await.body;
    let keys = body["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_public_keys_are_published_and_nothing_else_of_them() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let body = app.app.send("", "GET", "/.well-known/jwks.json", "").await.body;
        let plugin = app.auth.jwks("catalog").await.unwrap();
        for document in [&body, &plugin] {
            let keys = document["keys"].as_array().unwrap();
            assert_eq!(keys.len(), 1);
            let names: Vec<_> = keys[0].as_object().unwrap().keys().collect();
            assert_eq!(names, ["kty", "x", "y", "crv", "kid", "alg"]);
        }
        assert_ne!(body["keys"][0]["kid"], plugin["keys"][0]["kid"]);
        let (header, _) = open(&app.guest_token().await);
        assert_eq!(header["kid"], body["keys"][0]["kid"]);
    })
    .await;
}

#[tokio::test]
async fn no_private_key_is_in_the_database() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        app.guest_token().await;
        for row in test.database().query("SELECT public_key FROM auth_signing_keys", &[]).await.unwrap() {
            let key: Value = serde_json::from_str(row.str("public_key").unwrap()).unwrap();
            assert!(key.get("d").is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn another_process_and_a_later_start_accept_the_same_token() {
    for_each_database(|test| async move {
        let first = App::start(test.database(), json!({})).await;
        let token = first.guest_token().await;
        let second = App::start(&test.open_again().await, json!({})).await;
        assert!(second.bearer(&token, "catalog").await.is_ok());
        let mut known = key_ids(&second).await;
        assert_eq!(known.len(), 2, "both processes publish both keys");
        let mut others = key_ids(&first).await;
        known.sort();
        others.sort();
        assert_eq!(known, others);
    })
    .await;
}

#[tokio::test]
async fn a_key_signs_for_one_lifetime_and_is_kept_for_three() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let (first, _) = open(&app.guest_token().await);
        app.wait(3_599);
        let last_of_first = app.guest_token().await;
        assert_eq!(open(&last_of_first).0["kid"], first["kid"]);
        app.wait(1);
        let (second, _) = open(&app.guest_token().await);
        assert_ne!(second["kid"], first["kid"]);
        assert!(app.bearer(&last_of_first, "catalog").await.is_ok(), "an older key still verifies");
        let first = first["kid"].as_str().unwrap().to_owned();
        assert!(key_ids(&app).await.contains(&first));
        app.wait(2 * 3_600);
        app.guest_token().await;
        assert!(!key_ids(&app).await.contains(&first));
        let rows =
            test.database().query("SELECT kid FROM auth_signing_keys WHERE kid = $1", &[first.into()]).await;
        assert!(rows.unwrap().is_empty(), "what isn't needed any more is deleted");
    })
    .await;
}

#[tokio::test]
async fn tokens_of_users_and_plugins_have_different_keys() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let user = open(&app.guest_token().await).0;
        let own = Credentials::own_service("catalog");
        let plugin = open(&app.auth.plugin_token("catalog", "search", &own).await.unwrap()).0;
        assert_ne!(user["kid"], plugin["kid"]);
    })
    .await;
}
