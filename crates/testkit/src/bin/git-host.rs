//! `git-host [--port <port>] [--token <token>]`: a source host for browser tests. Prints one line of JSON with what a
//! configuration needs, then serves until it is stopped.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to whoever started it")]

use std::process::ExitCode;

use callboard_testkit::GitHost;
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1)).cloned()
    };
    let token = value("--token").unwrap_or_else(|| "git-host-token".to_owned());
    let Ok(port) = value("--port").unwrap_or_else(|| "0".to_owned()).parse() else {
        eprintln!("usage: git-host [--port <port>] [--token <token>]");
        return ExitCode::from(2);
    };
    match GitHost::start_at(&token, port).await {
        Ok(host) => {
            let said = json!({
                "github": host.github_host(), "gitea": host.gitea_host(), "token": token,
                "integrations": host.integrations(),
            });
            println!("{said}");
            // Whoever started it ends it.
            std::future::pending::<()>().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the host can't start: {error:#}");
            ExitCode::FAILURE
        }
    }
}
