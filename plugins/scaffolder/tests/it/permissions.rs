//! Who may do what, as a policy says with conditions.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::permission::{Authorizer, Condition, Conditional, Decision, PermissionRequest};
use callboard_testkit::{TestDatabase, for_each_database};
use serde_json::{Value, json};

use crate::support::{ADA, BOB, World};

/// Allows what it does not name; denies or conditions the rest. `$user` in a condition is the caller.
struct Policy(Value);

#[async_trait]
impl Authorizer for Policy {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        let decide = |request: &PermissionRequest| match &self.0[request.permission.name] {
            Value::Null => Decision::Allow,
            Value::Bool(allowed) => {
                if *allowed {
                    Decision::Allow
                } else {
                    Decision::Deny
                }
            }
            condition => {
                let text = condition.to_string().replace("$user", credentials.subject());
                let condition: Condition = serde_json::from_str(&text).expect("a condition");
                Decision::Conditional(Conditional::new("scaffolder", condition))
            }
        };
        Ok(requests.iter().map(decide).collect())
    }
}

fn own() -> Value {
    json!({"rule": "IS_TASK_OWNER", "resourceType": "scaffolder-task", "params": {"createdBy": ["$user"]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_of_others_are_neither_listed_nor_read_nor_touched() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([{"id": "a", "action": "test:fail"}]));
        let policy = json!({"scaffolder.task.read": own(), "scaffolder.task.cancel": own()});
        let process = world.start_with(json!({}), Some(Arc::new(Policy(policy)))).await;
        let id = process.create(json!({})).await;
        process.until(&id, "failed").await;
        let listed = process.app.send(BOB, "GET", "/v2/tasks", "").await.body;
        assert_eq!((&listed["totalTasks"], &listed["tasks"]), (&json!(0), &json!([])));
        assert_eq!(process.get("/v2/tasks").await.body["totalTasks"], 1);
        for (method, path, body) in [
            ("GET", "", ""),
            ("GET", "/events", ""),
            ("GET", "/eventstream", ""),
            ("POST", "/cancel", ""),
            ("POST", "/retry", "{}"),
            ("POST", "/approvals", r#"{"stepId":"a","decision":"approve"}"#),
        ] {
            let path = format!("/v2/tasks/{id}{path}");
            let answer = process.app.send(BOB, method, &path, body).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text);
        }
        // A retry asks the creator's own condition (users' complaint #30849: conditions blocked it).
        assert_eq!(process.post(&format!("/v2/tasks/{id}/retry"), json!({})).await.status, 201);
        process.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_is_refused_on_its_routes() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([]));
    let policy = json!({"scaffolder.task.create": false, "scaffolder.task.read": false, "scaffolder.template.dry-run": false});
    let process = world.start_with(json!({}), Some(Arc::new(Policy(policy)))).await;
    let body = json!({"templateRef": "t", "values": {}});
    assert_eq!(process.post("/v2/tasks", body).await.status, 403);
    assert_eq!(process.get("/v2/tasks").await.status, 403);
    assert_eq!(process.get("/v2/tasks/x").await.status, 403, "not even that there is none");
    let body = json!({"template": {}, "values": {}, "directoryContents": []});
    assert_eq!(process.post("/v2/dry-run", body).await.status, 403);
    let actions = process.get("/.backstage/actions/v1/actions").await.text;
    assert!(!actions.contains("dry-run-template") && actions.contains("execute-template"), "{actions}");
    let invoked = process
        .post(
            "/.backstage/actions/v1/actions/scaffolder:dry-run-template/invoke",
            json!({"templateYaml": ""}),
        )
        .await;
    assert_eq!(invoked.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn sections_and_steps_are_shown_and_run_by_their_tags() {
    let world = World::new(TestDatabase::sqlite().await);
    let tagged = |tag: &str| json!({"tags": [tag]});
    world.template_with(json!({
        "parameters": [
            {"title": "All", "backstage:permissions": tagged("public")},
            {"title": "Few", "required": ["x"], "backstage:permissions": tagged("secret")},
            {"title": "Untagged"},
        ],
        "steps": [
            {"id": "a", "action": "test:write", "backstage:permissions": tagged("public")},
            {"id": "b", "action": "test:write", "backstage:permissions": tagged("secret")},
        ],
    }));
    let without = json!({"not": {"rule": "HAS_TAG", "resourceType": "scaffolder-template", "params": {"tag": "secret"}}});
    let policy =
        json!({"scaffolder.template.parameter.read": without, "scaffolder.template.step.read": without});
    let process = world.start_with(json!({}), Some(Arc::new(Policy(policy)))).await;
    let form = process.get("/v2/templates/default/template/t/parameter-schema").await.body;
    let titles: Vec<&str> =
        form["steps"].as_array().unwrap().iter().filter_map(|step| step["title"].as_str()).collect();
    assert_eq!(titles, ["All", "Untagged"]);
    let id = process.create(json!({})).await;
    process.until(&id, "completed").await;
    assert_eq!(world.runs(), ["a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_not_allowed_with_its_input_does_not_run() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([
        {"id": "a", "action": "test:write", "input": {"name": "${{ parameters.name }}"}},
    ]));
    let rule = |rule: &str, params: Value| json!({"rule": rule, "resourceType": "scaffolder-action", "params": params});
    let condition = json!({"allOf": [
        rule("HAS_ACTION_ID", json!({"actionId": "test:write"})),
        rule("HAS_STRING_PROPERTY", json!({"key": "name", "value": "good"})),
    ]});
    let process = world
        .start_with(json!({}), Some(Arc::new(Policy(json!({"scaffolder.action.execute": condition})))))
        .await;
    let good = process.create(json!({"name": "good"})).await;
    process.until(&good, "completed").await;
    let bad = process.create(json!({"name": "bad"})).await;
    process.until(&bad, "failed").await;
    let message = "Unauthorized action: test:write. The action is not allowed.";
    assert_eq!(process.end(&bad).await["error"], json!({"name": "NotAllowedError", "message": message}));
    assert_eq!(world.runs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_may_look_at_the_task_while_it_waits() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write", "approval": {"approvers": [BOB]}}]));
    let process =
        world.start_with(json!({}), Some(Arc::new(Policy(json!({"scaffolder.task.read": own()}))))).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "waits for an approval").await;
    let path = format!("/v2/tasks/{id}");
    let seen = process.app.send(BOB, "GET", &path, "").await;
    assert_eq!((seen.status.as_u16(), &seen.body["waitingFor"]["mayDecide"]), (200, &json!(true)));
    assert_eq!(process.app.send("user:default/eve", "GET", &path, "").await.status, 403);
    let body = json!({"stepId": "a", "decision": "approve"}).to_string();
    assert_eq!(process.app.send(BOB, "POST", &format!("{path}/approvals"), &body).await.status, 200);
    process.until(&id, "completed").await;
    assert_eq!(process.app.send(BOB, "GET", &path, "").await.status, 403, "and no longer afterwards");
    assert_eq!(process.app.send(ADA, "GET", &path, "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_are_applied_to_tasks_for_other_plugins() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    let condition =
        json!({"rule": "IS_TASK_OWNER", "resourceType": "scaffolder-task", "params": {"createdBy": [ADA]}});
    let body = json!({"items": [
        {"id": "1", "resourceType": "scaffolder-task", "resourceRef": [id, "nope"], "conditions": condition},
        {"id": "2", "resourceType": "scaffolder-task", "resourceRef": "nope", "conditions": {"not": condition}},
    ]});
    let path = "/.well-known/backstage/permissions/apply-conditions";
    let answer = process.app.send("plugin:permission", "POST", path, &body.to_string()).await;
    assert_eq!(
        answer.body["items"],
        json!([{"id": "1", "result": ["ALLOW", "DENY"]}, {"id": "2", "result": "DENY"}])
    );
    assert_eq!(process.app.send(ADA, "POST", path, &body.to_string()).await.status, 403);
}
