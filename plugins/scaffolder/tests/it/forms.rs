//! The form of a template, and values checked against it.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, World};

const PATH: &str = "/v2/templates/default/template/t/parameter-schema";

#[tokio::test(flavor = "multi_thread")]
async fn the_form_has_a_step_for_each_section() {
    let world = World::new(TestDatabase::sqlite().await);
    let sections = json!([
        {"title": "Basics", "description": "First", "required": ["name"], "properties": {"name": {"type": "string"}}},
        {"properties": {"flavour": {"type": "string", "ui:field": "X"}}},
    ]);
    world.template_with(json!({"steps": [], "parameters": sections, "presentation": {"buttonLabels": {}}, "EXPERIMENTAL_formDecorators": [{"id": "d"}]}));
    let process = world.start(json!({})).await;
    let form = process.get(PATH).await;
    assert_eq!(
        form.body,
        json!({
            "title": "T",
            "presentation": {"buttonLabels": {}},
            "steps": [
                {"title": "Basics", "description": "First", "schema": sections[0]},
                {"title": "Please enter the following information", "schema": sections[1]},
            ],
            "formDecorators": [{"id": "d"}],
        })
    );
    assert_eq!(process.get("/v2/templates/default/template/nope/parameter-schema").await.status, 404);
    assert_eq!(process.get("/v2/templates/default/component/t/parameter-schema").await.status, 404);
    assert_eq!(process.get(&format!("{PATH}?x=1")).await.status, 400, "an unknown parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_fit_are_answered_as_errors_of_the_first_section_that_has_some() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [],
        "parameters": [
            {"required": ["name"], "properties": {"name": {"type": "string"}}},
            {"required": ["other"]},
        ],
        "secrets": {"schema": {"type": "object", "required": ["token"], "properties": {"token": {"type": "string", "minLength": 8}}}},
    }));
    let process = world.start(json!({"concurrentTasksLimit": 0})).await;
    let create = async |values: Value, secrets: Value| {
        let body = json!({"templateRef": "t", "values": values, "secrets": secrets});
        let answer = process.app.send(ADA, "POST", "/v2/tasks", &body.to_string()).await;
        (answer.status.as_u16(), answer.body)
    };
    let (status, body) = create(json!({}), json!({})).await;
    assert_eq!((status, body["errors"].as_array().map(Vec::len)), (400, Some(1)), "{body}");
    assert_eq!(body["errors"][0]["stack"], "instance requires property \"name\"");
    let (status, body) = create(json!({"name": "a", "other": 1}), json!({"token": "short"})).await;
    assert_eq!((status, &body["errors"][0]["property"]), (400, &json!("secrets.token")), "{body}");
    assert!(!body.to_string().contains("short"), "{body}");
    let (status, _) = create(json!({"name": "a", "other": 1}), json!({"token": "long enough"})).await;
    assert_eq!(status, 201);
    let (status, body) = create(json!({"name": "a", "other": 1}), json!({"token": 1})).await;
    assert_eq!(status, 400, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_template_is_refused_with_its_file_and_step() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(
        json!([{"id": "a", "action": "debug:log"}, {"id": "b", "action": "debug:log", "timeout": "soon"}]),
    );
    let process = world.start(json!({})).await;
    let answer = process.post("/v2/tasks", json!({"templateRef": "t", "values": {}})).await;
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(
        message
            .starts_with("template:default/t (file:/templates/t.yaml): step 'b' (spec.steps[1]): 'timeout'"),
        "{message}"
    );
    assert_eq!(answer.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn templating_extensions_are_those_of_backstage() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/cases/scaffolder.json");
    let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let case = cases.as_array().unwrap().iter().find(|case| case["name"] == "scaff-extensions").unwrap();
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let own = process.get("/v2/templating-extensions").await.body;
    assert_eq!(own, case["response"]["body"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_actions_are_listed_with_schemas_and_examples_that_can_be_run() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    let actions = process.get("/v2/actions").await.body;
    let actions = actions.as_array().unwrap();
    let ids: Vec<&str> = actions.iter().filter_map(|action| action["id"].as_str()).collect();
    for id in
        ["catalog:fetch", "catalog:register", "catalog:write", "debug:log", "debug:wait", "notification:send"]
    {
        assert!(ids.contains(&id), "{ids:?}");
    }
    assert!(ids.is_sorted());
    for action in actions {
        assert!(action["schema"]["input"].is_object() && action["description"].is_string(), "{action}");
    }
}
