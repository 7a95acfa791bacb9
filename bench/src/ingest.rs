//! Starts a server over an empty database and measures how long until everything is visible; then starts it again
//! over the full one.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use crate::http::{Connection, Request, address};
use crate::process::Server;
use crate::table;

/// What to start and what to wait for.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The command that starts the server; its database must be empty
    #[arg(long)]
    server: String,
    /// Where it answers
    #[arg(long, default_value = "http://127.0.0.1:7007")]
    base_url: String,
    /// A static token of backend.auth.externalAccess
    #[arg(long, env = "BENCH_TOKEN")]
    token: String,
    /// How many entities there will be, Locations included
    #[arg(long)]
    expect: u64,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 900)]
    limit: u64,
}

/// Runs both starts and prints one table.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let address = address(&options.base_url)?;
    let limit = Duration::from_secs(options.limit);
    let mut rows = Vec::new();

    let mut server = Server::start(&options.server)?;
    let ready = server.ready(&address, limit).await?;
    rows.push(row("ready, empty database", seconds(ready)));
    let mut connection = Connection::open(&address).await?;
    let mut shares = [0.1, 0.5, 0.9, 1.0].into_iter().peekable();
    while let Some(share) = shares.peek() {
        let visible = count(&mut connection, &options.token, "").await?;
        if visible as f64 >= options.expect as f64 * share {
            rows.push(row(&format!("{} % visible after", share * 100.0), seconds(server.started.elapsed())));
            shares.next();
        } else if server.started.elapsed() > limit {
            bail!("only {visible} of {} entities were visible after {limit:?}", options.expect);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    // The owner of everything has its inverse relations last.
    loop {
        let owned = count(&mut connection, &options.token, "?filter=relations.ownedBy&limit=0").await?;
        let owners = count(&mut connection, &options.token, "?filter=relations.ownerOf&limit=0").await?;
        if owned > 0 && owners > 0 {
            rows.push(row("relations in both directions after", seconds(server.started.elapsed())));
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (now, peak) = server.memory()?;
    rows.push(row("resident after ingestion", format!("{now:.0} MiB")));
    rows.push(row("resident at its highest", format!("{peak:.0} MiB")));
    server.stop().await?;

    let mut server = Server::start(&options.server)?;
    let ready = server.ready(&address, limit).await?;
    rows.push(row("ready, full database", seconds(ready)));
    let mut connection = Connection::open(&address).await?;
    let visible = count(&mut connection, &options.token, "").await?;
    rows.push(row("visible at once after a restart", visible.to_string()));
    let (now, peak) = server.memory()?;
    rows.push(row("resident after a restart", format!("{now:.0} MiB (highest {peak:.0})")));
    server.stop().await?;
    table::print(&["what", "figure"], &rows);
    Ok(())
}

fn row(what: &str, figure: String) -> Vec<String> {
    vec![what.to_owned(), figure]
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

async fn count(connection: &mut Connection, token: &str, query: &str) -> anyhow::Result<u64> {
    let query = if query.is_empty() { "?limit=0" } else { query };
    let request = Request::new("GET", &format!("/api/catalog/entities/by-query{query}"), Some(token), None);
    let answer = connection.send(&request).await?;
    if answer.status != 200 {
        bail!("counting entities answered {}", answer.status);
    }
    let body: Value = serde_json::from_slice(&answer.body)?;
    body["totalItems"].as_u64().context("an answer without totalItems")
}
