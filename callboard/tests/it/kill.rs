//! kill -9 at seeded moments during ingestion and stitching: afterwards nothing is lost, nothing is there twice,
//! nothing is stuck.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use callboard_testkit::{TestDatabase, eventually_within};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::server::{self, Server};

const COMPONENTS: usize = 600;
const KILLS: u64 = 50;
/// On PostgreSQL the claims of the killed end after 30 s.
const LEASES: Duration = Duration::from_secs(120);

/// A group, a system and many components in a few files, with relations in both directions.
pub(crate) fn write_catalog(folder: &Path, generation: u64) {
    let mut targets = String::new();
    for file in 0..6 {
        let mut text = String::new();
        for number in (0..COMPONENTS).filter(|number| number % 6 == file) {
            let dependency = (number + 7) % COMPONENTS;
            write!(
                text,
                "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: part-{number}\n  labels:\n    generation: \"{generation}\"\nspec:\n  type: service\n  lifecycle: production\n  owner: crew\n  dependsOn: [component:part-{dependency}]\n---\n"
            )
            .expect("writing to a string");
        }
        std::fs::write(folder.join(format!("parts-{file}.yaml")), text).expect("a file");
        writeln!(targets, "    - ./parts-{file}.yaml").expect("writing to a string");
    }
    let all = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  type: file\n  targets:\n{targets}---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: crew\nspec:\n  type: team\n  children: []\n"
    );
    std::fs::write(folder.join("all.yaml"), all).expect("a file");
}

/// Everything is there once, with the relations of the newest generation.
pub(crate) async fn is_complete(server: &Server, generation: u64) -> bool {
    let path = format!(
        "/api/catalog/entities?filter=kind=component,metadata.labels.generation={generation}&fields=metadata.name,relations"
    );
    let (status, entities) = server.get(&path).await;
    let Some(entities) = entities.as_array().filter(|_| status == 200) else { return false };
    let names: BTreeSet<&str> =
        entities.iter().filter_map(|entity| entity["metadata"]["name"].as_str()).collect();
    let related = |entity: &Value| entity["relations"].as_array().map_or(0, Vec::len) == 3;
    let (_, crew) = server.get("/api/catalog/entities/by-name/group/default/crew").await;
    let owned = crew["relations"].as_array().map_or(0, Vec::len);
    entities.len() == COMPONENTS
        && names.len() == COMPONENTS
        && entities.iter().all(related)
        && owned == COMPONENTS
}

async fn survives_being_killed(database: TestDatabase) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = server::config(
        &database.config(),
        json!({"catalog": {
            "processingInterval": {"seconds": 1},
            "rules": [{"allow": ["Component", "Location", "Group"]}],
            "locations": [{"type": "file", "target": folder.path().join("all.yaml")}],
        }}),
    );
    let mut random = StdRng::seed_from_u64(7);
    for kill in 0..KILLS {
        // Each generation changes every entity, so that every kill falls into work.
        write_catalog(folder.path(), kill);
        let server = Server::start(&config);
        // The moment of the kill is what is varied here, not something that is waited for.
        tokio::time::sleep(Duration::from_millis(random.random_range(5..600))).await;
        server.kill();
    }
    let server = Server::start(&config);
    server.ready().await;
    eventually_within(LEASES, "everything is there after the kills", || is_complete(&server, KILLS - 1))
        .await;
    let (_, pending) = server.get("/api/catalog/entities/unprocessed/pending").await;
    assert_eq!(pending["entities"].as_array().map(Vec::len), Some(0), "nothing is stuck: {pending}");
    let (_, failed) = server.get("/api/catalog/entities/unprocessed/failed").await;
    assert_eq!(failed["entities"].as_array().map(Vec::len), Some(0), "nothing has failed: {failed}");
    assert!(server.stop(), "it stops by itself when asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing_on_sqlite() {
    survives_being_killed(TestDatabase::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing_on_postgresql() {
    survives_being_killed(TestDatabase::postgres().await).await;
}
