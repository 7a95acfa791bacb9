//! Templates that are being written, run without leaving anything behind.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::World;

fn template(steps: Value) -> Value {
    json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "draft"},
        "spec": {
            "type": "x",
            "steps": steps,
            "parameters": {"required": ["name"]},
            "output": {"text": [{"title": "Made", "content": "${{ parameters.name }} ${{ steps.count.output.count }}"}]},
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_that_can_run_do_and_others_give_out_examples() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let steps = json!([
        {"id": "write", "name": "Write", "action": "test:write", "input": {"name": "a.txt", "content": "for ${{ parameters.name }}"}},
        {"id": "count", "action": "test:token", "approval": {"approvers": ["owner"]}},
    ]);
    let body = json!({"template": template(steps), "values": {"name": "quay"}, "directoryContents": []});
    let answer = process.post("/v2/dry-run", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let files = answer.body["directoryContents"].as_array().unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!((&files[0]["path"], &files[0]["base64Content"]), (&json!("a.txt"), &json!("Zm9yIHF1YXk=")));
    assert_eq!(answer.body["output"]["text"][0]["content"], "quay 0", "an example of a number");
    assert_eq!(
        answer.body["steps"][0],
        json!({"id": "write", "name": "Write", "action": "test:write", "input": {"name": "a.txt", "content": "for ${{ parameters.name }}"}})
    );
    let log = answer.body["log"].to_string();
    assert!(log.contains("Finished step Write") && log.contains("does not support dry-run"), "{log}");
    assert_eq!(world.runs(), ["write"]);
    assert!(std::fs::read_dir(world.directory.path()).unwrap().next().is_none(), "nothing is left");
    let listed = process.get("/v2/tasks").await.body;
    assert_eq!(listed["totalTasks"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_answered_and_files_stay_where_they_belong() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let dry_run = async |body: Value| {
        let answer = process.post("/v2/dry-run", body).await;
        (answer.status.as_u16(), answer.body)
    };
    let (status, body) =
        dry_run(json!({"template": {"kind": "x"}, "values": {}, "directoryContents": []})).await;
    assert_eq!((status, &body["error"]["message"]), (400, &json!("Input template is not a template")));
    let (status, body) =
        dry_run(json!({"template": template(json!([])), "values": {}, "directoryContents": []})).await;
    assert_eq!((status, body["errors"].is_array()), (400, true), "{body}");
    for path in ["../escape", "/etc/escape", "a/../../escape", "."] {
        let files = json!([{"path": path, "base64Content": ""}]);
        let body =
            json!({"template": template(json!([])), "values": {"name": "a"}, "directoryContents": files});
        assert_eq!(dry_run(body).await.0, 400, "{path}");
    }
    let failing = template(json!([{"id": "a", "action": "no:such"}]));
    let (status, body) =
        dry_run(json!({"template": failing, "values": {"name": "a"}, "directoryContents": []})).await;
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("'no:such' is not registered"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_32237_a_dry_run_shows_no_secret_of_the_environment_or_the_caller() {
    let world = World::new(TestDatabase::sqlite().await);
    let environment = json!({"secrets": {"KEY": "canary-of-the-environment"}});
    let process = world.start(json!({"defaultEnvironment": environment})).await;
    let all = "${{ environment.secrets | dump }} ${{ secrets.own }} ${{ secrets.own | reverse }}";
    let steps = json!([
        {"id": "log", "action": "debug:log", "input": {"message": all}},
        {"id": "write", "action": "test:write", "input": {"name": "a.txt", "content": all}},
    ]);
    let body = json!({
        "template": template(steps), "values": {"name": "x"}, "secrets": {"own": "canary-of-the-caller"}, "directoryContents": [],
    });
    let answer = process.post("/v2/dry-run", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let file = answer.body["directoryContents"][0]["base64Content"].as_str().unwrap();
    let file =
        String::from_utf8(base64::Engine::decode(&base64::engine::general_purpose::STANDARD, file).unwrap())
            .unwrap();
    for text in [answer.text.as_str(), file.as_str()] {
        assert!(!text.contains("canary") && !text.contains("yranac"), "{text}");
    }
    assert!(file.contains("***"), "{file}");
}
