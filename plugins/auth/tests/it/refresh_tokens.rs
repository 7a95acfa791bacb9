//! Refresh tokens: rotated, bounded, ended by those who may.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_testkit::{TestDatabase, eventually, for_each_database};
use serde_json::{Value, json};

use crate::clients::{CLI, REDIRECT, exchange, refresh, refresh_token, refused, settings, start};

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let first = refresh_token(&app).await;
        app.wait(60);
        let answer = refresh(&app, &first).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let second = answer.body["refresh_token"].as_str().unwrap().to_owned();
        assert_ne!(first, second);
        assert!(app.bearer(answer.body["access_token"].as_str().unwrap(), "catalog").await.is_ok());

        // A client that repeats itself at once loses nothing but the answer.
        assert_eq!(refused(&refresh(&app, &first).await), (400, "invalid_grant"));
        let answer = refresh(&app, &second).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let third = answer.body["refresh_token"].as_str().unwrap().to_owned();

        app.wait(60);
        assert_eq!(refused(&refresh(&app, &first).await), (400, "invalid_grant"));
        assert_eq!(refused(&refresh(&app, &third).await), (400, "invalid_grant"), "the whole line has ended");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_was_made_up_ends_nothing() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings()).await;
    let good = refresh_token(&app).await;
    let id = good.split('.').next().unwrap();
    for token in [format!("{id}.AAAA"), id.to_owned(), format!("{id}."), "x.y".to_owned(), "a".repeat(5_000)]
    {
        assert_eq!(refused(&refresh(&app, &token).await), (400, "invalid_grant"), "{token}");
    }
    let other = json!({"grant_type": "refresh_token", "refresh_token": good, "client_id": "https://claude.ai/x.json"});
    assert_eq!(refused(&exchange(&app, other).await), (400, "invalid_grant"));
    assert_eq!(refresh(&app, &good).await.status, 200);
}

#[tokio::test]
async fn refresh_tokens_are_kept_as_slow_hashes_only() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let token = refresh_token(&app).await;
        let secret = token.split_once('.').unwrap().1;
        let rows = test.database().query("SELECT token_hash FROM auth_refresh_sessions", &[]).await.unwrap();
        let hash = rows[0].str("token_hash").unwrap();
        let (salt, hash) = hash.split_once('.').unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(salt).unwrap().len(), 16);
        assert_eq!(URL_SAFE_NO_PAD.decode(hash).unwrap().len(), 64);
        assert!(!rows[0].str("token_hash").unwrap().contains(secret));
    })
    .await;
}

#[tokio::test]
async fn refresh_tokens_end_by_time_by_number_and_with_the_user() {
    for_each_database(|test| async move {
        let mut limited = settings();
        limited["auth"]["experimentalRefreshToken"] = json!({
            "enabled": true, "tokenLifetime": "1 day", "maxRotationLifetime": "2 days", "maxTokensPerUser": 2,
        });
        let app = start(&test, limited).await;
        let idle = refresh_token(&app).await;
        app.wait(86_400);
        assert_eq!(refused(&refresh(&app, &idle).await), (400, "invalid_grant"), "unused for too long");

        let mut token = refresh_token(&app).await;
        for _ in 0..2 {
            app.wait(80_000);
            let answer = refresh(&app, &token).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            token = answer.body["refresh_token"].as_str().unwrap().to_owned();
        }
        app.wait(80_000);
        assert_eq!(refused(&refresh(&app, &token).await), (400, "invalid_grant"), "rotated for too long");

        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(refresh_token(&app).await);
            app.wait(1);
        }
        let mut statuses = Vec::new();
        for token in &tokens {
            statuses.push(refresh(&app, token).await.status.as_u16());
        }
        assert_eq!(statuses, [400, 200, 200], "the oldest gave way");
    })
    .await;
}

#[tokio::test]
async fn who_is_not_in_the_catalog_any_more_gets_no_new_token() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let token = refresh_token(&app).await;
        test.database()
            .execute("UPDATE auth_refresh_sessions SET user_entity_ref = 'user:default/gone'", &[])
            .await
            .unwrap();
        let answer = refresh(&app, &token).await;
        assert_eq!(refused(&answer), (400, "invalid_grant"));
        assert_eq!(answer.body["error_description"], "User entity no longer exists in the catalog");
        let rows = test.database().query("SELECT id FROM auth_refresh_sessions", &[]).await.unwrap();
        assert!(rows.is_empty(), "the session has ended");
    })
    .await;
    let test = TestDatabase::sqlite().await;
    let mut unchecked = settings();
    unchecked["auth"]["experimentalRefreshToken"]["dangerouslyDisableCatalogPresenceCheck"] = json!(true);
    unchecked["auth"]["providers"]["guest"]["userEntityRef"] = json!("user:default/nobody");
    let app = start(&test, unchecked).await;
    let token = refresh_token(&app).await;
    assert_eq!(refresh(&app, &token).await.status, 200);
}

#[tokio::test]
async fn users_see_and_end_their_own_sessions_and_nobody_elses() {
    for_each_database(|test| async move {
        let app = start(&test, settings()).await;
        let token = refresh_token(&app).await;
        let ada = app.guest_token().await;
        let listed = app.app.send(&ada, "GET", "/.callboard/sessions", "").await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        let items = listed.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        let names: Vec<_> = items[0].as_object().unwrap().keys().collect();
        assert_eq!(names, ["id", "clientName", "clientId", "createdAt", "lastUsedAt", "expiresAt"]);
        assert_eq!((&items[0]["clientName"], &items[0]["clientId"]), (&json!("Backstage CLI"), &json!(CLI)));
        assert_eq!(items[0]["createdAt"], "2027-01-15T08:00:00.000Z");
        let path = format!("/.callboard/sessions/{}", items[0]["id"].as_str().unwrap());

        let mut other = settings();
        other["auth"]["providers"]["guest"]["userEntityRef"] = json!("user:default/eve");
        let others = start(&test, other).await;
        let eve = others.guest_token().await;
        assert_eq!(others.app.send(&eve, "GET", "/.callboard/sessions", "").await.body, json!({"items": []}));
        assert_eq!(others.app.send(&eve, "DELETE", &path, "").await.status, 404);
        assert_eq!(app.app.send("", "GET", "/.callboard/sessions", "").await.status, 401);
        assert_eq!(app.app.send("", "DELETE", &path, "").await.status, 401);

        assert_eq!(app.app.send(&ada, "DELETE", &path, "").await.status, 204);
        assert_eq!(app.app.send(&ada, "DELETE", &path, "").await.status, 404);
        assert_eq!(refused(&refresh(&app, &token).await), (400, "invalid_grant"));
    })
    .await;
}

#[tokio::test]
async fn a_client_gives_its_token_back() {
    let test = TestDatabase::sqlite().await;
    let app = start(&test, settings()).await;
    let token = refresh_token(&app).await;
    let revoke = async |body: Value| app.app.send("", "POST", "/v1/revoke", &body.to_string()).await;
    assert_eq!(refused(&revoke(json!({"token": token})).await), (401, "invalid_client"));
    let other = json!({"token": token, "client_id": "https://claude.ai/other.json"});
    assert_eq!(revoke(other).await.status, 200);
    assert_eq!(revoke(json!({"token": "nonsense", "client_id": CLI})).await.status, 200);
    let answer = refresh(&app, &token).await;
    assert_eq!(answer.status, 200, "only its own client gives a token back");
    let token = answer.body["refresh_token"].as_str().unwrap();
    assert_eq!(revoke(json!({"token": token, "client_id": CLI})).await.status, 200);
    assert_eq!(refused(&refresh(&app, token).await), (400, "invalid_grant"));
}

#[tokio::test]
async fn what_has_ended_is_forgotten() {
    for_each_database(|test| async move {
        let mut on = settings();
        on["auth"]["experimentalDynamicClientRegistration"] = json!({"enabled": true});
        let app = start(&test, on.clone()).await;
        refresh_token(&app).await;
        let body = json!({"redirect_uris": [REDIRECT]}).to_string();
        assert_eq!(app.app.send("", "POST", "/v1/register", &body).await.status, 201);
        let database = test.database();
        for sql in [
            "UPDATE auth_clients SET created_at = 1",
            "UPDATE auth_authorizations SET expires_at = 1, code_expires_at = 1",
            "UPDATE auth_refresh_sessions SET expires_at = 1",
        ] {
            assert_eq!(database.execute(sql, &[]).await.unwrap(), 1, "{sql}");
        }
        let _again = start(&test, on).await;
        eventually("everything is forgotten", || async {
            let sql = "SELECT (SELECT COUNT(*) FROM auth_clients) + (SELECT COUNT(*) FROM auth_authorizations) \
                       + (SELECT COUNT(*) FROM auth_refresh_sessions) AS left_over";
            database.query(sql, &[]).await.unwrap()[0].int("left_over").unwrap() == 0
        })
        .await;
    })
    .await;
}
