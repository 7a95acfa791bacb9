//! The actions on the catalog and on people, as steps of a task.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{Process, World};

async fn end_of(steps: Value, output: Value) -> (Process, World, String) {
    let world = World::new(TestDatabase::sqlite().await);
    let component = json!({"kind": "Component", "metadata": {"name": "ledger", "namespace": "default"}});
    world.entities.put("component:default/ledger", component);
    world.template_with(json!({"steps": steps, "output": output}));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "Run completed").await;
    (process, world, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_fetched_with_defaults_and_missing_ones_only_where_that_is_allowed() {
    let steps = json!([
        {"id": "one", "action": "catalog:fetch", "input": {"entityRef": "ledger", "defaultKind": "Component"}},
        {"id": "two", "action": "catalog:fetch", "input": {"entityRefs": ["component:nope", "component:ledger"], "optional": true}},
        {"id": "none", "action": "catalog:fetch", "input": {"optional": true}},
        {"id": "missing", "action": "catalog:fetch", "input": {"entityRef": "component:nope"}, "continueOnError": true},
    ]);
    let output = json!({
        "name": "${{ steps.one.output.entity.metadata.name }}",
        "list": "${{ steps.two.output.entities }}",
    });
    let (process, _world, id) = end_of(steps, output).await;
    let output = process.end(&id).await["output"].clone();
    assert_eq!((&output["name"], &output["list"][0]), (&json!("ledger"), &Value::Null));
    assert_eq!(output["list"][1]["kind"], "Component");
    let missing = "NotFoundError: Entity component:default/nope not found".to_owned();
    assert!(process.messages(&id).await.contains(&missing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_is_registered_and_what_is_there_already_fails_unless_it_may_be() {
    let register = |id: &str, url: &str, optional: bool| json!({"id": id, "action": "catalog:register", "input": {"catalogInfoUrl": url, "optional": optional}});
    let steps = json!([
        register("new", "https://host/new.yaml", false),
        register("may-be", "https://host/taken.yaml", true),
        {"id": "repo", "action": "catalog:register", "input": {"repoContentsUrl": "https://github.com/o/r/blob/main"}},
        register("taken", "https://host/taken.yaml", false),
    ]);
    let (process, world, id) = end_of(steps.clone(), json!({})).await;
    let error = process.end(&id).await["error"].clone();
    let message = "Location url:https://host/taken.yaml already exists";
    assert_eq!(error, json!({"name": "ConflictError", "message": message}));
    let output =
        json!({"ref": "${{ steps.new.output.entityRef }}", "url": "${{ steps.repo.output.catalogInfoUrl }}"});
    world.template_with(json!({"steps": steps.as_array().unwrap()[..3], "output": output}));
    let id = process.create(json!({})).await;
    process.until(&id, "completed").await;
    let output = process.end(&id).await["output"].clone();
    assert_eq!(output["ref"], "component:default/made");
    assert_eq!(output["url"], "https://github.com/o/r/tree/main/catalog-info.yaml");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_is_written_with_its_template_and_never_outside() {
    let write = |path: &str| json!({"action": "catalog:write", "input": {"filePath": path, "entity": {"kind": "API", "metadata": {"name": "x"}}}});
    let show = json!({"action": "debug:log", "input": {"listWorkspace": "with-contents"}});
    let (process, world, id) = end_of(json!([write("docs/info.yaml"), show]), json!({})).await;
    let messages = process.messages(&id).await;
    let listed = messages.iter().find(|text| text.contains("Workspace:")).expect("a list");
    assert!(
        listed.contains("docs/info.yaml")
            && listed.contains("backstage.io/source-template: template:default/t"),
        "{listed}"
    );
    for path in ["../out.yaml", "/tmp/out.yaml", "a/../../out.yaml"] {
        world.template(json!([write(path)]));
        let id = process.create(json!({})).await;
        process.until(&id, "failed").await;
        assert_eq!(process.end(&id).await["error"]["name"], "InputError", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_without_anybody_to_send_it_is_a_clear_error_unless_it_is_optional() {
    let send = |input: Value| {
        let mut input = input;
        input["title"] = "Done".into();
        json!({"action": "notification:send", "input": input})
    };
    let steps = json!([
        send(json!({"recipients": "broadcast", "optional": true})),
        send(json!({"recipients": "broadcast"})),
    ]);
    let (process, world, id) = end_of(steps, json!({})).await;
    let message = "This server has no notifications plugin, so nobody can be notified";
    assert_eq!(process.end(&id).await["error"]["message"], message);
    world.template(json!([send(json!({"recipients": "somebody"}))]));
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    let error = process.end(&id).await["error"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("instance.recipients is not one of enum values: broadcast,entity"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alternatives_may_share_an_id() {
    let steps = json!([
        {"id": "publish", "action": "test:write", "if": "${{ true }}", "input": {"name": "first"}},
        {"id": "publish", "action": "test:write", "if": "${{ false }}", "input": {"name": "second"}},
    ]);
    let (process, _world, id) = end_of(steps, json!({"file": "${{ steps.publish.output.file }}"})).await;
    assert_eq!(process.end(&id).await["output"]["file"], "first");
}
