//! Several processes on one PostgreSQL database: the same catalog in all of them, also when one is killed.

use std::time::Duration;

use callboard_testkit::{TestDatabase, eventually, eventually_within};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::census::{assert_sound, feed, references};
use super::source::{Behaviour, Source};
use crate::kill::{is_complete, write_catalog};
use crate::server::{self, Server, TOKEN};

/// What a killed process had claimed is free after 30 s.
const AFTER_A_LEASE: Duration = Duration::from_secs(60);

/// Starts all at the same time, so that they also race for the tables.
async fn start(config: &Value, count: usize) -> Vec<Server> {
    let mut starting = JoinSet::new();
    for _ in 0..count {
        let config = config.clone();
        starting.spawn_blocking(move || Server::start(&config));
    }
    let servers = starting.join_all().await;
    for server in &servers {
        server.ready().await;
    }
    servers
}

async fn assert_same(servers: &[Server]) {
    let (changes, there) = (feed(&servers[0]).await, references(&servers[0]).await);
    for server in servers {
        assert_sound(server).await;
        assert!(feed(server).await == changes, "two processes tell different changes");
        assert_eq!(references(server).await, there);
    }
}

/// Whether all servers have the component (or none).
async fn all_have(servers: &[Server], name: &str, expected: bool) -> bool {
    let path = format!("/api/catalog/entities/by-name/component/default/{name}");
    for server in servers {
        if (server.get(&path).await.0 == 200) != expected {
            return false;
        }
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_show_what_was_registered_at_the_other() {
    let database = TestDatabase::postgres().await;
    let source = Source::start(5).await;
    let config = server::config(
        &database.config(),
        json!({
            "backend": {"reading": {"allow": [{"host": source.host}]}},
            "catalog": {"processingInterval": {"seconds": 1}},
        }),
    );
    let servers = start(&config, 2).await;
    for (at, name) in ["ada", "bob"].into_iter().enumerate() {
        let (here, other) = (&servers[at], &servers[1 - at]);
        let url = format!("{}/api/catalog/locations", here.base_url);
        let body = json!({"type": "url", "target": source.url(name)});
        let answer = here.http.post(&url).bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), 201);
        let id =
            answer.json::<Value>().await.expect("JSON")["location"]["id"].as_str().expect("an id").to_owned();
        let component = format!("{name}-4");
        eventually("both show it", || all_have(&servers, &component, true)).await;
        if at == 1 {
            let url = format!("{}/api/catalog/locations/{id}", other.base_url);
            let answer = other.http.delete(url).bearer_auth(TOKEN).send().await.expect("an answer");
            assert_eq!(answer.status(), 204);
            eventually("both have forgotten it", || all_have(&servers, &component, false)).await;
        }
    }
    assert_same(&servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_agree_and_two_go_on_when_one_is_killed_at_work() {
    let database = TestDatabase::postgres().await;
    let folder = tempfile::tempdir().expect("a temporary directory");
    write_catalog(folder.path(), 0);
    let config = server::config(
        &database.config(),
        json!({"catalog": {
            "processingInterval": {"seconds": 1},
            "rules": [{"allow": ["Component", "Location", "Group"]}],
            "locations": [{"type": "file", "target": folder.path().join("all.yaml")}],
        }}),
    );
    let mut servers = start(&config, 3).await;
    for server in &servers {
        eventually("each shows the first generation", || is_complete(server, 0)).await;
    }
    assert_same(&servers).await;
    write_catalog(folder.path(), 1);
    eventually("the change has begun", || async {
        let path = "/api/catalog/entities/by-query?limit=0&filter=metadata.labels.generation=1";
        servers[0].get(path).await.1["totalItems"].as_u64() > Some(0)
    })
    .await;
    servers.remove(0).kill();
    for server in &servers {
        eventually_within(AFTER_A_LEASE, "the others show the second", || is_complete(server, 1)).await;
    }
    servers.extend(start(&config, 1).await);
    assert_same(&servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_was_reading_is_read_by_another() {
    let database = TestDatabase::postgres().await;
    let source = Source::start(5).await;
    source.set("slow", Behaviour::Hangs);
    let config = server::config(
        &database.config(),
        json!({
            "backend": {"reading": {"allow": [{"host": source.host}]}},
            "catalog": {
                "processingInterval": {"seconds": 1},
                "locations": [{"type": "url", "target": source.url("slow")}],
            },
        }),
    );
    let mut first = start(&config, 1).await;
    eventually("the first process reads", || async { !source.requests().is_empty() }).await;
    let second = start(&config, 1).await;
    assert_eq!(source.requests().len(), 1, "claimed work is not done by another meanwhile");
    first.remove(0).kill();
    source.set("slow", Behaviour::Well);
    let path = "/api/catalog/entities/by-query?limit=0&filter=kind=component";
    eventually_within(AFTER_A_LEASE, "the second process takes over", || async {
        second[0].get(path).await.1["totalItems"] == 5
    })
    .await;
    assert_same(&second).await;
}
