//! The query battery that Backstage's own maintainers time in SQL, here as whole HTTP requests on one connection.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::http::{Connection, Request, address};
use crate::table;

/// What to time.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where the server answers
    #[arg(long, default_value = "http://127.0.0.1:7007")]
    base_url: String,
    /// A static token of backend.auth.externalAccess
    #[arg(long, env = "BENCH_TOKEN")]
    token: String,
    /// How often each request is sent; the median is printed
    #[arg(long, default_value_t = 9)]
    runs: usize,
}

/// Times each row and prints one table.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let mut connection = Connection::open(&address(&options.base_url)?).await?;
    let mut rows = Vec::new();
    for (number, (name, request)) in requests(&mut connection, &options.token).await?.into_iter().enumerate()
    {
        let (mut times, mut bytes) = (Vec::new(), 0);
        for _ in 0..options.runs.max(1) {
            let sent = Instant::now();
            let answer = connection.send(&request).await?;
            times.push(sent.elapsed());
            if answer.status != 200 {
                bail!("{name}: status {} {}", answer.status, String::from_utf8_lossy(&answer.body));
            }
            bytes = answer.body.len();
        }
        times.sort_unstable();
        let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        rows.push(vec![
            (number + 1).to_string(),
            name.to_owned(),
            ms(median),
            ms(worst),
            format!("{bytes} B"),
        ]);
    }
    table::print(&["#", "request", "median", "slowest", "body"], &rows);
    Ok(())
}

async fn requests(connection: &mut Connection, token: &str) -> anyhow::Result<Vec<(&'static str, Request)>> {
    let get = |path: &str| Request::new("GET", &format!("/api/catalog{path}"), Some(token), None);
    let first = "/entities/by-query?filter=kind=component&limit=1&orderField=metadata.name,asc";
    let answer = connection.send(&get(first)).await?;
    let body: Value = serde_json::from_slice(&answer.body).context("the first component")?;
    let name = body["items"][0]["metadata"]["name"].as_str().context("no component")?.to_owned();
    let owner = body["items"][0]["relations"]
        .as_array()
        .and_then(|relations| relations.iter().find(|relation| relation["type"] == "ownedBy"))
        .and_then(|relation| relation["targetRef"].as_str())
        .context("the first component has no owner")?
        .to_owned();
    let any = json!({
        "query": {"$any": [
            {"kind": "component", "relations.ownedBy": owner},
            {"kind": "api", "metadata.tags": "pci", "spec.lifecycle": "deprecated"},
        ]},
        "orderBy": [{"field": "metadata.name", "order": "asc"}],
        "limit": 2000,
    })
    .to_string();
    let path = "/api/catalog/entities/by-query";
    Ok(vec![
        (
            "components by name, 20",
            get("/entities/by-query?filter=kind=component&limit=20&orderField=metadata.name,asc"),
        ),
        ("count of components", get("/entities/by-query?filter=kind=component&limit=0")),
        ("unfiltered page of 20", get("/entities/by-query?limit=20&totalItems=exclude")),
        ("facets of a small kind", get("/entity-facets?facet=spec.type&filter=kind=group")),
        ("facets of spec.type over components", get("/entity-facets?facet=spec.type&filter=kind=component")),
        ("entity by name", get(&format!("/entities/by-name/component/default/{name}"))),
        (
            "name contains 'player'",
            get(
                "/entities/by-query?filter=kind=component&fullTextFilterTerm=player&fullTextFilterFields=metadata.name&orderField=metadata.name,asc&limit=20",
            ),
        ),
        ("ancestry", get(&format!("/entities/by-name/component/default/{name}/ancestry"))),
        (
            "entities owned by one group, 20",
            get(&format!("/entities/by-query?filter=relations.ownedBy={owner}&limit=20")),
        ),
        ("unfiltered count", get("/entities/by-query?limit=0")),
        ("orphans", get("/entities/by-query?filter=metadata.annotations.backstage.io/orphan=true&limit=20")),
        (
            "ordered $any of two branches, up to 2,000 rows",
            Request::new("POST", path, Some(token), Some(&any)),
        ),
    ])
}
