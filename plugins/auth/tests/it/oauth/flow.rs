//! The steps of a sign-in as they should go.

use std::collections::HashMap;

use callboard_testkit::{TestDatabase, for_each_database};
use serde_json::json;
use url::Url;

use super::browser::{Browser, location, posted};
use super::{APP, Stand, error_of};

#[tokio::test]
async fn a_start_sends_the_browser_to_the_provider_with_everything_that_ties_it_to_this_browser() {
    let test = TestDatabase::sqlite().await;
    let more = json!({"additionalScopes": "groups", "startUrlSearchParams": {"kc_idp_hint": "corp"}});
    let stand = Stand::start(test.database(), more).await;
    let mut browser = Browser::default();
    let path = format!("/oidc/start?env=development&scope=profile,extra&origin={APP}&flow=popup");
    let answer = browser.go(&stand.app.app, &path).await;
    assert_eq!(answer.headers["content-length"], "0");
    let url = Url::parse(&location(&answer)).unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/authorize");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", "http://localhost:7007/api/auth/oidc/handler/frame"),
        ("scope", "profile extra openid email groups"),
        ("prompt", "none"),
        ("kc_idp_hint", "corp"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    let state = String::from_utf8(hex::decode(&query["state"]).unwrap()).unwrap();
    let state: HashMap<String, String> = url::form_urlencoded::parse(state.as_bytes()).into_owned().collect();
    assert_eq!(state["env"], "development");
    assert_eq!(state["origin"], APP);
    assert_eq!(state["flow"], "popup");
    assert_eq!(state["scope"], "profile extra openid email groups");
    assert_eq!(browser.cookie("oidc-nonce").as_ref(), Some(&state["nonce"]));
    assert_eq!(state["nonce"].len(), 24, "16 bytes in base64");
    assert_eq!(browser.jar[0].path, "/api/auth/oidc/handler");
}

#[tokio::test]
async fn a_popup_ends_on_a_page_that_hands_the_outcome_to_the_app_and_to_nobody_else() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        let back = stand.until_back(&mut browser, "oidc", "flow=popup&scope=groups").await;
        let answer = browser.go(&stand.app.app, &back).await;
        assert_eq!(answer.headers["content-type"], "text/html");
        assert_eq!(answer.headers["x-frame-options"], "sameorigin");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("script-src 'sha256-") && policy.ends_with('\''), "{policy}");
        let (message, origin) = posted(&answer);
        assert_eq!(origin, APP);
        let response = &message["response"];
        assert_eq!(
            response["profile"],
            json!({
                "email": "ada@engines.example", "displayName": "Ada Lovelace",
                "picture": "https://engines.example/ada.png",
            })
        );
        assert_eq!(response["providerInfo"]["accessToken"], "access-2");
        assert_eq!(response["providerInfo"]["expiresInSeconds"], 3_600);
        assert_eq!(response["providerInfo"]["scope"], "groups openid profile email");
        assert!(response["providerInfo"]["idToken"].as_str().unwrap().split('.').count() == 3);
        let identity = &response["backstageIdentity"];
        assert_eq!(
            identity["identity"],
            json!({
                "type": "user", "userEntityRef": "user:default/ada",
                "ownershipEntityRefs": ["user:default/ada", "group:default/all"],
            })
        );
        let token = identity["token"].as_str().unwrap();
        let info = stand.app.app.send(token, "GET", "/v1/userinfo", "").await;
        assert_eq!(info.body["claims"]["ent"], json!(["user:default/ada", "group:default/all"]));
        assert_eq!(browser.cookie("oidc-refresh-token").as_deref(), Some("refresh-2"));
        assert_eq!(browser.cookie("oidc-granted-scope").as_deref(), Some("groups openid profile email"));
        // client_secret_basic encodes both parts.
        let token_request = &stand.idp.seen("/token")[0];
        let basic = token_request.authorization.strip_prefix("Basic ").unwrap();
        assert_eq!(basic, "cG9ydGFsOnMzY3JldCUzQSUyNg==");
        assert!(!token_request.form.contains_key("client_secret"));
    })
    .await;
}

#[tokio::test]
async fn a_redirect_ends_where_the_app_was_and_its_session_is_in_the_cookies() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        let query = format!("flow=redirect&redirectUrl={APP}/portal/catalog%3Fx%3D1");
        let back = stand.until_back(&mut browser, "oidc", &query).await;
        let answer = browser.go(&stand.app.app, &back).await;
        assert_eq!(location(&answer), format!("{APP}/portal/catalog?x=1"));
        let answer = stand.refresh(&mut browser, "oidc").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let identity = &answer.body["backstageIdentity"]["identity"];
        assert_eq!(identity["userEntityRef"], "user:default/ada");
    })
    .await;
}

#[tokio::test]
async fn a_failed_redirect_comes_back_with_its_error() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    stand.idp.set(|idp| idp.user_info["email"] = "nobody@engines.example".into());
    let mut browser = Browser::default();
    let query = format!("flow=redirect&redirectUrl={APP}/portal?error=old%26a=b");
    let back = stand.until_back(&mut browser, "oidc", &query).await;
    let url = Url::parse(&location(&browser.go(&stand.app.app, &back).await)).unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(query[0], ("a".to_owned(), "b".to_owned()));
    assert!(query[1].1.starts_with("Failed to sign-in, unable to resolve user identity."), "{query:?}");
    assert_eq!(query.len(), 2);
    assert_eq!(browser.cookie("oidc-refresh-token"), None, "who isn't let in keeps nothing");
}

#[tokio::test]
async fn a_refresh_renews_the_session_and_remembers_what_was_granted() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        stand.sign_in(&mut browser, "oidc").await;
        let first = browser.cookie("oidc-refresh-token").unwrap();
        let answer =
            browser.script(&stand.app.app, "GET", "/oidc/refresh?env=development&scope=groups").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.body["providerInfo"]["scope"], "groups openid profile email");
        assert!(answer.body["backstageIdentity"]["token"].is_string());
        assert_ne!(browser.cookie("oidc-refresh-token").unwrap(), first, "the provider rotates them");
        // Asked for nothing, it still has what it had.
        let answer = browser.script(&stand.app.app, "POST", "/oidc/refresh?env=development").await;
        assert_eq!(answer.body["providerInfo"]["scope"], "groups openid profile email");
        // And a new sign-in asks for it once more.
        let answer = browser.go(&stand.app.app, "/oidc/start?env=development&scope=more").await;
        assert!(location(&answer).contains("scope=more+groups+openid+profile+email"));
    })
    .await;
}

#[tokio::test]
async fn whatever_goes_wrong_at_a_refresh_is_401_and_says_why() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let mut browser = Browser::default();
    let answer = stand.refresh(&mut browser, "oidc").await;
    let text = "Refresh failed; caused by InputError: Missing session cookie";
    assert_eq!((answer.status.as_u16(), answer.body["error"]["message"].as_str()), (401, Some(text)));
    assert_eq!(answer.body["error"]["name"], "AuthenticationError");
    assert_eq!(
        answer.body["error"]["cause"],
        json!({"name": "InputError", "message": "Missing session cookie"})
    );
    stand.sign_in(&mut browser, "oidc").await;
    let plain = browser.go(&stand.app.app, "/oidc/refresh?env=development").await;
    assert_eq!(plain.status, 401);
    assert_eq!(plain.body["error"]["message"], "Invalid X-Requested-With header");
    let old = browser.clone();
    assert_eq!(stand.refresh(&mut browser, "oidc").await.status, 200);
    let answer = stand.refresh(&mut old.clone(), "oidc").await;
    assert_eq!(answer.status, 401, "a refresh token that was used");
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("Refresh failed; caused by Error: Authentication failed, "), "{message}");
    stand.idp.set(|idp| idp.user_info["sub"] = "somebody else".into());
    assert_eq!(stand.refresh(&mut browser, "oidc").await.status, 401);
}

#[tokio::test]
async fn a_logout_forgets_the_session_here_and_at_the_provider() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        stand.sign_in(&mut browser, "oidc").await;
        let path = "/oidc/logout?env=development";
        assert_eq!(browser.ask(&stand.app.app, "POST", path, &[]).await.status, 401);
        let xhr = ("x-requested-with", "XMLHttpRequest");
        let foreign =
            browser.ask(&stand.app.app, "POST", path, &[xhr, ("origin", "https://evil.example")]).await;
        assert_eq!(foreign.status, 403);
        assert_eq!(foreign.body["error"]["message"], "Origin 'https://evil.example' is not allowed");
        let token = browser.cookie("oidc-refresh-token").unwrap();
        let answer = browser.ask(&stand.app.app, "POST", path, &[xhr, ("origin", APP)]).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        assert_eq!(browser.cookie("oidc-refresh-token"), None);
        assert_eq!(browser.cookie("oidc-granted-scope"), None);
        assert_eq!(stand.idp.seen("/revoke")[0].form["token"], token);
        assert_eq!(stand.refresh(&mut browser, "oidc").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a_logout_works_when_the_provider_does_not() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, "oidc").await;
    stand.idp.set(|idp| {
        idp.documents.insert("/revoke".to_owned(), (500, json!({})));
    });
    let answer = browser.script(&stand.app.app, "POST", "/oidc/logout?env=development").await;
    assert_eq!(answer.status, 200);
    assert_eq!(browser.cookie("oidc-refresh-token"), None);
}

#[tokio::test]
async fn long_tokens_are_split_over_several_cookies_and_come_back_whole() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let long = "long-refresh-token+".repeat(500);
    let token = long.clone();
    stand.idp.set(move |idp| {
        idp.token_answer.insert("refresh_token".to_owned(), token.into());
    });
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, "oidc").await;
    let pieces: Vec<_> =
        browser.jar.iter().filter(|cookie| cookie.name.starts_with("oidc-refresh-token-")).collect();
    assert_eq!(pieces.len(), 3);
    assert!(pieces.iter().all(|cookie| cookie.name.len() + cookie.value.len() < 4_096 * 3));
    stand.refresh(&mut browser, "oidc").await;
    assert_eq!(stand.idp.seen("/token")[1].form["refresh_token"], long);
}

#[tokio::test]
async fn each_environment_is_a_provider_of_its_own_and_others_are_not_there() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let browser = &mut Browser::default();
    for (path, status, text) in [
        ("/oidc/start", 400, "Must specify 'env' query to select environment"),
        ("/oidc/refresh", 400, "Must specify 'env' query to select environment"),
        (
            "/oidc/start?env=production",
            404,
            "No configuration available for the 'production' environment of this provider.",
        ),
        ("/oidc/handler/frame?state=00", 403, "OAuth state is invalid, missing env"),
        ("/github/start?env=development", 404, "No auth provider registered for 'github'"),
        ("/saml/start?env=development", 404, "Unknown auth provider 'saml'"),
    ] {
        let answer = browser.script(&stand.app.app, "GET", path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.body["error"]["message"], text, "{path}");
    }
    // With an environment but without a state the window is told.
    let answer = browser.go(&stand.app.app, "/oidc/handler/frame?env=development").await;
    assert_eq!(error_of(&posted(&answer).0), ("NotAllowedError", "OAuth state is invalid, missing env"));
}

#[tokio::test]
async fn without_resolvers_a_provider_gives_tokens_and_signs_nobody_in() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({"signIn": null})).await;
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    assert!(message["response"]["providerInfo"]["accessToken"].is_string());
    assert_eq!(message["response"].get("backstageIdentity"), None);
}

#[tokio::test]
async fn who_says_no_at_the_provider_is_told_in_its_words() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let mut browser = Browser::default();
    let start = browser.go(&stand.app.app, "/oidc/start?env=development").await;
    let url = Url::parse(&location(&start)).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let path = format!("/oidc/handler/frame?state={state}&error=login_required&error_description=No+session");
    let (message, _) = posted(&browser.go(&stand.app.app, &path).await);
    assert_eq!(error_of(&message), ("Error", "Authentication rejected, No session"));
}

#[tokio::test]
async fn a_sign_in_that_one_process_starts_another_finishes_once() {
    for_each_database(|test| async move {
        let first = Stand::start(test.database(), json!({})).await;
        let database = test.open_again().await;
        let providers = json!({"oidc": {"development": super::oidc(&first.idp, &json!({}))}});
        let second = Stand::beside(&database, first.idp.clone(), providers, json!({})).await;
        let mut browser = Browser::default();
        let back = first.until_back(&mut browser, "oidc", "").await;
        let (message, _) = posted(&browser.go(&second.app.app, &back).await);
        assert!(message["response"].is_object(), "{message}");
        let (message, _) = posted(&browser.go(&first.app.app, &back).await);
        assert_eq!(error_of(&message).1, "This sign-in has been used already; start it again");
        assert_eq!(first.refresh(&mut browser, "oidc").await.status, 200);
        assert_eq!(second.refresh(&mut browser, "oidc").await.status, 200);
    })
    .await;
}
