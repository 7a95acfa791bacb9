//! The cookie for pages and pictures.

use axum::body::Body;
use callboard_kit::auth::Authenticator;
use callboard_plugin_auth::cookie_routes;
use callboard_testkit::{TestApp, TestDatabase};
use http::Request;
use serde_json::json;

use crate::forge::limited;
use crate::{App, GUEST};

const PATH: &str = "/.backstage/auth/v1/cookie";

fn techdocs(app: &App, public: bool) -> TestApp {
    TestApp::new("techdocs", cookie_routes(&app.auth, public), app.auth.clone())
}

#[tokio::test]
async fn a_user_gets_a_cookie_that_ends_with_the_token() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    let token = app.guest_token().await;
    let answer = techdocs(&app, false).send(&token, "GET", PATH, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, json!({"expiresAt": "2027-01-15T09:00:00.000Z"}));
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Domain=localhost; Path=/; Expires=Fri, 15 Jan 2027 09:00:00 GMT; HttpOnly; Secure; Priority=High; \
         SameSite=None"
    );
    let value = pair.strip_prefix("backstage-auth=").unwrap();
    assert_eq!(value, limited(&token));
    let user = app.auth.authenticate_cookie(value, "techdocs").await.unwrap();
    assert_eq!(user.user_entity_ref(), Some(GUEST));
    app.wait(3_600);
    assert!(app.auth.authenticate_cookie(value, "techdocs").await.is_err());
}

#[tokio::test]
async fn over_plain_http_the_cookie_is_lax_and_not_secure() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({"backend": {"baseUrl": "http://portal.example.com"}})).await;
    let answer = techdocs(&app, false).send(&app.guest_token().await, "GET", PATH, "").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Domain=portal.example.com;"), "{cookie}");
    assert!(cookie.ends_with("HttpOnly; Priority=High; SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn a_cookie_is_replaced_in_its_last_minutes_or_when_it_is_somebody_elses() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    let guest = json!({"dangerouslyAllowOutsideDevelopment": true, "userEntityRef": "user:default/bob"});
    let bobs = App::start(test.database(), json!({"auth": {"providers": {"guest": guest}}})).await;
    let token = app.guest_token().await;
    let ask = async |cookie: String| {
        let request = Request::get(PATH)
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", format!("a=b; backstage-auth={cookie}"))
            .body(Body::empty())
            .unwrap();
        techdocs(&app, false).request(request).await.headers.contains_key("set-cookie")
    };
    assert!(!ask(limited(&token)).await);
    assert!(ask(limited(&bobs.guest_token().await)).await);
    assert!(ask("nonsense".to_owned()).await);
    app.wait(3_600 - 300);
    assert!(ask(limited(&token)).await);
}

#[tokio::test]
async fn a_cookie_is_cleared_by_who_is_signed_in_and_on_public_plugins_by_anybody() {
    let test = TestDatabase::sqlite().await;
    let app = App::start(test.database(), json!({})).await;
    let token = app.guest_token().await;
    assert_eq!(techdocs(&app, false).send("", "DELETE", PATH, "").await.status, 401);
    for (token, public) in [(token.as_str(), false), ("", true)] {
        let answer = techdocs(&app, public).send(token, "DELETE", PATH, "").await;
        assert_eq!(answer.status, 204);
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("backstage-auth=;") && cookie.contains("1970"), "{cookie}");
    }
}

#[tokio::test]
async fn services_get_no_cookie() {
    let test = TestDatabase::sqlite().await;
    let external = json!([{"type": "static", "options": {"token": "a-static-token", "subject": "cli"}}]);
    let app = App::start(test.database(), json!({"backend": {"auth": {"externalAccess": external}}})).await;
    assert_eq!(techdocs(&app, false).send("a-static-token", "GET", PATH, "").await.status, 403);
    assert_eq!(techdocs(&app, false).send("", "GET", PATH, "").await.status, 401);
}
