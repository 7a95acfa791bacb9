//! Following a task: streams, and requests that wait.

use callboard_testkit::{TestDatabase, eventually, for_each_database};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{ADA, World};

/// The ids of the events in a stream.
fn ids(stream: &str) -> Vec<i64> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str::<Value>(data).unwrap()["id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_on_another_process_shows_lines_while_a_step_runs_and_ends_with_the_task() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([{"id": "hold", "action": "test:hold"}]));
        let worker = world.start(json!({})).await;
        let other = world.start(json!({"concurrentTasksLimit": 0})).await;
        let id = other.create(json!({})).await;
        let mut body = other.app.open(ADA, &format!("/v2/tasks/{id}/eventstream"), "").await;
        let mut text = String::new();
        while !text.contains("holding") {
            let frame = body.frame().await.expect("more").expect("a frame");
            text.push_str(&String::from_utf8_lossy(frame.data_ref().expect("data")));
        }
        assert!(!text.contains("event: completion"));
        world.stage.gate.add_permits(1);
        while let Some(frame) = body.frame().await {
            text.push_str(&String::from_utf8_lossy(frame.expect("a frame").data_ref().expect("data")));
        }
        assert!(text.contains("event: completion\ndata: {\"id\":"), "{text}");
        let ids = ids(&text);
        assert!(ids.is_sorted() && !ids.is_empty(), "{ids:?}");
        worker.lifecycle.stop().await;
        other.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_behind_an_event_and_tells_the_end_once_more() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write"}]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    let whole = process.get(&format!("/v2/tasks/{id}/eventstream")).await.text;
    let all = ids(&whole);
    let rest = process.get(&format!("/v2/tasks/{id}/eventstream?after={}", all[1])).await.text;
    assert_eq!(ids(&rest), all[2..]);
    let last = *all.last().unwrap();
    let end = process.get(&format!("/v2/tasks/{id}/eventstream?after={last}")).await.text;
    assert_eq!(ids(&end), [last]);
    let first = whole.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let first: Value = serde_json::from_str(first).unwrap();
    assert_eq!(first["isTaskRecoverable"], false);
    assert_eq!((&first["type"], &first["taskId"]), (&json!("log"), &json!(id)));
    assert_eq!(process.get(&format!("/v2/tasks/{id}/eventstream?after=x")).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_answered_at_once_or_when_they_come() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "hold", "action": "test:hold"}]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "holding").await;
    let events = process.get(&format!("/v2/tasks/{id}/events")).await.body;
    let last = events.as_array().unwrap().last().unwrap()["id"].as_i64().unwrap();
    let path = format!("/v2/tasks/{id}/events?after={last}");
    let waiting = process.get(&path);
    let ((), answer) = tokio::join!(async { world.stage.gate.add_permits(1) }, waiting);
    assert!(!answer.body.as_array().unwrap().is_empty(), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_35186_a_template_with_a_recovery_strategy_leaves_no_stream_open() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [{"id": "a", "action": "test:write"}],
        "EXPERIMENTAL_recovery": {"EXPERIMENTAL_strategy": "startOver"},
    }));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    let stream = process.get(&format!("/v2/tasks/{id}/eventstream")).await.text;
    assert!(
        stream.contains("event: completion") && stream.contains("\"isTaskRecoverable\":false"),
        "{stream}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_when_the_server_stops() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "hold", "action": "test:hold"}]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    let path = format!("/v2/tasks/{id}/eventstream");
    let stream = tokio::spawn({
        let app = process.app.clone();
        async move { app.send(ADA, "GET", &path, "").await }
    });
    process.until_said(&id, "holding").await;
    process.lifecycle.stop().await;
    eventually("the stream has ended", || async { stream.is_finished() }).await;
}
