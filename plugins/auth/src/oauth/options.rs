//! `GET /.callboard/sign-in-options`: what a sign-in page may offer. Backstage has no such route; its app is built for
//! its providers. Nothing in it is more than what the page shows.

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use callboard_kit::access::{Access, Routes};
use http::Method;
use serde_json::{Value, json};

use super::handler::Context;

/// Providers that trust a proxy in front of the server.
const PROXIES: [(&str, &str); 5] = [
    ("awsalb", "AWS load balancer"),
    ("azureEasyAuth", "Azure Easy Auth"),
    ("cfaccess", "Cloudflare Access"),
    ("gcpIap", "Google Identity-Aware Proxy"),
    ("oauth2Proxy", "OAuth2 Proxy"),
];

/// What the page offers; read once, because the configuration doesn't change.
#[derive(Clone)]
struct Options(Value);

pub(crate) fn add(routes: Routes, context: &Context, configured: &[String]) -> Routes {
    let mut providers = Vec::new();
    let mut offer = |id: &str, title: &str, kind: &str| {
        providers.push(json!({"id": id, "title": title, "kind": kind}));
    };
    let guest = context.auth.settings.guest.as_ref();
    if guest.is_some_and(|guest| guest.check(context.auth.development).is_ok()) {
        offer("guest", "Guest", "guest");
    }
    for definition in context.environments.signing_in() {
        offer(definition.id, definition.title, "oauth");
    }
    for (id, title) in PROXIES.iter().filter(|(id, _)| configured.iter().any(|known| known == id)) {
        offer(id, title, "proxy");
    }
    let options = Options(json!({"providers": providers, "environment": context.environments.current}));
    routes.add(Method::GET, "/.callboard/sign-in-options", Access::Public, get(read).with_state(options))
}

async fn read(State(options): State<Options>) -> Json<Value> {
    Json(options.0)
}
