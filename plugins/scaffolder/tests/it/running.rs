//! Tasks from their creation to their end.

use callboard_testkit::for_each_database;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_runs_its_steps_and_its_stream_ends_with_its_output() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template_with(json!({
            "steps": [
                {"id": "hello", "name": "Hello", "action": "debug:log", "input": {"message": "Hello ${{ parameters.name }}"}},
                {"action": "test:write", "input": {"name": "a.txt"}},
            ],
            "output": {"links": [{"title": "Made", "url": "https://host/${{ parameters.name }}"}]},
        }));
        let process = world.start(json!({})).await;
        let id = process.create(json!({"name": "quay"})).await;
        let stream = process.get(&format!("/v2/tasks/{id}/eventstream")).await;
        assert_eq!(stream.headers["content-type"], "text/event-stream");
        assert!(stream.text.contains("Hello quay") && stream.text.ends_with("\n\n"), "{}", stream.text);
        let messages = process.messages(&id).await;
        let expected = ["Starting up task with 2 steps", "Beginning step Hello", "\u{1b}[32minfo\u{1b}[39m: {\n  \"message\": \"Hello quay\"\n}", "\u{1b}[32minfo\u{1b}[39m: Hello quay", "Finished step Hello", "Beginning step test:write", "Finished step test:write", "Run completed with status: completed"];
        assert_eq!(messages, expected);
        assert_eq!(process.end(&id).await["output"], json!({"links": [{"title": "Made", "url": "https://host/quay"}]}));
        let task = process.task(&id).await;
        assert_eq!((&task["status"], &task["createdBy"]), (&json!("completed"), &json!("user:default/ada")));
        assert_eq!(task["spec"]["user"], json!({"ref": "user:default/ada"}));
        assert!(std::fs::read_dir(world.directory.path()).unwrap().next().is_none(), "the workspace is gone");
        process.lifecycle.stop().await;
    })
    .await;
}

async fn outcome(steps: serde_json::Value) -> (World, crate::support::Process, String) {
    let world = World::new(callboard_testkit::TestDatabase::sqlite().await);
    world.template(steps);
    let process = world.start(json!({})).await;
    let id = process.create(json!({"yes": true, "list": ["a", "b"], "map": {"k": 1}})).await;
    process.until_said(&id, "Run completed").await;
    (world, process, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_decide_and_skipped_steps_say_so() {
    let (world, process, id) = outcome(json!([
        {"id": "no", "action": "test:write", "if": false},
        {"id": "falsy", "action": "test:write", "if": "${{ parameters.nothing }}"},
        {"id": "empty-list", "action": "test:write", "if": "${{ [] }}"},
        {"id": "yes", "action": "test:write", "if": "${{ parameters.yes }}"},
        {"id": "text", "action": "test:write", "if": "${{ a && b }}"},
    ]))
    .await;
    assert_eq!(world.runs(), ["yes", "text"]);
    let messages = process.messages(&id).await;
    assert!(messages.contains(&"Skipping step no because its if condition was false".to_owned()));
    let events = process.events(&id).await;
    let skipped = events.iter().filter(|event| event["body"]["status"] == "skipped").count();
    assert_eq!(skipped, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_runs_for_every_item_and_collects_outputs_by_name() {
    let (world, process, id) = outcome(json!([
        {"id": "list", "action": "test:write", "each": "${{ parameters.list }}", "input": {"name": "${{ each.value }}-${{ each.key }}"}},
        {"id": "map", "action": "test:write", "each": {"x": "1", "y": "2"}, "if": "${{ each.key == 'y' }}", "input": {"name": "${{ each.key }}"}},
        {"id": "show", "action": "debug:log", "input": {"message": "${{ steps.list.output.file }} ${{ steps.map.output.file }}"}},
        {"id": "wrong", "action": "test:write", "each": "${{ parameters.nothing }}"},
    ]))
    .await;
    assert_eq!(world.runs(), ["list", "list", "map"]);
    let messages = process.messages(&id).await;
    assert!(messages.iter().any(|text| text.ends_with("info\u{1b}[39m: a-0,b-1 y")), "{messages:#?}");
    assert!(messages.iter().any(|text| text.contains("Running step each: {\"key\":\"0\",\"value\":\"a\"}")));
    let error = process.end(&id).await["error"].clone();
    assert_eq!(error["name"], "InputError");
    assert!(error["message"].as_str().unwrap().contains("cannot be resolved to a value"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failure_only_steps_run_that_ask_for_it_and_the_first_error_stays() {
    let (world, process, id) = outcome(json!([
        {"id": "broken", "action": "test:fail", "input": {"message": "first"}},
        {"id": "next", "action": "test:write"},
        {"id": "said", "action": "test:write", "if": "always()"},
        {"id": "cleanup", "action": "test:write", "if": "${{ always() }}"},
        {"id": "alarm", "action": "test:fail", "if": "${{ failure() }}", "input": {"message": "second"}},
        {"id": "last", "action": "test:write", "if": "${{ always() and parameters.yes }}"},
    ]))
    .await;
    assert_eq!(world.runs(), ["broken", "cleanup", "alarm", "last"]);
    assert_eq!(process.end(&id).await["error"], json!({"name": "Error", "message": "first"}));
    let skipped = "Skipping step next because a previous step failed".to_owned();
    assert!(process.messages(&id).await.contains(&skipped));
    assert_eq!(process.task(&id).await["status"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_may_fail_lets_the_task_go_on() {
    let (world, process, id) = outcome(json!([
        {"id": "broken", "action": "test:fail", "continueOnError": true},
        {"id": "panics", "action": "test:panic", "continueOnError": true},
        {"id": "next", "action": "test:write"},
    ]))
    .await;
    assert_eq!(world.runs(), ["broken", "panics", "next"]);
    assert_eq!(process.task(&id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_action_is_a_fault_of_its_task_alone() {
    let (world, process, id) = outcome(json!([{"id": "a", "action": "no:such"}])).await;
    let error = process.end(&id).await["error"].clone();
    assert_eq!(error["name"], "NotFoundError");
    assert!(
        error["message"].as_str().unwrap().starts_with("Template action with ID 'no:such' is not registered")
    );
    world.template(json!([{"id": "b", "action": "test:write"}]));
    let other = process.create(json!({})).await;
    process.until(&other, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_does_not_fit_fails_the_step_before_it_runs() {
    let (_, process, id) = outcome(json!([
        {"id": "a", "action": "debug:wait", "input": {"seconds": "soon"}},
    ]))
    .await;
    let error = process.end(&id).await["error"].clone();
    assert_eq!(error["name"], "InputError");
    let text = "Invalid input passed to action debug:wait, instance.seconds is not of a type(s) number";
    assert_eq!(error["message"], text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_ends_when_its_time_is_over() {
    let (_, process, id) = outcome(json!([
        {"id": "a", "action": "test:hold", "timeout": {"milliseconds": 50}},
    ]))
    .await;
    let error = process.end(&id).await["error"].clone();
    assert_eq!(error["name"], "AbortError");
    assert!(error["message"].as_str().unwrap().contains("longer than its limit of 0.05 s"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_texts_of_the_output_that_are_not_to_be_shown_are_left_out() {
    let world = World::new(callboard_testkit::TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [],
        "output": {
            "links": [
                {"if": "${{ parameters.yes }}", "title": "A", "url": "https://a"},
                {"if": "${{ parameters.no }}", "title": "B", "url": "https://b"},
            ],
            "text": [{"if": false, "title": "C"}, {"title": "D", "content": "${{ user.ref }}"}],
            "id": "${{ context.task.id }}",
        },
    }));
    let process = world.start(json!({})).await;
    let id = process.create(json!({"yes": "y"})).await;
    process.until(&id, "completed").await;
    let output = process.end(&id).await["output"].clone();
    assert_eq!(output["links"], json!([{"title": "A", "url": "https://a"}]));
    assert_eq!(output["text"], json!([{"title": "D", "content": "user:default/ada"}]));
    assert_eq!(output["id"], id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_is_there_and_its_secrets_only_for_inputs() {
    let world = World::new(callboard_testkit::TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [{"id": "a", "action": "test:write", "input": {"name": "${{ environment.parameters.region }}", "content": "${{ environment.secrets.KEY }}"}}],
        "output": {"region": "${{ environment.parameters.region }}", "key": "${{ environment.secrets.KEY }}"},
    }));
    let environment =
        json!({"parameters": {"region": "north"}, "secrets": {"KEY": "canary-of-the-environment"}});
    let process = world.start(json!({"defaultEnvironment": environment})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "completed").await;
    assert_eq!(process.end(&id).await["output"], json!({"region": "north"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_is_cancelled_from_another_process_and_its_stream_ends() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([
            {"id": "hold", "name": "Hold", "action": "test:hold-once"},
            {"id": "next", "action": "test:write", "if": "${{ always() }}"},
        ]));
        let worker = world.start(json!({"taskRecovery": {"staleTimeout": {"seconds": 4}}})).await;
        let other = world.start(json!({"concurrentTasksLimit": 0})).await;
        let id = other.create(json!({})).await;
        worker.until_said(&id, "holding").await;
        let answer = other.post(&format!("/v2/tasks/{id}/cancel"), json!({})).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"status": "cancelled"})));
        let stream = other.get(&format!("/v2/tasks/{id}/eventstream")).await.text;
        assert!(
            stream.contains("event: cancelled\ndata: ") && stream.contains("Step hold has been cancelled."),
            "{stream}"
        );
        assert!(stream.contains("Run completed with status: cancelled"), "{stream}");
        assert_eq!(other.task(&id).await["status"], "cancelled");
        assert_eq!(world.runs(), ["hold"]);
        let again = other.post(&format!("/v2/tasks/{id}/cancel"), json!({})).await;
        assert_eq!(again.status, 200, "one that has ended stays as it is");
        worker.lifecycle.stop().await;
        other.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_nobody_runs_is_cancelled_at_once() {
    let world = World::new(callboard_testkit::TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write"}]));
    let process = world.start(json!({"concurrentTasksLimit": 0})).await;
    let id = process.create(json!({})).await;
    assert_eq!(process.task(&id).await["status"], "open");
    process.post(&format!("/v2/tasks/{id}/cancel"), json!({})).await;
    assert_eq!(process.task(&id).await["status"], "cancelled");
    assert_eq!(process.end(&id).await["message"], "Run completed with status: cancelled");
}
