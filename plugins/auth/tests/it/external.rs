//! Callers from outside: `backend.auth.externalAccess`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_kit::credentials::{PluginRestriction, Principal};
use callboard_plugin_auth::AuthService;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::forge::hs256;
use crate::{App, config, service};

fn with(external: Value) -> Value {
    json!({"backend": {"auth": {"externalAccess": external}}})
}

fn static_token(token: &str) -> Value {
    json!([{"type": "static", "options": {"token": token, "subject": "cli"}}])
}

#[tokio::test]
async fn a_static_token_is_its_subject_and_only_the_whole_token_is() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), with(static_token("correct-horse"))).await;
    assert_eq!(app.bearer("correct-horse", "catalog").await.unwrap().principal, service("cli"));
    for wrong in ["correct-hors", "correct-horse1", "Correct-horse", "", "correct-horse\0"] {
        assert_eq!(app.refused(wrong, "catalog").await, (401, "Illegal token".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn a_restricted_token_reaches_its_plugins_only_and_carries_its_limits() {
    let test = TestDatabase::sqlite().await;
    let restrictions = json!([
        {"plugin": "catalog", "permission": "catalog.entity.read, catalog.entity.refresh"},
        {"plugin": "search", "permissionAttribute": {"action": ["read"]}},
    ]);
    let external = json!([{
        "type": "static", "options": {"token": "a-static-token", "subject": "cli"},
        "accessRestrictions": restrictions,
    }]);
    let app = App::start(test.database(), with(external)).await;
    let Principal::Service { restrictions: Some(limits), .. } =
        app.bearer("a-static-token", "catalog").await.unwrap().principal
    else {
        panic!("a service with limits")
    };
    let entry = |plugin: &str, permissions: &[&str], actions: &[&str]| PluginRestriction {
        plugin: plugin.to_owned(),
        permissions: permissions.iter().map(|text| (*text).to_owned()).collect(),
        actions: actions.iter().map(|text| (*text).to_owned()).collect(),
    };
    assert_eq!(
        limits.plugins,
        [
            entry("catalog", &["catalog.entity.read", "catalog.entity.refresh"], &[]),
            entry("search", &[], &["read"]),
        ]
    );
    let text = "This token's access is restricted to plugin(s) 'catalog', 'search'";
    assert_eq!(app.refused("a-static-token", "scaffolder").await, (403, text.to_owned()));
}

#[tokio::test]
async fn a_legacy_token_needs_its_secret_its_subject_and_no_audience() {
    let test = TestDatabase::sqlite().await;
    let secret = b"a secret that two backends share";
    let external = json!([
        {"type": "legacy", "options": {"secret": STANDARD.encode("another secret"), "subject": "other"}},
        {"type": "legacy", "options": {"secret": STANDARD.encode(secret), "subject": "old-backend"}},
    ]);
    let app = App::start(test.database(), with(external)).await;
    let header = json!({"alg": "HS256"});
    let good = hs256(&header, &json!({"sub": "backstage-server", "exp": app.now() + 60}), secret);
    assert_eq!(app.bearer(&good, "catalog").await.unwrap().principal, service("old-backend"));
    let endless = hs256(&header, &json!({"sub": "backstage-server"}), secret);
    assert!(app.bearer(&endless, "catalog").await.is_ok(), "as in Backstage, an end is not asked for");
    for (claims, secret) in [
        (json!({"sub": "backstage-server", "exp": app.now()}), &secret[..]),
        (json!({"sub": "somebody"}), &secret[..]),
        (json!({"sub": "backstage-server", "aud": "backstage"}), &secret[..]),
        (json!({"sub": "backstage-server", "exp": "never"}), &secret[..]),
        (json!({"sub": "backstage-server"}), b"guessed"),
    ] {
        let token = hs256(&header, &claims, secret);
        assert_eq!(app.refused(&token, "catalog").await, (401, "Illegal token".to_owned()), "{claims}");
    }
}

#[tokio::test]
async fn an_old_key_stands_for_backstage_plugins() {
    let test = TestDatabase::sqlite().await;
    let keys = json!({"backend": {"auth": {"keys": [{"secret": STANDARD.encode("old")}]}}});
    let app = App::start(test.database(), keys).await;
    let token = hs256(&json!({"alg": "HS256"}), &json!({"sub": "backstage-server"}), b"old");
    assert_eq!(app.bearer(&token, "catalog").await.unwrap().principal, service("external:backstage-plugin"));
}

#[tokio::test]
async fn a_wrong_entry_is_refused_at_start_with_its_key_and_never_its_token() {
    let test = TestDatabase::sqlite().await;
    let options = json!({"token": "a-static-token", "subject": "cli"});
    let restricted = |restrictions: Value| json!([{"type": "static", "options": options, "accessRestrictions": restrictions}]);
    let cases = [
        (static_token("short"), "options.token"),
        (static_token("with some spaces"), "options.token"),
        (json!([{"type": "static", "options": {"token": "a-static-token"}}]), "options.subject"),
        (json!([{"type": "magic", "options": options}]), "type"),
        (json!([{"type": "legacy", "options": {"secret": "%%%", "subject": "cli"}}]), "options.secret"),
        (restricted(json!([])), "accessRestrictions"),
        (restricted(json!([{"plugin": "a"}, {"plugin": "a"}])), "accessRestrictions[1].plugin"),
        (
            restricted(json!([{"plugin": "a", "permissionAttribute": {"action": "fly"}}])),
            "permissionAttribute",
        ),
        (restricted(json!([{"plugin": "a", "permissionAttribute": {"colour": "red"}}])), "colour"),
    ];
    for (external, key) in cases {
        let config = config(with(external));
        let error = AuthService::new(&config, test.database().clone(), false).unwrap_err().to_string();
        assert!(error.contains("backend.auth.externalAccess[0]"), "{error}");
        assert!(error.contains(key), "{error}");
        assert!(!error.contains("a-static-token") && !error.contains("with some spaces"), "{error}");
    }
}

#[tokio::test]
async fn keys_that_would_have_to_be_ignored_are_refused_at_start() {
    let test = TestDatabase::sqlite().await;
    for (section, key) in [
        (json!({"auth": {"identityTokenAlgorithm": "HS256"}}), "auth.identityTokenAlgorithm"),
        (json!({"auth": {"keyStore": {"provider": "firestore"}}}), "auth.keyStore.provider"),
        (
            json!({"backend": {"auth": {"pluginKeyStore": {"type": "static"}}}}),
            "backend.auth.pluginKeyStore.static.keys",
        ),
        (json!({"auth": {"providers": {"guest": {"userEntityRef": "nobody"}}}}), "userEntityRef"),
    ] {
        let error =
            AuthService::new(&config(section), test.database().clone(), false).unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}
