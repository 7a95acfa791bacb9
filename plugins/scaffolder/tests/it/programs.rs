//! What programs use: the actions registry, the OpenAPI document and the metrics.

use std::collections::BTreeSet;

use callboard_kit::plugin::Plugin;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, Process, World};

async fn invoke(process: &Process, who: &str, name: &str, input: Value) -> (u16, Value) {
    let path = format!("/.backstage/actions/v1/actions/scaffolder:{name}/invoke");
    let answer = process.app.send(who, "POST", &path, &input.to_string()).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_creates_a_task_and_reads_its_log_through_the_actions_registry() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [{"id": "a", "action": "debug:log", "input": {"message": "Hello ${{ parameters.name }}"}}],
        "parameters": {"required": ["name"]},
    }));
    let process = world.start(json!({})).await;
    let template = json!({"templateRef": "template:default/t", "values": {}});
    let (status, body) = invoke(&process, "a-service", "execute-template", template).await;
    assert_eq!(status, 400);
    assert!(
        body["error"]["message"].as_str().unwrap().contains("instance requires property \"name\""),
        "{body}"
    );
    let template = json!({"templateRef": "template:default/t", "values": {"name": "quay"}});
    let (status, body) = invoke(&process, ADA, "execute-template", template).await;
    assert_eq!(status, 200, "{body}");
    let id = body["output"]["taskId"].as_str().unwrap().to_owned();
    process.until(&id, "completed").await;
    let (_, logs) = invoke(&process, ADA, "get-scaffolder-task-logs", json!({"taskId": id})).await;
    assert!(logs["output"]["events"].to_string().contains("Hello quay"), "{logs}");
    let (_, tasks) =
        invoke(&process, ADA, "list-scaffolder-tasks", json!({"owned": true, "status": "completed"})).await;
    assert_eq!((&tasks["output"]["totalTasks"], &tasks["output"]["tasks"][0]["id"]), (&json!(1), &json!(id)));
    let (_, actions) = invoke(&process, ADA, "list-scaffolder-actions", json!({})).await;
    assert!(actions["output"]["actions"].to_string().contains("debug:log"));
    for (name, input, expected) in [
        ("list-scaffolder-tasks", json!({"limit": 0}), 400),
        ("list-scaffolder-tasks", json!({"what": 1}), 400),
        ("get-scaffolder-task-logs", json!({"taskId": "nope"}), 404),
        ("no-such", json!({}), 404),
    ] {
        assert_eq!(invoke(&process, ADA, name, input).await.0, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_tries_a_template_out() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let yaml = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: x}\nspec:\n  type: x\n  steps:\n    - {id: a, action: 'debug:log', input: {message: '${{ parameters.m }}'}}\n  output: {m: '${{ parameters.m }}'}\n";
    let input = json!({"templateYaml": yaml, "values": {"m": "quay"}});
    let (_, body) = invoke(&process, ADA, "dry-run-template", input).await;
    let output = &body["output"];
    assert_eq!((&output["valid"], &output["output"]["m"]), (&json!(true), &json!("quay")), "{body}");
    assert_eq!(output["steps"], json!([{"id": "a", "name": "debug:log", "action": "debug:log"}]));
    for broken in ["a: [", "kind: Template"] {
        let (status, body) = invoke(&process, ADA, "dry-run-template", json!({"templateYaml": broken})).await;
        assert_eq!((status, &body["output"]["valid"]), (200, &json!(false)), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_is_in_the_document_and_nothing_else_is() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let document = process.plugin.openapi().expect("a document");
    let (_, routes) = process.plugin.routes().into_parts();
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let served: BTreeSet<String> = routes
        .iter()
        .filter(|route| route.path.starts_with("/v2/"))
        .map(|route| format!("{} /api/scaffolder{}", route.method, route.path.replace("{id}", "{taskId}")))
        .collect();
    assert_eq!(documented, served);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_counted_by_template_and_action() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:fail"}]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    callboard_testkit::eventually("it is counted", || async {
        let text = process.metrics.encode();
        text.contains(
            "callboard_scaffolder_tasks_ended_total{template=\"template:default/t\",status=\"failed\"} 1",
        ) && text.contains("callboard_scaffolder_steps_failed_total{action=\"test:fail\"} 1")
            && text.contains("callboard_scaffolder_tasks_running 0")
    })
    .await;
}
