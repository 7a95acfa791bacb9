//! What must hold after every fault: each entity is there once, the change log has no gaps and leads to exactly what
//! is there, and nothing waits for its first run.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::server::Server;

/// The change feed from its beginning.
pub(super) async fn feed(server: &Server) -> Vec<Value> {
    let (mut changes, mut after) = (Vec::new(), 0);
    loop {
        let (status, page) = server.get(&format!("/api/catalog/changes?after={after}&limit=1000")).await;
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().expect("a list of changes");
        if items.is_empty() {
            return changes;
        }
        changes.extend_from_slice(items);
        after = page["next"].as_i64().expect("where to go on");
    }
}

/// The references of all entities, in order; fails if one is there twice.
pub(super) async fn references(server: &Server) -> BTreeSet<String> {
    let (status, entities) =
        server.get("/api/catalog/entities?fields=kind,metadata.namespace,metadata.name").await;
    assert_eq!(status, 200, "{entities}");
    let text = |value: &Value| value.as_str().expect("a text").to_lowercase();
    let mut found = BTreeSet::new();
    for entity in entities.as_array().expect("a list of entities") {
        let metadata = &entity["metadata"];
        let reference =
            format!("{}:{}/{}", text(&entity["kind"]), text(&metadata["namespace"]), text(&metadata["name"]));
        assert!(found.insert(reference.clone()), "{reference} is there twice");
    }
    found
}

/// The references of the entities whose last run failed.
pub(super) async fn failed(server: &Server) -> BTreeSet<String> {
    unprocessed(server, "failed").await
}

async fn unprocessed(server: &Server, list: &str) -> BTreeSet<String> {
    let (status, answer) = server.get(&format!("/api/catalog/entities/unprocessed/{list}")).await;
    assert_eq!(status, 200, "{answer}");
    let entities = answer["entities"].as_array().expect("a list of entities");
    entities.iter().map(|entity| entity["entity_ref"].as_str().expect("a reference").to_owned()).collect()
}

/// Checks a server that has come to rest.
pub(super) async fn assert_sound(server: &Server) {
    let changes = feed(server).await;
    let numbers: Vec<i64> =
        changes.iter().map(|change| change["sequence"].as_i64().expect("a number")).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "the change log has gaps");
    let mut there = BTreeSet::new();
    for change in &changes {
        let reference = change["entityRef"].as_str().expect("a reference").to_owned();
        let fits = match change["type"].as_str().expect("a type") {
            "created" => there.insert(reference),
            "updated" => there.contains(&reference),
            "deleted" => there.remove(&reference),
            other => panic!("a change of the type {other}"),
        };
        assert!(fits, "the change does not follow from those before it: {change}");
    }
    assert_eq!(there, references(server).await, "the change log leads to what is there");
    assert_eq!(unprocessed(server, "pending").await, BTreeSet::new(), "nothing is stuck");
}
