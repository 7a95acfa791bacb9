//! Issues plugin tokens over the database of a running server, as one more process of it: for checks against other
//! implementations. `plugin_tokens CONFIG.json '{"from", "target", "userToken", "hoursAgo"?}'` prints
//! `{"own", "forUser"}`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for tests")]

use std::sync::Arc;

use callboard_config::Config;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_plugin_auth::AuthService;
use callboard_store::Database;
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let config: Value = serde_json::from_slice(&std::fs::read(&arguments[1]).unwrap()).unwrap();
    let wanted: Value = serde_json::from_str(&arguments[2]).unwrap();
    let config = Config::from_value(config);
    let database = Database::open(&config).await.unwrap();
    let ago = wanted["hoursAgo"].as_i64().unwrap_or(0) * 3_600;
    let service = |ago: i64| {
        let auth = AuthService::new(&config, database.clone(), false).unwrap();
        Arc::new(auth.with_clock(move || jiff::Timestamp::now().as_second() - ago))
    };
    let (from, target) = (wanted["from"].as_str().unwrap(), wanted["target"].as_str().unwrap());
    let own = Credentials::own_service(from);
    let issued = service(ago).plugin_token(from, target, &own).await.unwrap();
    let now = service(0);
    let user = now.authenticate(wanted["userToken"].as_str().unwrap(), from).await.unwrap();
    let for_user = now.plugin_token(from, target, &user).await.unwrap();
    println!("{}", json!({"own": issued, "forUser": for_user}));
    database.close().await;
}
