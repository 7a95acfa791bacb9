//! The routes of sign-in, as recorded from a real Backstage.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::identity::{CatalogUser, UserDirectory, UserQuery};
use callboard_testkit::{TestDatabase, for_each_database};
use http::Request;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::forge::{limited, open};
use crate::{App, GUEST};

fn error(name: &str, message: &str, method: &str, url: &str, status: u16) -> Value {
    json!({
        "error": {"name": name, "message": message},
        "request": {"method": method, "url": url},
        "response": {"statusCode": status},
    })
}

#[tokio::test]
async fn a_guest_gets_a_user_token_by_get_and_by_post() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        for method in ["GET", "POST"] {
            let answer = app.app.send("", method, "/guest/refresh", "").await;
            assert_eq!(answer.status, 200);
            let mut body = answer.body;
            let token = body["backstageIdentity"]["token"].take();
            assert_eq!(
                body,
                json!({
                    "profile": {},
                    "backstageIdentity": {
                        "token": null,
                        "identity": {"type": "user", "userEntityRef": GUEST, "ownershipEntityRefs": [GUEST]},
                        "expiresInSeconds": 3_599,
                    },
                })
            );
            let (header, claims) = open(token.as_str().unwrap());
            assert_eq!(header["typ"], "vnd.backstage.user");
            assert_eq!(header["alg"], "ES256");
            let names: Vec<_> = claims.as_object().unwrap().keys().collect();
            assert_eq!(names, ["iss", "sub", "aud", "iat", "exp", "uip"]);
            assert_eq!(claims["iss"], "http://localhost:7007/api/auth");
            assert_eq!(claims["sub"], GUEST);
            assert_eq!(claims["aud"], "backstage");
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
        }
    })
    .await;
}

#[tokio::test]
async fn a_guest_token_is_a_user_for_every_plugin() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let token = app.guest_token().await;
        for plugin in ["catalog", "user-settings"] {
            let credentials = app.bearer(&token, plugin).await.unwrap();
            assert_eq!(credentials.user_entity_ref(), Some(GUEST));
            assert_eq!(credentials.expires_at, Some(app.now() + 3_600));
        }
    })
    .await;
}

#[tokio::test]
async fn guests_are_refused_outside_of_development_unless_the_config_lets_them_in() {
    let test = TestDatabase::sqlite().await;
    let closed = json!({"auth": {"providers": {"guest": {}}}});
    let app = App::start(test.database(), closed.clone()).await;
    let answer = app.app.send("", "POST", "/guest/refresh", "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body["error"]["name"], "NotAllowedError");
    let developing = App::start_with(test.database(), closed, true, |plugin| plugin).await;
    assert_eq!(developing.app.send("", "POST", "/guest/refresh", "").await.status, 200);
}

#[tokio::test]
async fn the_config_says_who_a_guest_is_and_what_they_own() {
    let test = TestDatabase::sqlite().await;
    let guest = json!({
        "dangerouslyAllowOutsideDevelopment": true,
        "userEntityRef": "User:Ada", "ownershipEntityRefs": ["user:default/ada", "group:default/Engines"],
    });
    let app = App::start(test.database(), json!({"auth": {"providers": {"guest": guest}}})).await;
    let answer = app.app.send("", "POST", "/guest/refresh", "").await;
    let identity = &answer.body["backstageIdentity"]["identity"];
    assert_eq!(identity["userEntityRef"], "user:default/ada");
    assert_eq!(identity["ownershipEntityRefs"], json!(["user:default/ada", "group:default/engines"]));
}

/// A catalog in which only Ada is.
pub(crate) struct OneUser;

#[async_trait]
impl UserDirectory for OneUser {
    async fn find_users(&self, query: UserQuery<'_>) -> Result<Vec<CatalogUser>, ApiError> {
        let user = CatalogUser {
            user_entity_ref: "user:default/ada".to_owned(),
            ownership_entity_refs: vec!["user:default/ada".to_owned(), "group:default/engines".to_owned()],
        };
        let found = query == UserQuery::EntityRef(&user.user_entity_ref);
        Ok(found.then_some(user).into_iter().collect())
    }
}

#[tokio::test]
async fn a_guest_who_is_in_the_catalog_owns_what_the_catalog_says() {
    let test = TestDatabase::sqlite().await;
    for (user, groups) in [("user:default/ada", 2), ("user:default/nobody", 1)] {
        let guest = json!({"dangerouslyAllowOutsideDevelopment": true, "userEntityRef": user});
        let config = json!({"auth": {"providers": {"guest": guest}}});
        let app =
            App::start_with(test.database(), config, false, |plugin| plugin.with_users(Arc::new(OneUser)))
                .await;
        let token = app.guest_token().await;
        let answer = app.app.send(&token, "GET", "/v1/userinfo", "").await;
        assert_eq!(answer.body["claims"]["ent"].as_array().unwrap().len(), groups, "{user}");
    }
}

#[tokio::test]
async fn the_lifetime_of_tokens_is_bounded_and_ownership_can_go_into_them() {
    let test = TestDatabase::sqlite().await;
    for (wanted, lifetime) in [("1 minute", 600), ("2h", 7_200), ("30 days", 86_400)] {
        let auth = json!({"backstageTokenExpiration": wanted, "omitIdentityTokenOwnershipClaim": false});
        let app = App::start(test.database(), json!({"auth": auth})).await;
        let (_, claims) = open(&app.guest_token().await);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), lifetime);
        assert_eq!(claims["ent"], json!([GUEST]));
    }
}

#[tokio::test]
async fn user_info_is_given_for_full_and_limited_tokens_of_users() {
    for_each_database(|test| async move {
        let external = json!([{"type": "static", "options": {"token": "a-static-token", "subject": "cli"}}]);
        let app =
            App::start(test.database(), json!({"backend": {"auth": {"externalAccess": external}}})).await;
        let token = app.guest_token().await;
        for token in [token.clone(), limited(&token)] {
            let answer = app.app.send(&token, "GET", "/v1/userinfo", "").await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.body, json!({"claims": {"sub": GUEST, "ent": [GUEST]}}));
        }
        let url = "/v1/userinfo";
        let none = app.app.send("", "GET", url, "").await;
        assert_eq!(none.body, error("AuthenticationError", "No token provided", "GET", url, 401));
        let service = app.app.send("a-static-token", "GET", url, "").await;
        let text = "Userinfo endpoint must be called with a token that represents a user principal";
        assert_eq!(service.body, error("InputError", text, "GET", url, 400));
        let bad = app.app.send("nonsense", "GET", url, "").await;
        assert_eq!(bad.body, error("AuthenticationError", "Illegal token", "GET", url, 401));
        test.database().execute("DELETE FROM auth_user_info", &[]).await.unwrap();
        let gone = app.app.send(&token, "GET", url, "").await;
        assert_eq!(gone.body, error("NotFoundError", "User info not found", "GET", url, 404));
    })
    .await;
}

#[tokio::test]
async fn paths_of_other_providers_and_steps_are_answered_as_backstage_does() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    let not_found = "NotFoundError";
    let cases = [
        (
            "POST",
            "/guest/logout",
            error(not_found, "Unknown auth provider 'guest'", "POST", "/guest/logout", 404),
        ),
        (
            "GET",
            "/github/start",
            error(not_found, "Unknown auth provider 'github'", "GET", "/github/start", 404),
        ),
        ("GET", "/okta", error(not_found, "Unknown auth provider 'okta'", "GET", "/okta", 404)),
        ("GET", "/guest/start", error("NotImplementedError", "Not implemented", "GET", "/guest/start", 501)),
    ];
    for (method, path, body) in cases {
        assert_eq!(app.app.send("", method, path, "").await.body, body);
    }
    let without = App::start(test.database(), json!({"auth": {"providers": {}}})).await;
    let answer = without.app.send("", "POST", "/guest/refresh", "").await;
    let text = "No auth provider registered for 'guest'";
    assert_eq!(answer.body, error(not_found, text, "POST", "/guest/refresh", 404));
}

#[tokio::test]
async fn the_server_describes_its_endpoints_below_its_own_address() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    let body = app.app.send("", "GET", "/.well-known/openid-configuration", "").await.body;
    assert_eq!(body["issuer"], "http://localhost:7007/api/auth");
    assert_eq!(body["jwks_uri"], "http://localhost:7007/api/auth/.well-known/jwks.json");
    assert_eq!(body["scopes_supported"], json!(["openid"]));
}

#[tokio::test]
async fn cve_2021_43776_the_handler_url_never_answers_with_a_page_that_runs_script() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    for path in [
        "/guest/handler/frame?error=%3Cscript%3Ealert(1)%3C/script%3E",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E/handler/frame",
        "/github/handler/frame?state=%22%3E%3Cscript%3E",
    ] {
        let request =
            Request::get(path).header("accept", "text/html").body(axum::body::Body::empty()).unwrap();
        let answer = app.app.request(request).await;
        assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8", "{path}");
        assert!(answer.status.is_client_error() || answer.status == 501, "{path}");
    }
}
