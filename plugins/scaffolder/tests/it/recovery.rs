//! Tasks whose process goes away: who goes on, from where, and what is not done twice.

use callboard_testkit::{TestDatabase, eventually, for_each_database};
use serde_json::{Value, json};

use crate::support::{Process, World};

/// A lease that ends soon after its process.
fn soon() -> Value {
    json!({"taskRecovery": {"staleTimeout": {"seconds": 1}}})
}

/// Takes the lease of a task away, as its end does when a process dies.
async fn lose_lease(process: &Process, id: &str) {
    let sql =
        "UPDATE scaffolder_tasks SET lease_owner = 'a process that died', lease_until = 1 WHERE id = $1";
    process.database.execute(sql, &[id.into()]).await.expect("a lost lease");
}

fn three_steps(middle: &str) -> Value {
    json!([
        {"id": "first", "name": "First", "action": "test:write", "input": {"name": "first.txt", "content": "kept"}},
        {"id": "middle", "name": "Middle", "action": middle},
        {"id": "last", "name": "Last", "action": "test:write", "input": {"name": "last.txt"}},
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_on_behind_the_last_step_and_runs_an_idempotent_one_again() {
    for_each_database(|database| async move {
        let world = World::new(database);
        let mut template = json!({"steps": three_steps("test:hold")});
        template["output"] = json!({"files": "${{ steps.last.output.files }}"});
        world.template_with(template);
        let first = world.start(soon()).await;
        let id = first.create(json!({})).await;
        first.until_said(&id, "holding").await;
        lose_lease(&first, &id).await;
        let second = world.start(soon()).await;
        second.until_said(&id, "Running step Middle again").await;
        world.stage.gate.add_permits(10);
        second.until(&id, "completed").await;
        let runs = world.runs();
        assert_eq!(runs.iter().filter(|step| *step == "first").count(), 1, "{runs:?}");
        assert_eq!(second.end(&id).await["output"]["files"], json!(["first.txt", "last.txt"]));
        let events = second.events(&id).await;
        assert!(events.iter().any(|event| event["type"] == "recovered"));
        let stream = second.get(&format!("/v2/tasks/{id}/eventstream")).await.text;
        assert!(stream.contains("event: completion"), "the stream ends though the task was recovered");
        first.lifecycle.stop().await;
        second.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_may_not_run_twice_fails_the_task_which_can_be_retried_from_there() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(three_steps("test:hold-once"));
        let first = world.start(soon()).await;
        let id = first.create(json!({})).await;
        first.until_said(&id, "holding").await;
        lose_lease(&first, &id).await;
        let second = world.start(soon()).await;
        second.until(&id, "failed").await;
        let error = second.end(&id).await["error"]["message"].as_str().unwrap().to_owned();
        assert!(error.starts_with("Step Middle was cut off when its server stopped"), "{error}");
        assert_eq!(world.runs().iter().filter(|step| *step == "middle").count(), 1);
        world.stage.gate.add_permits(10);
        let retry = second.post(&format!("/v2/tasks/{id}/retry"), json!({"fromStep": "middle"})).await;
        assert_eq!((retry.status.as_u16(), &retry.body["id"]), (201, &json!(id)));
        second.until(&id, "completed").await;
        let runs = world.runs();
        assert_eq!(runs.iter().filter(|step| *step == "first").count(), 1, "{runs:?}");
        let ends = second.events(&id).await.iter().filter(|event| event["type"] == "completion").count();
        assert_eq!(ends, 1, "followers see one end");
        first.lifecycle.stop().await;
        second.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_says_it_is_idempotent_runs_again() {
    let world = World::new(TestDatabase::sqlite().await);
    let mut steps = three_steps("test:hold-once");
    steps[1]["idempotent"] = true.into();
    world.template(steps);
    let first = world.start(soon()).await;
    let id = first.create(json!({})).await;
    first.until_said(&id, "holding").await;
    lose_lease(&first, &id).await;
    eventually("it runs again", || async {
        world.runs().iter().filter(|step| *step == "middle").count() == 2
    })
    .await;
    world.stage.gate.add_permits(10);
    first.until(&id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_iterations_are_not_run_again() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([
        {"id": "each", "action": "test:hold", "each": [1, 2, 3]},
    ]));
    let process = world.start(soon()).await;
    let id = process.create(json!({})).await;
    world.stage.gate.add_permits(1);
    eventually("the second one holds", || async { world.runs().len() == 2 }).await;
    process.until_said(&id, "{\"key\":\"1\"").await;
    lose_lease(&process, &id).await;
    eventually("the second one again", || async { world.runs().len() == 3 }).await;
    world.stage.gate.add_permits(10);
    process.until(&id, "completed").await;
    assert_eq!(world.runs().len(), 4, "one, two, two again, three");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_gives_its_tasks_away_between_and_inside_of_steps() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(three_steps("test:hold"));
    // Nobody waits for the lease to end: it is given back.
    let first = world.start(json!({"taskRecovery": {"staleTimeout": {"hours": 1}}})).await;
    let id = first.create(json!({})).await;
    first.until_said(&id, "holding").await;
    first.lifecycle.stop().await;
    let second = world.start(json!({})).await;
    second.until_said(&id, "Running step Middle again").await;
    world.stage.gate.add_permits(10);
    second.until(&id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_recovery_a_task_of_a_dead_process_fails_and_says_so() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(three_steps("test:hold"));
    let section = json!({"taskRecovery": {"enabled": false, "staleTimeout": {"seconds": 1}}});
    let process = world.start(section).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "holding").await;
    lose_lease(&process, &id).await;
    process.until(&id, "failed").await;
    let error = process.end(&id).await["error"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("taskRecovery.enabled is false"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_step_has_remembered_is_there_in_its_next_run() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [{"id": "a", "action": "test:write"}, {"id": "memory", "action": "test:remember"}],
        "output": {"again": "${{ steps.memory.output.again }}"},
    }));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    process.post(&format!("/v2/tasks/{id}/retry"), json!({"fromStep": "memory"})).await;
    process.until(&id, "completed").await;
    assert_eq!(world.runs(), ["a", "memory", "memory"]);
    assert_eq!(process.end(&id).await["output"]["again"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_starts_over_without_a_step_and_refuses_steps_that_were_not_reached() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([
        {"id": "a", "action": "test:write"},
        {"id": "b", "action": "test:fail"},
        {"id": "c", "action": "test:write"},
    ]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    let path = format!("/v2/tasks/{id}/retry");
    for (step, status) in [("c", 400), ("nope", 400)] {
        let answer = process.post(&path, json!({"fromStep": step})).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    assert_eq!(process.post(&path, json!({})).await.status, 201);
    eventually("it ran again", || async { world.runs().len() == 4 }).await;
    process.until(&id, "failed").await;
    assert_eq!(world.runs(), ["a", "b", "a", "b"]);
    process
        .database
        .execute("UPDATE scaffolder_tasks SET status = 'processing'", &[])
        .await
        .expect("a change");
    assert_eq!(process.post(&path, json!({})).await.status, 409, "only what has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_without_a_sign_of_life_is_failed_and_one_that_waits_for_somebody_is_not() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([
        {"id": "a", "action": "test:write", "approval": {"approvers": ["owner"]}},
    ]));
    let section = json!({"taskTimeoutJanitorFrequency": {"seconds": 1}});
    let process = world.start(section.clone()).await;
    let waiting = process.create(json!({})).await;
    process.until_said(&waiting, "waits for an approval").await;
    process.lifecycle.stop().await;
    let idle =
        world.start(json!({"concurrentTasksLimit": 0, "taskTimeoutJanitorFrequency": {"seconds": 1}})).await;
    let open = idle.create(json!({})).await;
    let sql = "UPDATE scaffolder_tasks SET created_at = 1, last_heartbeat_at = NULL";
    idle.database.execute(sql, &[]).await.expect("an old task");
    idle.until(&open, "failed").await;
    let error = idle.end(&open).await["error"]["message"].clone();
    assert_eq!(error, "This task was marked as stale as it exceeded its timeout");
    assert_eq!(idle.task(&waiting).await["status"], "processing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_can_not_even_begin_is_given_up_in_the_end() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write"}]));
    let process = world.start(json!({"taskRecovery": {"staleTimeout": {"seconds": 1}}})).await;
    let blocked = world.directory.path().to_owned();
    std::fs::remove_dir_all(&blocked).expect("the working directory goes");
    std::fs::write(&blocked, "a file in its place").expect("a file");
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    assert!(process.end(&id).await["error"]["message"].as_str().unwrap().contains(blocked.to_str().unwrap()));
    std::fs::remove_file(&blocked).expect("away with it");
    std::fs::create_dir(&blocked).expect("as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_that_a_killed_process_left_are_removed_and_no_others() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([]));
    let section = json!({"taskTimeoutJanitorFrequency": {"seconds": 1}});
    let process = world.start(section).await;
    let id = process.create(json!({})).await;
    process.until(&id, "completed").await;
    let left = world.directory.path().join(format!("{id}.7"));
    let strange = world.directory.path().join("00000000-0000-4000-8000-000000000000");
    let other = world.directory.path().join("something-else");
    for directory in [&left, &strange, &other] {
        std::fs::create_dir(directory).expect("a directory");
    }
    eventually("what was left is gone", || async { !left.exists() }).await;
    assert!(strange.exists() && other.exists(), "what belongs to others stays");
}
