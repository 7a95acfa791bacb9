//! PostgreSQL goes away under load and comes back: stopped, crashed, cut off. Reading goes on meanwhile, because the
//! index answers; writing is refused or waits.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use callboard_testkit::{PostgresServer, TestDatabase, eventually, eventually_within};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::census::{assert_sound, references};
use super::load::Load;
use super::proxy::{Line, Proxy};
use super::source::Source;
use crate::kill::{is_complete, write_catalog};
use crate::server::{self, Server};

/// What was claimed when the connection broke is free after 30 s.
const AFTER_A_LEASE: Duration = Duration::from_secs(60);

/// A server that reads a folder of many components and one source of few.
struct World {
    server: Server,
    source: Source,
    folder: TempDir,
}

impl World {
    async fn start(database: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        write_catalog(folder.path(), 0);
        let source = Source::start(1).await;
        let server = Server::start(&config(database, folder.path(), &source));
        server.ready().await;
        eventually("the first generation is there", || is_complete(&server, 0)).await;
        Self { server, source, folder }
    }

    /// Changes everything and returns when the change has begun to show, so that what follows falls into work.
    async fn change(&self, generation: u64) {
        write_catalog(self.folder.path(), generation);
        let path =
            format!("/api/catalog/entities/by-query?limit=0&filter=metadata.labels.generation={generation}");
        eventually("the change has begun", || async {
            self.server.get(&path).await.1["totalItems"].as_u64() > Some(0)
        })
        .await;
    }

    /// Waits until locations can be registered.
    async fn writes(&self, load: &Load) {
        let before = load.acknowledged();
        eventually("locations can be registered", || async { load.acknowledged() > before + 4 }).await;
    }

    /// Waits until everything of the generation is there and checks that all of it is right.
    async fn is_well(&self, generation: u64) {
        eventually_within(AFTER_A_LEASE, "everything is there", || is_complete(&self.server, generation))
            .await;
        eventually_within(AFTER_A_LEASE, "every registered location has been read", || async {
            let there = references(&self.server).await;
            let count = |kind: &str| there.iter().filter(|reference| reference.starts_with(kind)).count();
            count("component:default/registered-") == targets(&self.server).await.len()
        })
        .await;
        assert_sound(&self.server).await;
    }
}

fn config(database: &str, folder: &Path, source: &Source) -> Value {
    server::config(
        database,
        json!({
            "backend": {"reading": {"allow": [{"host": source.host}]}},
            "catalog": {
                "processingInterval": {"seconds": 1},
                "rules": [{"allow": ["Component", "Location", "Group"]}],
                "locations": [{"type": "file", "target": folder.join("all.yaml")}],
            },
        }),
    )
}

/// The targets of the registered locations; fails if one is there twice.
async fn targets(server: &Server) -> BTreeSet<String> {
    let (status, list) = server.get("/api/catalog/locations").await;
    assert_eq!(status, 200, "{list}");
    let mut found = BTreeSet::new();
    for entry in list.as_array().expect("a list of locations") {
        let target = entry["data"]["target"].as_str().expect("a target").to_owned();
        if target.starts_with("http://") {
            assert!(found.insert(target.clone()), "{target} is registered twice");
        }
    }
    found
}

fn assert_kept(acknowledged: &[String], targets: &BTreeSet<String>) {
    let lost: Vec<&String> = acknowledged.iter().filter(|target| !targets.contains(*target)).collect();
    assert!(lost.is_empty(), "what was acknowledged is lost: {lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_postgresql_under_load_loses_nothing_that_was_acknowledged() {
    let mut postgres = PostgresServer::start().await.expect("a PostgreSQL server");
    let database = json!({"client": "pg", "connection": postgres.url("callboard")}).to_string();
    let world = World::start(&database).await;
    let load = Load::start(&world.server, &world.source);
    for generation in 1..=2 {
        world.writes(&load).await;
        world.change(generation).await;
        postgres.stop().expect("stopping");
        assert_eq!(world.server.get("/api/catalog/entities/by-name/group/default/crew").await.0, 200);
        postgres.start_again().await.expect("starting again");
        world.writes(&load).await;
    }
    let acknowledged = load.end().await;
    world.is_well(2).await;
    assert_kept(&acknowledged, &targets(&world.server).await);
    assert!(world.server.stop(), "it stops by itself when asked");
}

/// The server under test writes its log late, so that a crash takes the last commits with it, as a failover to a
/// standby that lags does. What was acknowledged may be lost with them; the index must not go on showing it.
#[tokio::test(flavor = "multi_thread")]
async fn crashing_postgresql_under_load_leaves_the_index_as_the_database_is() {
    let mut postgres = PostgresServer::start().await.expect("a PostgreSQL server");
    let database = json!({"client": "pg", "connection": postgres.url("callboard")}).to_string();
    let world = World::start(&database).await;
    let load = Load::start(&world.server, &world.source);
    for generation in 1..=3 {
        world.writes(&load).await;
        world.change(generation).await;
        postgres.kill().expect("killing");
        postgres.start_again().await.expect("starting again");
        world.writes(&load).await;
    }
    load.end().await;
    world.is_well(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cutting_off_postgresql_under_load_loses_nothing_that_was_acknowledged() {
    let postgres = TestDatabase::postgres().await;
    let section: Value = serde_json::from_str(&postgres.config()).expect("a section");
    let url = section["connection"].as_str().expect("a URL");
    let place =
        url.split(['@', '/']).find(|part| part.contains(':') && !part.ends_with(':')).expect("host and port");
    let proxy = Proxy::start(place.parse().expect("an address")).await;
    let through = url.replace(place, &proxy.address.to_string());
    let world = World::start(&json!({"client": "pg", "connection": through}).to_string()).await;
    let load = Load::start(&world.server, &world.source);
    let lines = [&[Line::Cut][..], &[Line::Frozen], &[Line::Frozen, Line::Cut]];
    for (generation, faults) in (1..).zip(lines) {
        world.writes(&load).await;
        world.change(generation).await;
        for line in faults {
            proxy.set(*line);
            // Answered by the index, and by then the line has been like this for a request at least.
            assert_eq!(world.server.get("/api/catalog/entities/by-name/group/default/crew").await.0, 200);
        }
        proxy.set(Line::Open);
        world.writes(&load).await;
    }
    let acknowledged = load.end().await;
    world.is_well(3).await;
    assert_kept(&acknowledged, &targets(&world.server).await);
}
