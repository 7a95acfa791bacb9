//! Limits: how much runs at the same time, and how much a task may say and keep.

use callboard_testkit::{TestDatabase, eventually, for_each_database};
use serde_json::json;

use crate::support::{ADA, BOB, World};

#[tokio::test(flavor = "multi_thread")]
async fn limits_for_users_and_templates_hold_over_several_processes() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([{"id": "hold", "action": "test:hold"}]));
        let limits = json!({"limits": {"tasksPerTemplate": 2, "tasksPerUser": 1}});
        let processes = [world.start(limits.clone()).await, world.start(limits).await];
        let body = json!({"templateRef": "template:default/t", "values": {}}).to_string();
        for who in [ADA, ADA, ADA, BOB, BOB, "user:default/eve"] {
            assert_eq!(processes[0].app.send(who, "POST", "/v2/tasks", &body).await.status, 201);
        }
        let running = || async {
            let sql = "SELECT created_by FROM scaffolder_tasks WHERE status = 'processing'";
            let rows = processes[0].database.query(sql, &[]).await.expect("rows");
            let mut users: Vec<String> =
                rows.iter().map(|row| row.text("created_by").expect("a user")).collect();
            users.sort();
            users
        };
        eventually("two run", || async { running().await.len() == 2 }).await;
        let mut left = 6;
        while left > 0 {
            let users = running().await;
            assert!(users.len() <= 2, "{users:?}");
            assert!(users.len() < 2 || users[0] != users[1], "{users:?}");
            world.stage.gate.add_permits(1);
            left -= 1;
            let done = 6 - left;
            eventually("one more is done", || async {
                let page = processes[1].get("/v2/tasks?status=completed").await.body;
                page["totalTasks"].as_i64() >= Some(done)
            })
            .await;
        }
        for process in processes {
            process.lifecycle.stop().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_cut_and_says_so() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:flood"}, {"id": "b", "action": "test:flood"}]));
    let process = world.start(json!({"limits": {"logLines": 1_500}})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "completed").await;
    let messages = process.messages(&id).await;
    let lines = messages.iter().filter(|text| text.contains(": line ")).count();
    assert_eq!(lines, 1_500);
    assert_eq!(messages.iter().filter(|text| text.contains("is not kept")).count(), 1);
    assert_eq!(messages.last().map(String::as_str), Some("Run completed with status: completed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_too_large_fails_its_step() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write", "input": {"content": "more than ten bytes"}}]));
    let process = world.start(json!({"limits": {"workspaceBytes": 10}})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    let error = process.end(&id).await["error"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("scaffolder.limits.workspaceBytes"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_tasks_at_once_all_end() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([{"action": "test:write"}, {"action": "test:write"}]));
        let processes = [world.start(json!({})).await, world.start(json!({})).await];
        for _ in 0..100 {
            processes[0].create(json!({})).await;
        }
        eventually("all are done", || async {
            processes[1].get("/v2/tasks?status=completed&limit=1").await.body["totalTasks"] == 100
        })
        .await;
        assert_eq!(world.runs().len(), 200, "no step ran twice");
        for process in processes {
            process.lifecycle.stop().await;
        }
    })
    .await;
}
