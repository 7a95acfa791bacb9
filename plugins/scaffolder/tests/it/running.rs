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
