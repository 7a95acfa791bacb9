//! Sign-ins that must fail: of another browser, used twice, changed on the way, or by a provider that lies.

use callboard_testkit::{TestDatabase, for_each_database};
use serde_json::{Value, json};

use super::browser::{Browser, location, posted};
use super::{APP, Stand, error_of};

/// A state with one part replaced.
fn changed(back: &str, name: &str, value: &str) -> String {
    let (before, rest) = back.split_once("state=").unwrap();
    let (state, after) = rest.split_once('&').unwrap_or((rest, ""));
    let text = String::from_utf8(hex::decode(state).unwrap()).unwrap();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (known, old) in url::form_urlencoded::parse(text.as_bytes()) {
        if known != name {
            query.append_pair(&known, &old);
        }
    }
    query.append_pair(name, value);
    format!("{before}state={}&{after}", hex::encode(query.finish()))
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_started_it() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut ada = Browser::default();
        let back = stand.until_back(&mut ada, "oidc", "").await;
        let mut eve = Browser::default();
        let (message, _) = posted(&eve.go(&stand.app.app, &back).await);
        assert_eq!(error_of(&message), ("NotAllowedError", "Auth response is missing cookie nonce"));
        stand.until_back(&mut eve, "oidc", "").await;
        let (message, _) = posted(&eve.go(&stand.app.app, &back).await);
        assert_eq!(error_of(&message), ("NotAllowedError", "Invalid nonce"));
        assert!(stand.idp.seen("/token").is_empty(), "no code goes anywhere");
        assert!(eve.cookie("oidc-refresh-token").is_none());
        let (message, _) = posted(&ada.go(&stand.app.app, &back).await);
        assert!(message["response"].is_object(), "and hers still works: {message}");
    })
    .await;
}

#[tokio::test]
async fn a_code_and_a_state_work_once() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        let back = stand.until_back(&mut browser, "oidc", "").await;
        assert!(posted(&browser.go(&stand.app.app, &back).await).0["response"].is_object());
        let (message, _) = posted(&browser.go(&stand.app.app, &back).await);
        let text = "This sign-in has been used already; start it again";
        assert_eq!(error_of(&message), ("NotAllowedError", text));
        assert_eq!(stand.idp.seen("/token").len(), 1);
        // Nor does the state work with another code.
        let other = stand.until_back(&mut Browser::default(), "oidc", "").await;
        let code = other.split("code=").nth(1).unwrap().split('&').next().unwrap();
        let mixed = format!("{}&code={code}", back.replace("code=", "was="));
        assert_eq!(error_of(&posted(&browser.go(&stand.app.app, &mixed).await).0).1, text);
    })
    .await;
}

#[tokio::test]
async fn a_code_of_another_browser_is_worth_nothing_because_of_pkce() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let stolen = stand.until_back(&mut Browser::default(), "oidc", "").await;
    let code = stolen.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let mut eve = Browser::default();
    let own = stand.until_back(&mut eve, "oidc", "").await;
    let mixed = format!("{}&code={code}", own.replace("code=", "was="));
    let (message, _) = posted(&eve.go(&stand.app.app, &mixed).await);
    assert!(error_of(&message).1.contains("the code verifier is wrong"), "{message}");
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long_is_over() {
    for_each_database(|test| async move {
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        let back = stand.until_back(&mut browser, "oidc", "").await;
        stand.app.wait(661);
        let (message, _) = posted(&browser.go(&stand.app.app, &back).await);
        assert_eq!(error_of(&message).1, "The sign-in took longer than 10 minutes; start it again");
    })
    .await;
}

#[tokio::test]
async fn a_state_for_one_environment_or_provider_says_nothing_in_another() {
    let test = TestDatabase::sqlite().await;
    let providers = |idp: &super::Idp| {
        let section = super::oidc(idp, &json!({}));
        json!({"oidc": {"development": section, "production": section}})
    };
    let stand = Stand::start_with(test.database(), providers, json!({})).await;
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "oidc", "").await;
    let (message, _) = posted(&browser.go(&stand.app.app, &format!("{back}&env=production")).await);
    assert_eq!(error_of(&message).1, "Invalid nonce");
    let (message, _) = posted(&browser.go(&stand.app.app, &changed(&back, "env", "production")).await);
    assert!(message["error"].is_object(), "the verifier belongs to the environment: {message}");
}

#[tokio::test]
async fn only_allowed_origins_start_a_sign_in() {
    let test = TestDatabase::sqlite().await;
    let allowed = json!({"experimentalExtraAllowedOrigins": ["https://*.preview.example"]});
    let providers = |idp: &super::Idp| json!({"oidc": {"development": super::oidc(idp, &json!({}))}});
    let stand = Stand::start_with(test.database(), providers, allowed).await;
    let browser = &mut Browser::default();
    for (origin, status) in [
        ("https://pr-7.preview.example", 302),
        ("http://localhost:3000", 302),
        ("https://evil.example", 403),
        ("https://evil.example%2F.preview.example", 403),
        ("https://preview.example", 403),
        ("null", 400),
        ("javascript:alert(1)", 400),
    ] {
        let path = format!("/oidc/start?env=development&origin={origin}");
        assert_eq!(browser.go(&stand.app.app, &path).await.status, status, "{origin}");
    }
    // The outcome goes to the origin that started it, and an origin put into the state gets nothing.
    let start = "/oidc/start?env=development&origin=https://pr-7.preview.example";
    let back = stand.idp.let_in(&location(&browser.go(&stand.app.app, start).await));
    let back = format!("/oidc/handler/frame?{back}");
    let (message, origin) =
        posted(&browser.go(&stand.app.app, &changed(&back, "origin", "https://evil.example")).await);
    assert_eq!(origin, APP);
    assert_eq!(error_of(&message), ("NotAllowedError", "Origin 'https://evil.example' is not allowed"));
    let (_, origin) = posted(&browser.go(&stand.app.app, &back).await);
    assert_eq!(origin, "https://pr-7.preview.example");
}

#[tokio::test]
async fn a_redirect_never_leaves_the_allowed_origins() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let targets = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "http://localhost:3000@evil.example/",
        "http://localhost:3000.evil.example",
        "http:evil.example",
        "javascript:alert(document.domain)",
        "data:text/html,<script>alert(1)</script>",
        "\thttps://evil.example",
        "portal",
    ];
    for target in targets {
        let mut browser = Browser::default();
        let encoded: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let path = format!("/oidc/start?env=development&flow=redirect&redirectUrl={encoded}");
        let answer = browser.go(&stand.app.app, &path).await;
        assert_eq!(answer.status, 403, "{target}");
        assert_eq!(answer.body["error"]["message"], "The redirectUrl is not on an allowed origin");
        // Also not when it is put into a state that was fine, for a success and for an error.
        let query = format!("flow=redirect&redirectUrl={APP}");
        let back = stand.until_back(&mut browser, "oidc", &query).await;
        for back in
            [changed(&back, "redirectUrl", target), changed(&back, "redirectUrl", target) + "&error=x"]
        {
            let (message, _) = posted(&browser.go(&stand.app.app, &back).await);
            assert_eq!(error_of(&message).1, "The redirectUrl is not on an allowed origin", "{target}");
        }
    }
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "oidc", "flow=redirect").await;
    let (message, _) = posted(&browser.go(&stand.app.app, &back).await);
    assert_eq!(error_of(&message), ("InputError", "No redirectUrl provided in request query parameters"));
}

#[tokio::test]
async fn cve_2021_43776_script_in_any_parameter_stays_text() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let script = "</script><script>alert(1)</script>'\"`${alert(1)}\u{2028}\\x27<!--";
    let encoded: String = url::form_urlencoded::byte_serialize(script.as_bytes()).collect();
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "oidc", "").await;
    let mut pages = 0;
    for path in [
        format!("{back}&error={encoded}"),
        format!("{back}&error=a&error_description={encoded}"),
        format!("/oidc/handler/frame?env=development&state={encoded}"),
        format!("/oidc/handler/frame?env={encoded}"),
        changed(&back, "origin", script),
        changed(&back, "origin", &format!("https://{script}")),
        changed(&back, "redirectUrl", script),
        changed(&back, "flow", script),
        changed(&back, "scope", script),
        changed(&back, "nonce", script),
        format!("/oidc/start?env=development&origin={encoded}"),
        format!("/oidc/start?env={encoded}"),
        format!("/oidc/refresh?env={encoded}"),
    ] {
        let answer = browser.go(&stand.app.app, &path).await;
        let content_type = answer.headers["content-type"].to_str().unwrap();
        if content_type == "text/html" {
            pages += 1;
            assert!(!answer.text.contains("alert("), "{path}\n{}", answer.text);
            assert_eq!(answer.text.matches("<script>").count(), 1);
            assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("sha256-"));
            posted(&answer);
        } else {
            assert_eq!(content_type, "application/json; charset=utf-8", "{path}");
        }
    }
    assert!(pages > 5, "{pages}");
    // And in what the provider says about somebody.
    stand.idp.set(|idp| idp.user_info["name"] = script.into());
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "oidc", "").await;
    let answer = browser.go(&stand.app.app, &back).await;
    assert!(!answer.text.contains("alert("), "{}", answer.text);
    assert_eq!(posted(&answer).0["response"]["profile"]["displayName"], script);
}

#[tokio::test]
async fn cve_2026_106488_an_unverified_email_signs_nobody_in() {
    for_each_database(|test| async move {
        for verified in [json!(false), Value::Null, json!("true"), json!(1), json!("false")] {
            let stand = Stand::start(test.database(), json!({})).await;
            stand.idp.set(|idp| idp.user_info["email_verified"] = verified.clone());
            let mut browser = Browser::default();
            let message = stand.sign_in(&mut browser, "oidc").await;
            assert!(error_of(&message).1.contains("is not verified"), "{verified}: {message}");
            assert_eq!(browser.cookie("oidc-refresh-token"), None);
        }
        // The claim may also be missing, and it may change after the sign-in.
        let stand = Stand::start(test.database(), json!({})).await;
        let mut browser = Browser::default();
        stand.sign_in(&mut browser, "oidc").await;
        stand.idp.set(|idp| {
            idp.user_info.as_object_mut().unwrap().remove("email_verified");
        });
        let answer = stand.refresh(&mut browser, "oidc").await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        let answer = stand.sign_in(&mut browser, "oidc").await;
        assert!(error_of(&answer).1.contains("is not verified"));
    })
    .await;
}

#[tokio::test]
async fn an_unverified_email_is_no_part_of_the_profile_either() {
    let test = TestDatabase::sqlite().await;
    let resolver = json!({"resolvers": [{"resolver": "preferredUsernameMatchingUserEntityName"}]});
    let stand = Stand::start(test.database(), json!({"signIn": resolver})).await;
    stand.idp.set(|idp| idp.user_info["email_verified"] = false.into());
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    assert_eq!(message["response"]["profile"].get("email"), None);
    let identity = &message["response"]["backstageIdentity"]["identity"];
    assert_eq!(identity["userEntityRef"], "user:default/ada");
}

#[tokio::test]
async fn a_provider_that_is_down_or_answers_garbage_fails_the_sign_in_and_nothing_else() {
    let test = TestDatabase::sqlite().await;
    let huge = vec![b' '; 3 * 1024 * 1024];
    let bodies: [Vec<u8>; 5] =
        [b"<html>".to_vec(), b"[]".to_vec(), b"{\"keys\":7}".to_vec(), Vec::new(), huge];
    for path in ["/token", "/userinfo", "/jwks"] {
        for body in &bodies {
            let stand = Stand::start(test.database(), json!({})).await;
            stand.idp.set(|idp| {
                idp.raw.insert(path.to_owned(), body.clone());
            });
            let message = stand.sign_in(&mut Browser::default(), "oidc").await;
            assert_eq!(error_of(&message).0, "Error", "{path}: {message}");
            assert!(message.to_string().len() < 1_000, "{message}");
            stand.idp.set(|idp| idp.raw.clear());
            stand.app.wait(5);
            let message = stand.sign_in(&mut Browser::default(), "oidc").await;
            assert!(message["response"].is_object(), "afterwards it works: {message}");
        }
    }
    let stand = Stand::start(test.database(), json!({})).await;
    let discovery = "/.well-known/openid-configuration";
    for body in bodies {
        stand.idp.set(|idp| {
            idp.raw.insert(discovery.to_owned(), body);
        });
        let tries = stand.idp.seen(discovery).len();
        for _ in 0..3 {
            let start = Browser::default().go(&stand.app.app, "/oidc/start?env=development").await;
            assert_eq!(start.status, 500);
            assert_eq!(start.body["error"]["name"], "Error");
        }
        assert_eq!(stand.idp.seen(discovery).len(), tries + 1, "it is left alone for a moment");
        stand.app.wait(5);
    }
    stand.idp.set(|idp| idp.raw.clear());
    stand.sign_in(&mut Browser::default(), "oidc").await;
    let dead = json!({"metadataUrl": "http://127.0.0.1:9/"});
    let stand = Stand::start(test.database(), dead).await;
    let start = Browser::default().go(&stand.app.app, "/oidc/start?env=development").await;
    assert_eq!(start.status, 500);
}

#[tokio::test]
async fn what_a_provider_names_is_asked_only_if_it_is_public_or_in_the_configuration() {
    let test = TestDatabase::sqlite().await;
    let inside = super::Idp::start(std::sync::Arc::default()).await;
    for endpoint in ["token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        let stand = Stand::start(test.database(), json!({})).await;
        let url = stand.idp.url.clone();
        let mut document = json!({
            "issuer": url, "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/jwks"),
            "userinfo_endpoint": format!("{url}/userinfo"),
        });
        for inner in [format!("{}/inner", inside.url), "http://169.254.169.254/latest".to_owned()] {
            document[endpoint] = inner.into();
            let document = document.clone();
            stand.idp.set(|idp| {
                idp.documents.insert("/.well-known/openid-configuration".to_owned(), (200, document));
            });
            let message = stand.sign_in(&mut Browser::default(), "oidc").await;
            assert_eq!(error_of(&message).0, "Error", "{endpoint}: {message}");
        }
    }
    assert!(inside.seen("/inner").is_empty());
}
