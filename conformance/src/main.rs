//! `conformance`: replays recorded requests against a base URL and prints what differs.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use callboard_conformance::run::{Options, run};
use clap::Parser;

/// Replays requests that a real Backstage answered against any server, and compares the answers.
///
/// The server must run with conformance/config.yaml on an empty database, and must have ingested
/// conformance/catalog; see conformance/README.md.
#[derive(Debug, Parser)]
struct Arguments {
    /// Files of recorded cases
    #[arg(required = true)]
    cases: Vec<PathBuf>,
    /// Where the server answers
    #[arg(long, default_value = "http://localhost:7007")]
    base_url: String,
    /// The static token of backend.auth.externalAccess
    #[arg(long, env = "CONFORMANCE_TOKEN")]
    token: String,
    /// The folder that {{catalog}} stands for
    #[arg(long, default_value = "")]
    catalog: String,
    /// Judge only cases whose name contains this (all run)
    #[arg(long)]
    only: Option<String>,
    /// Times the pauses that Backstage needed before some cases
    #[arg(long, default_value_t = 1.0)]
    wait: f64,
    /// Compare error messages too
    #[arg(long)]
    messages: bool,
    /// Print every difference of a case, not only the first four
    #[arg(short, long)]
    verbose: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let outcome = run(&Options {
        base_url: arguments.base_url,
        token: arguments.token,
        catalog: arguments.catalog,
        files: arguments.cases,
        only: arguments.only,
        wait: arguments.wait,
        messages: arguments.messages,
    })
    .await?;
    let mut out = std::io::stdout().lock();
    for failure in &outcome.failed {
        writeln!(out, "FAIL {}: {}", failure.name, failure.request)?;
        for fault in failure.faults.iter().take(if arguments.verbose { 40 } else { 4 }) {
            writeln!(out, "     {fault}")?;
        }
    }
    writeln!(out, "{} passed, {} failed", outcome.passed, outcome.failed.len())?;
    Ok(if outcome.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
