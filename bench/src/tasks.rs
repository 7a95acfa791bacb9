//! Creates many scaffolder tasks at once and waits until all have ended.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::http::{Connection, Request, address};
use crate::table;

/// Tasks on one page of the list.
const PAGE: usize = 1_000;

/// How many, of what.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where the server answers
    #[arg(long, default_value = "http://127.0.0.1:7007")]
    base_url: String,
    /// A static token of backend.auth.externalAccess
    #[arg(long, env = "BENCH_TOKEN")]
    token: String,
    /// The template to create from; it needs no parameters
    #[arg(long, default_value = "template:default/bench")]
    template: String,
    /// How many tasks
    #[arg(long, default_value_t = 100)]
    tasks: usize,
    /// Process id of the server, for its memory
    #[arg(long)]
    pid: Option<u32>,
}

/// Runs it and prints one table.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let address = address(&options.base_url)?;
    let mut connection = Connection::open(&address).await?;
    let token = Some(options.token.as_str());
    let body = json!({"templateRef": options.template, "values": {}}).to_string();
    let create = Request::new("POST", "/api/scaffolder/v2/tasks", token, Some(&body));
    let started = Instant::now();
    for _ in 0..options.tasks {
        let answer = connection.send(&create).await?;
        if answer.status != 201 {
            bail!("a task was not created: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
    }
    let created = started.elapsed();
    let mut peak = 0.0_f64;
    while ended(&mut connection, token, options.tasks).await? < options.tasks {
        peak = peak.max(memory(options.pid)?);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let all = started.elapsed();
    let per_second = options.tasks as f64 / all.as_secs_f64();
    let mut rows = vec![
        row("created", format!("{:.2} s", created.as_secs_f64())),
        row("all completed after", format!("{:.2} s", all.as_secs_f64())),
        row("tasks a second", format!("{per_second:.1}")),
    ];
    if options.pid.is_some() {
        rows.push(row("resident at its highest meanwhile", format!("{peak:.0} MiB")));
    }
    table::print(&["what", "figure"], &rows);
    Ok(())
}

fn row(what: &str, figure: String) -> Vec<String> {
    vec![what.to_owned(), figure]
}

/// How many of the newest tasks have completed; one that failed ends the measurement.
async fn ended(connection: &mut Connection, token: Option<&str>, tasks: usize) -> anyhow::Result<usize> {
    let path = format!("/api/scaffolder/v2/tasks?limit={}", tasks.min(PAGE));
    let answer = connection.send(&Request::new("GET", &path, token, None)).await?;
    let list: Value = serde_json::from_slice(&answer.body)?;
    let list = list["tasks"].as_array().context("the list has no tasks")?;
    if let Some(failed) = list.iter().find(|task| task["status"] == "failed" || task["status"] == "cancelled")
    {
        bail!("the task {} has failed", failed["id"]);
    }
    Ok(list.iter().filter(|task| task["status"] == "completed").count())
}

fn memory(pid: Option<u32>) -> anyhow::Result<f64> {
    let Some(pid) = pid else { return Ok(0.0) };
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = kib.split_whitespace().next().context("a number")?.parse()?;
    Ok(kib / 1024.0)
}
