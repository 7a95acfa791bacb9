//! Sign-in with an identity provider, through the real router, against a provider of these tests.

mod attacks;
mod browser;
mod configuration;
mod flow;
mod id_tokens;
mod idp;
mod providers;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::identity::{CatalogUser, UserDirectory, UserQuery};
use callboard_scm::egress::Egress;
use callboard_store::Database;
use serde_json::{Value, json};

use crate::App;
use browser::{Browser, location};
use idp::Idp;

/// The origin of the app.
const APP: &str = "http://localhost:3000";

/// Users by name, with their address and the ids that annotations hold.
struct People;

/// Name, address, annotations.
type Person = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const PEOPLE: &[Person] = &[
    (
        "ada",
        "ada@engines.example",
        &[
            ("github.com/user-id", "MDQ6VXNlcjE="),
            ("google.com/email", "ada@engines.example"),
            ("okta.com/email", "ada@engines.example"),
            ("microsoft.com/email", "ada@engines.example"),
            ("graph.microsoft.com/user-id", "4711"),
            ("bitbucket.org/user-id", "{1815}"),
            ("bitbucket.org/username", "ada"),
            ("gitlab.com/user-id", "17"),
        ],
    ),
    ("eve", "eve@engines.example", &[("github.com/user-id", "mdq6vxNLCJe=")]),
];

#[async_trait]
impl UserDirectory for People {
    async fn find_users(&self, query: UserQuery<'_>) -> Result<Vec<CatalogUser>, ApiError> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let found = PEOPLE.iter().filter(|(name, email, ids)| match query {
            UserQuery::EntityRef(reference) => same(reference, &format!("user:default/{name}")),
            UserQuery::ProfileEmail(wanted) => same(wanted, email),
            UserQuery::Annotation { key, value, exact_case } => ids
                .iter()
                .any(|(known, id)| *known == key && if exact_case { *id == value } else { same(id, value) }),
        });
        Ok(found
            .map(|(name, ..)| CatalogUser {
                user_entity_ref: format!("user:default/{name}"),
                ownership_entity_refs: vec![format!("user:default/{name}"), "group:default/all".to_owned()],
            })
            .collect())
    }
}

/// A server with a provider next to it.
struct Stand {
    app: App,
    idp: Idp,
}

impl Stand {
    /// A server with the OIDC provider in the environment `development`; `more` is laid over its section.
    async fn start(database: &Database, more: Value) -> Self {
        Self::start_with(database, |idp| json!({"oidc": {"development": oidc(idp, &more)}}), json!({})).await
    }

    /// A server with the providers that `providers` makes, and more of `auth`. The provider of the test also stands in
    /// for those at fixed addresses.
    async fn start_with(database: &Database, providers: impl FnOnce(&Idp) -> Value, auth: Value) -> Self {
        let idp = Idp::start(Arc::new(AtomicI64::new(1_800_000_000))).await;
        let providers = providers(&idp);
        Self::beside(database, idp, providers, auth).await
    }

    /// One more server, as another process is, with the same provider.
    async fn beside(database: &Database, idp: Idp, providers: Value, mut auth: Value) -> Self {
        let clock = idp.clock.clone();
        auth["providers"] = providers;
        let config = json!({"auth": auth, "app": {"baseUrl": format!("{APP}/portal")}});
        let stand_in = idp.url.clone();
        let app = App::start_at(database, config, false, clock, move |plugin| {
            let plugin = plugin.with_users(Arc::new(People));
            plugin.with_oauth(Egress::new().unwrap(), Some(stand_in)).unwrap()
        })
        .await;
        Self { app, idp }
    }

    /// Goes to the provider and comes back with its answer, without having shown it to the server.
    async fn until_back(&self, browser: &mut Browser, provider: &str, query: &str) -> String {
        let start = format!("/{provider}/start?env=development&origin={APP}&{query}");
        let answer = browser.go(&self.app.app, &start).await;
        let back = self.idp.let_in(&location(&answer));
        format!("/{provider}/handler/frame?{back}")
    }

    /// A whole sign-in by popup: what the app is told.
    async fn sign_in(&self, browser: &mut Browser, provider: &str) -> Value {
        let back = self.until_back(browser, provider, "flow=popup").await;
        let (message, origin) = browser::posted(&browser.go(&self.app.app, &back).await);
        assert_eq!(origin, APP);
        assert_eq!(message["type"], "authorization_response");
        message
    }

    async fn refresh(&self, browser: &mut Browser, provider: &str) -> callboard_testkit::Answer {
        let path = format!("/{provider}/refresh?optional&env=development");
        browser.script(&self.app.app, "GET", &path).await
    }
}

/// The section of the OIDC provider.
fn oidc(idp: &Idp, more: &Value) -> Value {
    let mut section = json!({
        "metadataUrl": format!("{}/.well-known/openid-configuration", idp.url),
        "clientId": "portal",
        "clientSecret": "s3cret:&",
        "tokenSignedResponseAlg": "ES256",
        "signIn": {"resolvers": [{"resolver": "emailMatchingUserEntityProfileEmail"}]},
    });
    for (key, value) in more.as_object().unwrap() {
        section[key] = value.clone();
    }
    section
}

/// The text of the error that the app is told.
fn error_of(message: &Value) -> (&str, &str) {
    let error = &message["error"];
    (error["name"].as_str().unwrap_or_default(), error["message"].as_str().unwrap_or_default())
}
