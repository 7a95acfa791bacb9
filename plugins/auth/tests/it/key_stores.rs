//! Where keys come from: algorithms, memory, files.

use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_plugin_auth::AuthService;
use callboard_testkit::TestDatabase;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde_json::{Value, json};

use crate::forge::{es256, limited, open, own_key};
use crate::{App, config};

#[tokio::test]
async fn every_algorithm_signs_users_their_cookies_and_verifies_them() {
    let test = TestDatabase::sqlite().await;
    for algorithm in ["ES256", "ES384", "EdDSA", "RS256", "PS256"] {
        let app = App::start(test.database(), json!({"auth": {"identityTokenAlgorithm": algorithm}})).await;
        let token = app.guest_token().await;
        assert_eq!(open(&token).0["alg"], algorithm);
        assert!(app.bearer(&token, "catalog").await.is_ok(), "{algorithm}");
        assert!(app.auth.authenticate_cookie(&limited(&token), "techdocs").await.is_ok(), "{algorithm}");
        let jwks = app.app.send("", "GET", "/.well-known/jwks.json", "").await.body;
        let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["alg"] == algorithm).cloned();
        let key = key.unwrap();
        assert!(key.get("d").is_none() && key.get("p").is_none(), "{algorithm}");
        assert_eq!(open(&token).0["kid"], key["kid"]);
    }
}

#[tokio::test]
async fn keys_in_memory_are_nowhere_else() {
    let test = TestDatabase::sqlite().await;
    let memory = json!({
        "auth": {"keyStore": {"provider": "memory"}},
        "backend": {"auth": {"pluginKeyStore": {"type": "memory"}}},
    });
    let app = App::start(test.database(), memory.clone()).await;
    let token = app.guest_token().await;
    let own = Credentials::own_service("catalog");
    let plugin = app.auth.plugin_token("catalog", "search", &own).await.unwrap();
    assert!(app.bearer(&token, "catalog").await.is_ok() && app.bearer(&plugin, "search").await.is_ok());
    let rows = test.database().query("SELECT kid FROM auth_signing_keys", &[]).await.unwrap();
    assert!(rows.is_empty());
    let other = App::start(test.database(), memory).await;
    assert_eq!(other.refused(&token, "catalog").await.0, 401);
    app.wait(3 * 3_600);
    assert_ne!(open(&app.guest_token().await).0["kid"], open(&token).0["kid"]);
}

/// Writes a key pair and returns its entry of the configuration.
fn pair(directory: &std::path::Path, seed: u8, id: &str, private: bool) -> Value {
    let secret = p256::SecretKey::from_slice(&[seed; 32]).unwrap();
    let (public_file, private_file) =
        (directory.join(format!("{id}.pub")), directory.join(format!("{id}.key")));
    std::fs::write(&public_file, secret.public_key().to_public_key_pem(LineEnding::LF).unwrap()).unwrap();
    std::fs::write(&private_file, secret.to_pkcs8_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
    let mut entry = json!({"publicKeyFile": public_file, "keyId": id});
    if private {
        entry["privateKeyFile"] = json!(private_file);
    }
    entry
}

fn files(keys: &[Value]) -> Value {
    json!({
        "auth": {"keyStore": {"provider": "static", "static": {"keys": keys}}},
        "backend": {"auth": {"pluginKeyStore": {"type": "static", "static": {"keys": keys}}}},
    })
}

#[tokio::test]
async fn the_first_key_of_the_files_signs_and_all_verify() {
    let directory = tempfile::tempdir().unwrap();
    let test = TestDatabase::sqlite().await;
    let old = pair(directory.path(), 3, "old", true);
    let before = App::start(test.database(), files(std::slice::from_ref(&old))).await;
    let (user, own) = (before.guest_token().await, Credentials::own_service("catalog"));
    let plugin = before.auth.plugin_token("catalog", "search", &own).await.unwrap();
    assert_eq!((&open(&user).0["kid"], &open(&plugin).0["kid"]), (&json!("old"), &json!("old")));

    let mut old = old;
    old.as_object_mut().unwrap().remove("privateKeyFile");
    let after = App::start(test.database(), files(&[pair(directory.path(), 4, "new", true), old])).await;
    assert_eq!(open(&after.guest_token().await).0["kid"], "new");
    assert!(after.bearer(&user, "catalog").await.is_ok());
    assert!(after.bearer(&plugin, "search").await.is_ok());
    let jwks = after.auth.jwks("catalog").await.unwrap();
    let ids: Vec<_> = jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
    assert_eq!(ids, ["new", "old"]);
    assert_eq!(jwks["keys"][0].as_object().unwrap().len(), 6);
    let rows = test.database().query("SELECT kid FROM auth_signing_keys", &[]).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn files_that_are_no_keys_are_refused_at_start_with_their_key_and_without_their_content() {
    let directory = tempfile::tempdir().unwrap();
    let test = TestDatabase::sqlite().await;
    let good = pair(directory.path(), 5, "good", true);
    let other = pair(directory.path(), 6, "other", true);
    let change = |key: &str, value: Value| {
        let mut entry = good.clone();
        entry[key] = value;
        entry
    };
    let cases = [
        (vec![], "static.keys"),
        (vec![pair(directory.path(), 5, "public-only", false)], "privateKeyFile"),
        (vec![change("publicKeyFile", json!("/nowhere/at.all"))], "publicKeyFile"),
        (vec![change("publicKeyFile", good["privateKeyFile"].clone())], "publicKeyFile"),
        (vec![change("privateKeyFile", other["privateKeyFile"].clone())], "privateKeyFile"),
        (vec![change("algorithm", json!("RS256"))], "publicKeyFile"),
        (vec![change("algorithm", json!("HS256"))], "algorithm"),
        (vec![good.clone(), good.clone()], "keyId"),
    ];
    for (keys, key) in cases {
        let config = config(files(&keys));
        let error = AuthService::new(&config, test.database().clone(), false).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains("keyStore"), "{error}");
        assert!(!error.contains("PRIVATE"), "{error}");
    }
}

#[tokio::test]
async fn a_user_token_of_the_time_before_types_is_still_one_and_only_for_its_audience() {
    let directory = tempfile::tempdir().unwrap();
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), files(&[pair(directory.path(), 7, "old", true)])).await;
    let (key, _) = own_key("old");
    let claims =
        json!({"sub": "user:default/ada", "aud": "backstage", "iat": app.now(), "exp": app.now() + 60});
    let token = |claims: &Value| es256(&json!({"alg": "ES256", "kid": "old"}), claims, &key);
    let user = app.bearer(&token(&claims), "catalog").await.unwrap();
    assert_eq!(user.user_entity_ref(), Some("user:default/ada"));
    for (name, value) in [("aud", json!("another")), ("exp", json!(app.now())), ("sub", Value::Null)] {
        let mut changed = claims.clone();
        changed[name] = value;
        assert_eq!(app.refused(&token(&changed), "catalog").await.0, 401, "{name}");
    }
}
