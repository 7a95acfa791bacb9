//! Tokens with which one plugin calls another.

use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::{AccessRestrictions, Credentials, PluginRestriction, Principal};
use callboard_testkit::for_each_database;
use serde_json::json;

use crate::forge::{limited, open};
use crate::{App, GUEST, service};

#[tokio::test]
async fn a_plugin_calls_another_as_itself() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let own = Credentials::own_service("scaffolder");
        let token = app.auth.plugin_token("scaffolder", "catalog", &own).await.unwrap();
        let (header, claims) = open(&token);
        assert_eq!(header["typ"], "vnd.backstage.plugin");
        let names: Vec<_> = claims.as_object().unwrap().keys().collect();
        assert_eq!(names, ["sub", "aud", "iat", "exp"]);
        let credentials = app.bearer(&token, "catalog").await.unwrap();
        assert_eq!(credentials.principal, service("plugin:scaffolder"));
    })
    .await;
}

#[tokio::test]
async fn a_plugin_calls_another_for_a_user_and_that_one_a_third() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let full = app.guest_token().await;
        app.wait(600);
        let user = app.bearer(&full, "scaffolder").await.unwrap();
        let first = app.auth.plugin_token("scaffolder", "catalog", &user).await.unwrap();
        let (_, claims) = open(&first);
        assert_eq!(claims["obo"], limited(&full), "the other plugin gets the limited token only");
        assert_eq!(claims["exp"], open(&full).1["exp"], "it ends with the user's token");

        let at_catalog = app.bearer(&first, "catalog").await.unwrap();
        let expected =
            Principal::User { entity_ref: GUEST.to_owned(), actor: Some("plugin:scaffolder".to_owned()) };
        assert_eq!(at_catalog.principal, expected);
        let second = app.auth.plugin_token("catalog", "search", &at_catalog).await.unwrap();
        let at_search = app.bearer(&second, "search").await.unwrap();
        let expected =
            Principal::User { entity_ref: GUEST.to_owned(), actor: Some("plugin:catalog".to_owned()) };
        assert_eq!(at_search.principal, expected);
    })
    .await;
}

#[tokio::test]
async fn a_user_of_a_cookie_is_passed_on_too() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let cookie = limited(&app.guest_token().await);
        let user = app.auth.authenticate_cookie(&cookie, "techdocs").await.unwrap();
        let token = app.auth.plugin_token("techdocs", "catalog", &user).await.unwrap();
        assert_eq!(app.bearer(&token, "catalog").await.unwrap().user_entity_ref(), Some(GUEST));
    })
    .await;
}

#[tokio::test]
async fn nobody_and_restricted_tokens_are_not_passed_on() {
    for_each_database(|test| async move {
        let app = App::start(test.database(), json!({})).await;
        let nobody = app.auth.plugin_token("a", "b", &Credentials::none()).await.unwrap_err();
        assert_eq!(nobody.status, 401);
        let limit = PluginRestriction {
            plugin: "catalog".to_owned(),
            permissions: vec!["catalog.entity.read".to_owned()],
            actions: Vec::new(),
        };
        let restricted = Credentials {
            principal: Principal::Service {
                subject: "cli".to_owned(),
                restrictions: Some(AccessRestrictions { plugins: vec![limit] }),
            },
            token: None,
            expires_at: None,
        };
        let error = app.auth.plugin_token("catalog", "search", &restricted).await.unwrap_err();
        assert_eq!(error.status, 403);
    })
    .await;
}
