//! Steps that wait until somebody agrees.

use callboard_testkit::{TestDatabase, for_each_database};
use serde_json::{Value, json};

use crate::support::{ADA, BOB, Process, World};

async fn decide(process: &Process, who: &str, id: &str, body: Value) -> (u16, Value) {
    let path = format!("/v2/tasks/{id}/approvals");
    let answer = process.app.send(who, "POST", &path, &body.to_string()).await;
    (answer.status.as_u16(), answer.body)
}

fn steps(approvers: Value) -> Value {
    json!([
        {"id": "first", "action": "test:write", "input": {"name": "first.txt"}},
        {"id": "deploy", "name": "Deploy", "action": "test:write", "input": {"name": "second.txt"},
         "approval": {"approvers": approvers, "message": "Deploy ${{ parameters.name }}?"}},
        {"id": "after", "action": "test:write", "if": "${{ always() }}"},
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_waits_without_a_worker_and_runs_when_an_approver_agrees() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(steps(json!(["owner", "role:default/nobody"])));
        let process = world.start(json!({"concurrentTasksLimit": 1})).await;
        let id = process.create(json!({"name": "quay"})).await;
        process.until_said(&id, "Step Deploy waits for an approval").await;
        let task = process.task(&id).await;
        let approvers = json!(["owner", "role:default/nobody"]);
        assert_eq!(
            task["waitingFor"],
            json!({"stepId": "deploy", "approvers": approvers, "message": "Deploy quay?", "mayDecide": true})
        );
        assert_eq!(task["status"], "processing");
        let events = process.events(&id).await;
        let asked = events.iter().find(|event| event["body"]["status"] == "waiting").expect("an event");
        assert_eq!(asked["body"]["stepId"], "deploy");
        assert_eq!(asked["body"]["approval"], json!({"approvers": approvers, "message": "Deploy quay?"}));
        // The only worker is free meanwhile.
        world.entities.put("template:default/u", json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": {"name": "u"},
            "spec": {"type": "x", "steps": []},
        }));
        let other = process.create_with(json!({"templateRef": "template:u", "values": {}})).await;
        process.until(&other, "completed").await;
        let refused = decide(&process, BOB, &id, json!({"stepId": "deploy", "decision": "approve"})).await;
        assert_eq!(refused.0, 403, "{}", refused.1);
        let wrong = decide(&process, ADA, &id, json!({"stepId": "first", "decision": "approve"})).await;
        assert_eq!(wrong.0, 409, "{}", wrong.1);
        let unclear = decide(&process, ADA, &id, json!({"stepId": "deploy", "decision": "perhaps"})).await;
        assert_eq!(unclear.0, 400, "{}", unclear.1);
        let done =
            decide(&process, ADA, &id, json!({"stepId": "deploy", "decision": "approve", "comment": "go"}))
                .await;
        assert_eq!(done, (200, json!({"status": "approved"})));
        process.until(&id, "completed").await;
        assert_eq!(world.runs(), ["first", "deploy", "after"]);
        assert!(
            process
                .messages(&id)
                .await
                .contains(&"Step deploy was approved by user:default/ada: go".to_owned())
        );
        assert!(process.task(&id).await.get("waitingFor").is_none());
        let late = decide(&process, ADA, &id, json!({"stepId": "deploy", "decision": "reject"})).await;
        assert_eq!(late.0, 409);
        process.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_step_fails_the_task_and_cleanup_still_runs() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(steps(json!(["role:default/approvers"])));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "waits for an approval").await;
    assert_eq!(process.task(&id).await["waitingFor"]["mayDecide"], false, "Ada has not the role");
    let done =
        decide(&process, BOB, &id, json!({"stepId": "deploy", "decision": "reject", "comment": "not today"}))
            .await;
    assert_eq!(done, (200, json!({"status": "rejected"})));
    process.until(&id, "failed").await;
    assert_eq!(world.runs(), ["first", "after"]);
    let error = process.end(&id).await["error"].clone();
    let message = "Step Deploy was rejected by user:default/bob: not today";
    assert_eq!(error, json!({"name": "NotAllowedError", "message": message}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_of_a_named_entity_decide_and_a_service_does_not() {
    let world = World::new(TestDatabase::sqlite().await);
    world.entities.put(
        "component:default/ledger",
        json!({
            "kind": "Component", "metadata": {"name": "ledger"},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/others"}],
        }),
    );
    world.template(steps(json!(["component:${{ parameters.name }}"])));
    let process = world.start(json!({})).await;
    let id = process.create(json!({"name": "ledger"})).await;
    process.until_said(&id, "waits for an approval").await;
    let body = json!({"stepId": "deploy", "decision": "approve"});
    assert_eq!(decide(&process, "a-service", &id, body.clone()).await.0, 403);
    assert_eq!(decide(&process, ADA, &id, body.clone()).await.0, 403);
    assert_eq!(decide(&process, BOB, &id, body).await.0, 200);
    process.until(&id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_task_survives_its_process_and_can_be_cancelled() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(steps(json!([ADA])));
    let first = world.start(json!({})).await;
    let id = first.create(json!({})).await;
    first.until_said(&id, "waits for an approval").await;
    first.lifecycle.stop().await;
    let second = world.start(json!({})).await;
    assert_eq!(decide(&second, ADA, &id, json!({"stepId": "deploy", "decision": "approve"})).await.0, 200);
    second.until(&id, "completed").await;
    assert!(
        !second.events(&id).await.iter().any(|event| event["type"] == "recovered"),
        "nothing was cut off"
    );
    let id = second.create(json!({})).await;
    second.until_said(&id, "waits for an approval").await;
    second.post(&format!("/v2/tasks/{id}/cancel"), json!({})).await;
    assert_eq!(second.task(&id).await["status"], "cancelled");
}
