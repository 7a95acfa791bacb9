//! Death at any moment: processes are dropped in the middle of their work, again and again, at times that a seed
//! decides. Afterwards no entity is lost, none is there twice, and none is stuck.

use std::time::Duration;

use callboard_plugin_catalog::config::Timing;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::support::{FakeHost, Process, TestDatabase, component, eventually, quick};

const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team\nspec:\n  \
                    type: team\n  children: []\n";
const FILES: usize = 6;
const EACH: usize = 40;
const DEATHS: usize = 50;

/// Lives that are shorter end before the process has started.
const SHORT: Duration = Duration::from_millis(20);

/// The next process need not wait long for what the dead one held.
fn short_leases() -> Timing {
    Timing { lease: Duration::from_millis(60), ..quick() }
}

/// What the host holds in one round: every description changes, and one component moves to the next file.
fn fill(host: &FakeHost, round: usize) {
    for file in 0..FILES {
        let mut parts: Vec<String> =
            (0..EACH).map(|i| component(&format!("c{file}-{i}"), &format!("round{round}"))).collect();
        if round % FILES == file {
            parts.push(component("wanderer", &format!("round{round}")));
        }
        host.put(&format!("https://host/{file}.yaml"), &parts.join("---\n"));
    }
    host.put("https://host/team.yaml", TEAM);
}

/// A process in a runtime of its own, dropped wherever it is after a while.
fn live_and_die(database: &TestDatabase, host: &FakeHost, life: Duration) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let database = database.open_again().await;
        let starting = Process::start_with(&database, host, locations(), short_leases());
        // The moment of death is the point; nothing is waited for. A short life ends while it starts.
        if life < SHORT {
            drop(tokio::time::timeout(life, starting).await);
        } else {
            let _process = starting.await;
            tokio::time::sleep(life - SHORT).await;
        }
    });
    // Every task ends at the await where it is.
    runtime.shutdown_background();
}

fn locations() -> serde_json::Value {
    let mut list = vec![json!({"type": "url", "target": "https://host/team.yaml"})];
    list.extend((0..FILES).map(|file| json!({"type": "url", "target": format!("https://host/{file}.yaml")})));
    json!({"locations": list, "processingInterval": {"milliseconds": 40}})
}

fn changes_so_far(database: &TestDatabase) -> usize {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let sql = "SELECT sequence AS n FROM catalog_state";
        let row = database.open_again().await.query_first(sql, &[]).await.expect("a number").expect("a row");
        usize::try_from(row.int("n").expect("a number")).expect("not negative")
    })
}

fn survive(database: TestDatabase, seed: u64) {
    let host = FakeHost::default();
    let mut random = StdRng::seed_from_u64(seed);
    for round in 0..DEATHS {
        fill(&host, round);
        live_and_die(&database, &host, Duration::from_micros(random.random_range(1_000..140_000)));
    }
    let changes = changes_so_far(&database);
    // How far depends on the machine; that it was at work at all is what makes the deaths mean something.
    assert!(changes > 0, "no process got anywhere before it died");
    fill(&host, DEATHS);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let process = Process::start_with(&database.open_again().await, &host, locations(), quick()).await;
        let last = format!("round{DEATHS}");
        for file in 0..FILES {
            for i in 0..EACH {
                process.is_described(&format!("component:default/c{file}-{i}"), &last).await;
            }
        }
        process.is_described("component:default/wanderer", &last).await;
        let expected = FILES * EACH + 1;
        eventually("the team owns each of them once", async || {
            let team = process.entity("group:default/team").expect("the team");
            team["relations"].as_array().is_some_and(|list| list.len() == expected)
        })
        .await;
        let entities = FILES * (EACH + 1) + 3;
        eventually("nothing is left over", async || process.count() == entities as u64).await;
        eventually("nothing is stuck", async || {
            let sql = "SELECT COUNT(*) AS n FROM catalog_stitch_queue";
            let queued = database.database().query_first(sql, &[]).await.expect("a count").expect("a row");
            queued.int("n").expect("a number") == 0
        })
        .await;
        check_tables(&database, entities).await;
        process.stop().await;
    });
}

/// Every document belongs to a row, and the log has neither gaps nor impossible orders.
async fn check_tables(database: &TestDatabase, entities: usize) {
    let database = database.database();
    for table in ["refresh_state", "unprocessed_entities", "processed_entities", "final_entities"] {
        let sql = format!("SELECT COUNT(*) AS n, COUNT(DISTINCT entity_ref) AS refs FROM catalog_{table}");
        let row = database.query_first(&sql, &[]).await.expect("a count").expect("a row");
        let found = (row.int("n").expect("a number"), row.int("refs").expect("a number"));
        assert_eq!(found, (entities as i64, entities as i64), "{table}");
    }
    let sql = "SELECT sequence, entity_ref, type FROM catalog_changes ORDER BY sequence";
    let mut alive = std::collections::HashSet::new();
    for (index, row) in database.query(sql, &[]).await.expect("the log").iter().enumerate() {
        assert_eq!(row.int("sequence").expect("a number"), index as i64 + 1, "no gaps");
        let entity_ref = row.text("entity_ref").expect("a reference");
        match row.str("type").expect("a type") {
            "created" => assert!(alive.insert(entity_ref.clone()), "{entity_ref} was created twice"),
            "deleted" => assert!(alive.remove(&entity_ref), "{entity_ref} was deleted twice"),
            _ => assert!(alive.contains(&entity_ref), "{entity_ref} was changed and not there"),
        }
    }
    assert_eq!(alive.len(), entities);
}

#[test]
fn nothing_is_lost_when_processes_die_at_any_moment_on_sqlite() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(TestDatabase::sqlite());
    survive(database, 20_261_123);
}

#[test]
fn nothing_is_lost_when_processes_die_at_any_moment_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(TestDatabase::postgres());
    survive(database, 20_261_123);
}
