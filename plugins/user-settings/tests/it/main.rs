//! The settings over HTTP, on both databases.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use callboard_config::Config;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::Plugin;
use callboard_plugin_user_settings::UserSettingsPlugin;
use callboard_testkit::{TestApp, TestDatabase, for_each_database, services};
use http::StatusCode;
use serde_json::{Value, json};

const ADA: &str = "user:default/ada";
const BOB: &str = "user:default/bob";
const K: &str = "/buckets/test/keys/k";

struct App {
    app: TestApp,
    events: callboard_kit::events::EventBus,
}

impl App {
    async fn start(test: &TestDatabase) -> Self {
        let services = services(Config::default());
        let plugin = UserSettingsPlugin::new(services.clone(), test.database().clone());
        plugin.start(&Lifecycle::default()).await.unwrap();
        let app = TestApp::new(plugin.id(), plugin.routes(), services.authenticator);
        Self { app, events: services.events }
    }

    async fn send(&self, who: &str, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
        let answer = self.app.send(who, method, path, body).await;
        (answer.status, answer.body)
    }

    async fn put(&self, who: &str, path: &str, value: &Value) -> StatusCode {
        self.send(who, "PUT", path, &json!({"value": value}).to_string()).await.0
    }
}

#[tokio::test]
async fn a_setting_is_written_read_and_deleted() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        let (status, body) = app.send(ADA, "GET", K, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(
            body,
            json!({
                "error": {"name": "NotFoundError", "message": "Unable to find 'k' in bucket 'test'"},
                "request": {"method": "GET", "url": K},
                "response": {"statusCode": 404},
            })
        );
        let stored = json!({"bucket": "test", "key": "k", "value": {"a": [1, "x"]}});
        let sent = r#"{"value":{"a":[1,"x"]}}"#;
        assert_eq!(app.send(ADA, "PUT", K, sent).await, (StatusCode::OK, stored.clone()));
        assert_eq!(app.send(ADA, "GET", K, "").await, (StatusCode::OK, stored));
        assert_eq!(app.send(ADA, "DELETE", K, "").await, (StatusCode::NO_CONTENT, Value::Null));
        assert_eq!(app.send(ADA, "DELETE", K, "").await.0, StatusCode::NO_CONTENT);
        assert_eq!(app.send(ADA, "GET", K, "").await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_last_value_wins_and_null_is_a_value() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        for value in [json!(1), json!("two"), json!(null)] {
            assert_eq!(app.put(ADA, K, &value).await, StatusCode::OK);
            assert_eq!(app.send(ADA, "GET", K, "").await.1["value"], value);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_may_contain_slashes_and_anything_that_a_url_can_carry() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        for (path, key) in [
            ("/buckets/b/keys/one/two/three", "one/two/three"),
            ("/buckets/b/keys/one%2Ftwo", "one/two"),
            ("/buckets/b/keys/%C3%A9%20%3F", "é ?"),
        ] {
            assert_eq!(app.put(ADA, path, &json!(key)).await, StatusCode::OK, "{path}");
            let (_, body) = app.send(ADA, "GET", path, "").await;
            assert_eq!(body, json!({"bucket": "b", "key": key, "value": key}));
        }
    })
    .await;
}

#[tokio::test]
async fn users_never_see_each_others_settings() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        app.put(ADA, K, &json!("ada's")).await;
        assert_eq!(app.send(BOB, "GET", K, "").await.0, StatusCode::NOT_FOUND);
        let wanted = r#"{"items":[{"bucket":"test","key":"k"}]}"#;
        assert_eq!(app.send(BOB, "POST", "/multiget", wanted).await.1, json!({"items": [null]}));
        app.send(BOB, "DELETE", K, "").await;
        assert_eq!(app.send(ADA, "GET", K, "").await.1["value"], "ada's");
    })
    .await;
}

#[tokio::test]
async fn multiget_answers_in_the_order_asked() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        app.put(ADA, "/buckets/one/keys/k", &json!(1)).await;
        app.put(ADA, "/buckets/two/keys/k", &json!(2)).await;
        let wanted = json!({"items": [
            {"bucket": "two", "key": "k"}, {"bucket": "none", "key": "k"}, {"bucket": "one", "key": "k"},
        ]});
        let (status, body) = app.send(ADA, "POST", "/multiget", &wanted.to_string()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body, json!({"items": [{"value": 2}, null, {"value": 1}]}));
        assert_eq!(app.send(ADA, "POST", "/multiget", r#"{"items":[]}"#).await.1, json!({"items": []}));
    })
    .await;
}

#[tokio::test]
async fn services_and_strangers_have_no_settings() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        for (method, path) in [("GET", K), ("PUT", K), ("DELETE", K), ("POST", "/multiget")] {
            assert_eq!(app.send("", method, path, "{}").await.0, StatusCode::UNAUTHORIZED, "{method}");
            let (status, body) = app.send("a-service", method, path, "{}").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{method}");
            assert_eq!(body["error"]["name"], "NotAllowedError");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        let cases = [
            ("PUT", K, "{}", "Missing required field \"value\""),
            ("PUT", K, "{\"value\":", "The body is not"),
            ("PUT", K, "[]", "The body is not"),
            ("POST", "/multiget", "{}", "items"),
            ("POST", "/multiget", "{\"items\":[{\"bucket\":1}]}", "The body is not"),
            ("PUT", "/buckets/%00/keys/k", "{\"value\":1}", "U+0000"),
        ];
        for (method, path, body, hint) in cases {
            let (status, answer) = app.send(ADA, method, path, body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
            assert_eq!(answer["error"]["name"], "InputError");
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains(hint), "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn names_values_lists_and_their_number_are_bounded() {
    for_each_database(|test| async move {
        let app = App::start(&test).await;
        let long = "x".repeat(256);
        assert_eq!(
            app.put(ADA, &format!("/buckets/b/keys/{long}"), &json!(1)).await,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            app.put(ADA, &format!("/buckets/{long}/keys/k"), &json!(1)).await,
            StatusCode::BAD_REQUEST
        );
        let fits = json!("x".repeat(100 * 1024 - 2));
        assert_eq!(app.put(ADA, K, &fits).await, StatusCode::OK);
        for size in [100 * 1024, 1024 * 1024] {
            let (status, body) =
                app.send(ADA, "PUT", K, &json!({"value": "x".repeat(size)}).to_string()).await;
            assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(body["error"]["name"], "PayloadTooLargeError");
        }
        let many: Vec<_> = (0..1_001).map(|n| json!({"bucket": "b", "key": n.to_string()})).collect();
        let (status, _) = app.send(ADA, "POST", "/multiget", &json!({"items": many}).to_string()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn a_user_has_at_most_a_thousand_settings() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(&test).await;
    let mut tx = test.database().begin().await.unwrap();
    let columns = ["user_entity_ref", "bucket", "name", "value", "updated_at"];
    let rows = (0..1_000)
        .map(|n: i64| vec![ADA.into(), "b".into(), n.to_string().into(), "1".into(), n.into()])
        .collect();
    tx.insert_many("user_settings_values", &columns, rows, "").await.unwrap();
    tx.commit().await.unwrap();
    let (status, body) = app.send(ADA, "PUT", K, r#"{"value":1}"#).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"]["message"].as_str().unwrap().contains("limit"));
    assert_eq!(app.put(ADA, "/buckets/b/keys/7", &json!(2)).await, StatusCode::OK, "changing one is allowed");
    assert_eq!(app.put(BOB, K, &json!(2)).await, StatusCode::OK, "the limit is per user");
}

#[tokio::test]
async fn the_windows_of_a_user_are_told_what_changed() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(&test).await;
    let mut events = app.events.subscribe();
    app.put(ADA, K, &json!(1)).await;
    app.send(ADA, "DELETE", K, "").await;
    for what in ["key-changed", "key-deleted"] {
        let event = events.recv().await.unwrap();
        assert_eq!(event.topic, "signals");
        assert_eq!(
            event.payload,
            json!({
                "recipients": {"type": "user", "entityRef": ADA},
                "channel": "user-settings",
                "message": {"type": what, "key": "k"},
            })
        );
    }
}
