//! Drives load against a running server: a closed loop on several connections, one kind of request at a time, and
//! the same against a bare handler with a body of the same size.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::http::{Connection, Request, address};
use crate::{cpu, table};

/// What to load and how.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where the server answers
    #[arg(long, default_value = "http://127.0.0.1:7007")]
    base_url: String,
    /// A static token of backend.auth.externalAccess
    #[arg(long, env = "BENCH_TOKEN")]
    token: String,
    /// Where a bare handler answers (`bench bare`); without it no ratio is printed
    #[arg(long)]
    bare_url: Option<String>,
    /// The server's process, to print the CPU time of a request too
    #[arg(long, requires = "bare_pid")]
    pid: Option<u32>,
    /// The bare handler's process
    #[arg(long, requires = "pid")]
    bare_pid: Option<u32>,
    /// Connections, each with one request in flight
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds for each kind of request
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

struct Measured {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    body: usize,
    /// CPU time of a request in the server, and in this client; zero where no process was named.
    server_cpu: Duration,
    client_cpu: Duration,
}

impl Measured {
    /// CPU time of a request on both sides: on a busy machine its ratio is that of the rates on an idle one.
    fn cpu(&self) -> f64 {
        (self.server_cpu + self.client_cpu).as_secs_f64()
    }
}

/// Measures each kind of request in turn and prints one table.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let address = address(&options.base_url)?;
    let mut rows = Vec::new();
    for (name, requests) in requests(&address, &options.token).await? {
        let measured =
            measure(&address, requests, options, options.pid).await.with_context(|| name.to_owned())?;
        let mut row = vec![
            name.to_owned(),
            format!("{} B", measured.body),
            format!("{:.0}", measured.per_second),
            format!("{:.2} ms", measured.p50.as_secs_f64() * 1e3),
            format!("{:.2} ms", measured.p99.as_secs_f64() * 1e3),
        ];
        if let Some(bare_url) = &options.bare_url {
            let bare = crate::http::address(bare_url)?;
            let request = Request::new("GET", &format!("/{}", measured.body), None, None);
            let bare = measure(&bare, vec![request], options, options.bare_pid).await;
            let bare = bare.context("the bare handler")?;
            row.push(format!("{:.0}", bare.per_second));
            row.push(format!("{:.2}", measured.per_second / bare.per_second));
            if options.pid.is_some() {
                let micros = |time: Duration| format!("{:.1} µs", time.as_secs_f64() * 1e6);
                row.extend([micros(measured.server_cpu), micros(bare.server_cpu), micros(bare.client_cpu)]);
                row.push(format!("{:.2}", bare.cpu() / measured.cpu()));
            }
        }
        rows.push(row);
    }
    let heading = [
        "request",
        "body",
        "requests/s",
        "p50",
        "p99",
        "bare/s",
        "ratio",
        "server CPU",
        "bare CPU",
        "client CPU",
        "ratio of CPU",
    ];
    let columns = rows.first().map_or(5, Vec::len);
    table::print(&heading[..columns], &rows);
    Ok(())
}

async fn measure(
    address: &str,
    requests: Vec<Request>,
    options: &Options,
    pid: Option<u32>,
) -> anyhow::Result<Measured> {
    let requests = Arc::new(requests);
    let cpu = || match pid {
        Some(pid) => Ok((cpu::time_of(pid)?, cpu::time_of(std::process::id())?)),
        None => Ok::<_, anyhow::Error>(Default::default()),
    };
    let (server_before, client_before) = cpu()?;
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let started = Instant::now();
    let mut workers = Vec::new();
    for worker in 0..options.connections {
        let (requests, address) = (requests.clone(), address.to_owned());
        workers.push(tokio::spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let (mut times, mut body) = (Vec::new(), 0);
            let mut next = worker;
            while Instant::now() < end {
                let sent = Instant::now();
                let answer = connection.send(&requests[next % requests.len()]).await?;
                if answer.status != 200 {
                    bail!("status {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
                }
                times.push(sent.elapsed());
                body = body.max(answer.body.len());
                next += 1;
            }
            Ok((times, body))
        }));
    }
    let (mut times, mut body) = (Vec::new(), 0);
    for worker in workers {
        let (own, largest) = worker.await??;
        times.extend(own);
        body = body.max(largest);
    }
    let elapsed = started.elapsed().as_secs_f64();
    let (server_after, client_after) = cpu()?;
    let of_one = |before: Duration, after: Duration| (after - before) / times.len().max(1) as u32;
    let (server_cpu, client_cpu) = (of_one(server_before, server_after), of_one(client_before, client_after));
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let per_second = times.len() as f64 / elapsed;
    Ok(Measured { per_second, p50: at(0.5), p99: at(0.99), body, server_cpu, client_cpu })
}

/// The kinds of request, filled with names that the server has.
async fn requests(address: &str, token: &str) -> anyhow::Result<Vec<(&'static str, Vec<Request>)>> {
    let mut connection = Connection::open(address).await?;
    let path = "/api/catalog/entities/by-query?filter=kind=component&limit=200&orderField=metadata.name,asc&fields=metadata.name";
    let answer = connection.send(&Request::new("GET", path, Some(token), None)).await?;
    let body: Value = serde_json::from_slice(&answer.body).context("the list of components")?;
    let names: Vec<String> = body["items"]
        .as_array()
        .context("a list of components")?
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str().map(str::to_owned))
        .collect();
    if names.is_empty() {
        bail!("the server has no components");
    }
    let get = |path: String| Request::new("GET", &format!("/api/catalog{path}"), Some(token), None);
    let one = |path: &str| vec![get(path.to_owned())];
    let refs: Vec<String> = names.iter().take(100).map(|name| format!("component:default/{name}")).collect();
    let refs = json!({"entityRefs": refs}).to_string();
    let by_refs = Request::new("POST", "/api/catalog/entities/by-refs", Some(token), Some(&refs));
    Ok(vec![
        (
            "entity by name",
            names.iter().map(|name| get(format!("/entities/by-name/component/default/{name}"))).collect(),
        ),
        (
            "page of 20, kind, by name",
            one("/entities/by-query?filter=kind=component&limit=20&orderField=metadata.name,asc"),
        ),
        (
            "page of 20, two filters, by name",
            one(
                "/entities/by-query?filter=kind=component,spec.type=service&limit=20&orderField=metadata.name,asc",
            ),
        ),
        ("facets of two keys", one("/entity-facets?facet=kind&facet=spec.type")),
        ("count", one("/entities/by-query?filter=kind=component&limit=0")),
        ("by-refs of 100", vec![by_refs]),
    ])
}
