//! Sign-in and tokens on both databases.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod attacks;
mod client_documents;
mod clients;
mod cookie;
mod elsewhere;
mod external;
mod forge;
mod key_stores;
mod keys;
mod oauth;
mod plugin_tokens;
mod proxies;
mod refresh_tokens;
mod sign_in;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use callboard_config::Config;
use callboard_kit::auth::Authenticator;
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::Plugin;
use callboard_plugin_auth::{AuthPlugin, AuthService};
use callboard_store::Database;
use callboard_testkit::{TestApp, services};
use serde_json::{Value, json};

const GUEST: &str = "user:development/guest";

/// A server's identity part, with a clock that a test turns.
struct App {
    auth: Arc<AuthService>,
    app: TestApp,
    clock: Arc<AtomicI64>,
}

impl App {
    /// A production server that lets guests in, and what `extra` says about `auth` and `backend.auth`.
    async fn start(database: &Database, extra: Value) -> Self {
        Self::start_with(database, extra, false, |plugin| plugin).await
    }

    async fn start_with(
        database: &Database,
        extra: Value,
        development: bool,
        change: impl FnOnce(AuthPlugin) -> AuthPlugin,
    ) -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000));
        Self::start_at(database, extra, development, clock, change).await
    }

    /// The same with a clock that others look at too.
    async fn start_at(
        database: &Database,
        extra: Value,
        development: bool,
        clock: Arc<AtomicI64>,
        change: impl FnOnce(AuthPlugin) -> AuthPlugin,
    ) -> Self {
        let config = config(extra);
        let hands = clock.clone();
        let auth = AuthService::new(&config, database.clone(), development).unwrap();
        let auth = Arc::new(auth.with_clock(move || hands.load(Ordering::SeqCst)));
        let plugin = change(AuthPlugin::new(services(config), auth.clone()));
        plugin.start(&Lifecycle::default()).await.unwrap();
        let app = TestApp::new(plugin.id(), plugin.routes(), auth.clone());
        Self { auth, app, clock }
    }

    fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    /// A full token of the guest.
    async fn guest_token(&self) -> String {
        let answer = self.app.send("", "POST", "/guest/refresh", "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["backstageIdentity"]["token"].as_str().unwrap().to_owned()
    }

    async fn bearer(&self, token: &str, plugin: &str) -> Result<Credentials, ApiError> {
        self.auth.authenticate(token, plugin).await
    }

    /// The status and text with which a bearer token is refused.
    async fn refused(&self, token: &str, plugin: &str) -> (u16, String) {
        let error = self.bearer(token, plugin).await.expect_err("the token must be refused");
        (error.status.as_u16(), error.message)
    }
}

/// Guests are let in; `extra` is laid over it, section by section.
fn config(extra: Value) -> Config {
    let mut value = json!({
        "backend": {"baseUrl": "http://localhost:7007"},
        "auth": {"providers": {"guest": {"dangerouslyAllowOutsideDevelopment": true}}},
    });
    for (section, keys) in extra.as_object().unwrap() {
        for (key, setting) in keys.as_object().unwrap() {
            value[section][key] = setting.clone();
        }
    }
    Config::from_value(value)
}

fn service(subject: &str) -> Principal {
    Principal::Service { subject: subject.to_owned(), restrictions: None }
}
