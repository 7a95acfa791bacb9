//! Several processes on one PostgreSQL database.

use std::collections::HashSet;

use serde_json::json;

use crate::support::{FakeHost, Process, TestDatabase, component, eventually, quick};

const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team\nspec:\n  \
                    type: team\n  children: []\n";

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_share_the_work_and_see_the_same() {
    let database = TestDatabase::postgres().await;
    let host = FakeHost::default();
    host.put("https://host/team.yaml", TEAM);
    let mut urls = vec!["https://host/team.yaml".to_owned()];
    for file in 0..12 {
        let url = format!("https://host/{file}.yaml");
        let many: Vec<String> = (0..50).map(|i| component(&format!("c{file}-{i}"), "first")).collect();
        host.put(&url, &many.join("---\n"));
        urls.push(url);
    }
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(Process::start(&database.open_again().await, &host).await);
    }
    for (index, url) in urls.iter().enumerate() {
        processes[index % 3].register(url).await;
    }
    let expected = 13 + 1 + 600;
    for process in &processes {
        eventually("every process has every entity", async || process.count() == expected).await;
        eventually("the team owns everything", async || {
            let team = process.entity("group:default/team").expect("the team");
            team["relations"].as_array().is_some_and(|list| list.len() == 600)
        })
        .await;
    }
    let changes = all_changes(&processes[0]).await;
    let created: Vec<_> = changes.iter().filter(|c| c.kind == "created").map(|c| &c.entity_ref).collect();
    let distinct: HashSet<_> = created.iter().collect();
    assert_eq!((created.len(), distinct.len()), (614, 614), "nothing is created twice");
    let numbers: Vec<i64> = changes.iter().map(|change| change.sequence).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "no gaps");
    for process in processes {
        process.stop().await;
    }
}

async fn all_changes(process: &Process) -> Vec<callboard_plugin_catalog::changes::Change> {
    let mut changes = Vec::new();
    loop {
        let after = changes.len() as i64;
        let page = process.catalog.changes_after(after, 1_000).await.expect("changes");
        if page.is_empty() {
            return changes;
        }
        changes.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_does_not_process_follows_one_that_does() {
    let database = TestDatabase::postgres().await;
    let host = FakeHost::default();
    let url = "https://host/a.yaml";
    host.put(url, &component("a", "first"));
    let section = json!({"processingInterval": false});
    let reader = Process::start_with(&database.open_again().await, &host, section, quick()).await;
    reader.register(url).await;
    assert_eq!(reader.count(), 0);
    let worker = Process::start(&database.open_again().await, &host).await;
    reader.appears("component:default/a").await;
    worker.stop().await;
    let uid = reader.uid("component:default/a");
    reader.catalog.remove_entity(&uid).await.expect("a removal");
    assert_eq!(reader.entity("component:default/a"), None, "it sees its own writes at once");
    reader.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_from_all_sides_at_once_end_in_one_order() {
    let database = TestDatabase::postgres().await;
    let host = FakeHost::default();
    let mut processes = Vec::new();
    for _ in 0..2 {
        processes.push(Process::start(&database.open_again().await, &host).await);
    }
    let url = |i: usize| format!("https://host/{i}.yaml");
    for i in 0..20 {
        host.put(&url(i), &component(&format!("c{i}"), "first"));
    }
    let writes = (0..20).map(|i| {
        let process = &processes[i % 2];
        async move { process.register(&format!("https://host/{i}.yaml")).await }
    });
    let locations = futures::future::join_all(writes).await;
    for process in &processes {
        eventually("all are there", async || process.count() == 40).await;
    }
    let removals = locations.iter().enumerate().map(|(i, location)| {
        let process = &processes[(i + 1) % 2];
        async move { process.catalog.delete_location(&location.id).await.expect("a removal") }
    });
    futures::future::join_all(removals).await;
    for process in &processes {
        eventually("all are gone", async || process.count() == 0).await;
    }
    let changes = all_changes(&processes[0]).await;
    assert_eq!(changes.len(), 80);
    for process in processes {
        process.stop().await;
    }
}
