//! What the configuration may say about providers, and what the sign-in page is told of it.

use callboard_plugin_auth::{AuthPlugin, AuthService};
use callboard_scm::egress::Egress;
use callboard_testkit::{TestDatabase, services};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{Idp, Stand, oidc};

/// Why a server with these providers doesn't start.
async fn refused(providers: Value, development: bool) -> Option<String> {
    let test = TestDatabase::sqlite().await;
    let config = crate::config(json!({"auth": {"providers": providers}}));
    let auth = Arc::new(AuthService::new(&config, test.database().clone(), development).unwrap());
    let plugin = AuthPlugin::new(services(config), auth);
    plugin.with_oauth(Egress::new().unwrap(), None).err().map(|error| error.to_string())
}

fn client(more: Value) -> Value {
    let mut section = json!({"clientId": "a", "clientSecret": "b"});
    for (key, value) in more.as_object().unwrap() {
        section[key] = value.clone();
    }
    json!({"development": section})
}

#[tokio::test]
async fn a_section_that_can_not_be_used_ends_the_start_and_says_where() {
    let url = "https://idp.example";
    for (providers, part) in [
        (
            json!({"github": {"development": {"clientId": "a"}}}),
            "auth.providers.github.development.clientSecret",
        ),
        (json!({"github": {"development": "text"}}), "auth.providers.github.development"),
        (
            json!({"oidc": client(json!({"metadataUrl": url, "scope": "x"}))}),
            "The oidc provider no longer supports the \"scope\" configuration option. Please use the \
             \"additionalScopes\" option instead.",
        ),
        (
            json!({"oauth2": client(json!({"authorizationUrl": url, "tokenUrl": url, "scope": "x"}))}),
            "The oauth2 provider no longer supports",
        ),
        (
            json!({"pinniped": client(json!({"federationDomain": url, "scope": "x"}))}),
            "The pinniped provider no longer supports",
        ),
        (
            json!({"oidc": client(json!({"metadataUrl": "ftp://idp.example"}))}),
            "expected an http or https URL",
        ),
        (
            json!({"oidc": client(json!({"metadataUrl": url, "tokenSignedResponseAlg": "HS256"}))}),
            "'HS256' is not supported; use one of RS256",
        ),
        (
            json!({"oidc": client(json!({"metadataUrl": url, "tokenSignedResponseAlg": "none"}))}),
            "'none' is not supported",
        ),
        (
            json!({"oidc": client(json!({"metadataUrl": url, "tokenEndpointAuthMethod": "private_key_jwt"}))}),
            "use client_secret_basic, client_secret_post or none",
        ),
        (json!({"auth0": client(json!({"domain": "evil.example/path"}))}), "expected a host name"),
        (json!({"microsoft": client(json!({"tenantId": "a/b"}))}), "expected the id or the domain"),
        (json!({"github": client(json!({"callbackUrl": "here"}))}), "expected a URL"),
        (
            json!({"github": client(json!({"signIn": {"resolvers": [{"resolver": "magic"}]}}))}),
            "Sign-in resolver 'magic' is not available",
        ),
    ] {
        let error = refused(providers.clone(), false).await.unwrap_or_default();
        assert!(error.contains(part), "{providers}: {error}");
        assert_eq!(refused(providers, true).await, None, "a developer's server starts");
    }
}

#[tokio::test]
async fn a_developers_server_says_which_provider_is_misconfigured() {
    let test = TestDatabase::sqlite().await;
    let config = json!({"auth": {"providers": {"github": {"development": {"clientId": "a"}}}}});
    let app = crate::App::start_with(test.database(), config, true, |plugin| {
        plugin.with_oauth(Egress::new().unwrap(), None).unwrap()
    })
    .await;
    let answer = app.app.send("", "GET", "/github/start?env=development", "").await;
    assert_eq!(answer.status, 404);
    let text = answer.body["error"]["message"].as_str().unwrap();
    assert!(text.starts_with("Auth provider registered for 'github' is misconfigured."), "{text}");
}

#[tokio::test]
async fn the_sign_in_page_learns_which_providers_sign_in_and_nothing_secret() {
    let test = TestDatabase::sqlite().await;
    let providers = |idp: &Idp| {
        json!({
            "guest": {"dangerouslyAllowOutsideDevelopment": true},
            "oidc": {"production": oidc(idp, &json!({})), "development": oidc(idp, &json!({}))},
            "github": {"production": {"clientId": "a", "clientSecret": "b"}},
            "google": {"development": oidc(idp, &json!({}))},
            "cfaccess": {
                "teamName": "t", "audience": "a",
                "signIn": {"resolvers": [{"resolver": "emailMatchingUserEntityProfileEmail"}]},
            },
        })
    };
    let stand = Stand::start_with(test.database(), providers, json!({"environment": "production"})).await;
    let answer = stand.app.app.send("", "GET", "/.callboard/sign-in-options", "").await;
    assert_eq!(
        answer.body,
        json!({
            "providers": [
                {"id": "guest", "title": "Guest", "kind": "guest"},
                {"id": "oidc", "title": "OpenID Connect", "kind": "oauth"},
                {"id": "cfaccess", "title": "Cloudflare Access", "kind": "proxy"},
            ],
            "environment": "production",
        })
    );
}

#[tokio::test]
async fn a_callback_of_its_own_is_what_the_provider_is_told_and_what_cookies_are_bound_to() {
    let test = TestDatabase::sqlite().await;
    let more = json!({
        "callbackUrl": "https://portal.example/custom/oidc/handler/frame", "sessionDuration": {"hours": 2},
        "prompt": "auto",
    });
    let stand = Stand::start(test.database(), more).await;
    let answer = stand.app.app.send("", "GET", "/oidc/start?env=development", "").await;
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.contains("redirect_uri=https%3A%2F%2Fportal.example%2Fcustom%2Foidc%2Fhandler%2Fframe"));
    assert!(!location.contains("prompt="), "{location}");
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let last = cookies.last().unwrap();
    assert!(
        last.contains("Path=/custom/oidc/handler;") && last.contains("; Secure; SameSite=None"),
        "{last}"
    );
}
