//! Measures what verifying a token costs: `cargo run --release -p callboard-plugin-auth --example verification`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool that measures")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use callboard_config::Config;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::Plugin;
use callboard_plugin_auth::{AuthPlugin, AuthService};
use callboard_store::Database;
use callboard_testkit::{TestApp, services};
use serde_json::json;

/// Different tokens of each kind; the middle of their times is printed.
const TOKENS: usize = 200;
/// How often each of them is verified once it is known.
const AGAIN: usize = 500;

#[tokio::main]
async fn main() {
    println!("| token | first time | known |\n|---|---|---|");
    for algorithm in ["ES256", "ES384", "EdDSA", "RS256"] {
        let config = Config::from_value(json!({
            "auth": {
                "identityTokenAlgorithm": algorithm,
                "providers": {"guest": {"dangerouslyAllowOutsideDevelopment": true}},
            },
            "backend": {"auth": {"externalAccess": [
                {"type": "static", "options": {"token": "a-static-token", "subject": "cli"}},
            ]}},
        }));
        let clock = Arc::new(AtomicI64::new(1_800_000_000));
        let hands = clock.clone();
        let database = Database::sqlite_memory().await.unwrap();
        let auth = AuthService::new(&config, database, false).unwrap();
        let auth = Arc::new(auth.with_clock(move || hands.load(Ordering::SeqCst)));
        let plugin = AuthPlugin::new(services(config), auth.clone());
        plugin.start(&Lifecycle::default()).await.unwrap();
        let app = TestApp::new("auth", plugin.routes(), auth.clone());

        let (mut users, mut own, mut for_users) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..TOKENS {
            clock.fetch_add(1, Ordering::SeqCst);
            let answer = app.send("", "POST", "/guest/refresh", "").await;
            let user = answer.body["backstageIdentity"]["token"].as_str().unwrap().to_owned();
            let caller = auth.authenticate(&user, "scaffolder").await.unwrap();
            let service = Credentials::own_service("scaffolder");
            own.push(auth.plugin_token("scaffolder", "catalog", &service).await.unwrap());
            for_users.push(auth.plugin_token("scaffolder", "catalog", &caller).await.unwrap());
            users.push(user);
        }
        measure(&auth, &format!("user, {algorithm}"), &users).await;
        if algorithm == "ES256" {
            measure(&auth, "plugin", &own).await;
            measure(&auth, "plugin for a user", &for_users).await;
            measure(&auth, "static", &["a-static-token".to_owned()]).await;
        }
    }
}

async fn measure(auth: &AuthService, name: &str, tokens: &[String]) {
    let first = times(auth, tokens, 1).await;
    let known = times(auth, tokens, AGAIN).await;
    println!("| {name} | {first:.1} µs | {known:.2} µs |");
}

/// The middle time of one verification, in microseconds.
async fn times(auth: &AuthService, tokens: &[String], repeat: usize) -> f64 {
    let mut times = Vec::with_capacity(tokens.len());
    for token in tokens {
        let start = Instant::now();
        for _ in 0..repeat {
            auth.authenticate(token, "catalog").await.unwrap();
        }
        times.push(start.elapsed().as_secs_f64() * 1e6 / repeat as f64);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
