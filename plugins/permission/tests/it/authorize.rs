//! `POST /authorize` on the wire, and who is decided on where.

use callboard_kit::permission::Decision;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, People, Process, SERVICE, THING_CREATE, THING_READ, owned_by, with_rbac};

const ROLE: &str = "role:default/r";

fn item(id: &str, permission: callboard_kit::permission::Permission, refs: Value) -> Value {
    let mut item = json!({"id": id, "permission": permission.to_wire()});
    if !refs.is_null() {
        item["resourceRef"] = refs;
    }
    item
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_come_in_the_form_that_was_asked_for() {
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
    process.put_role(ROLE, &[ADA], &["things.thing.create create allow"]).await;
    process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["$ownerRefs"])).await;
    let refs = json!(["a@user:default/ada", "b@other", "c@group:default/team", "gone"]);
    let body = json!({"items": [
        item("1", THING_CREATE, Value::Null),
        item("2", THING_READ, json!("a@user:default/ada")),
        item("3", THING_READ, json!("b@other")),
        item("4", THING_READ, refs),
        item("5", crate::support::THING_DELETE, json!(["a@user:default/ada"])),
    ]});
    let answer = process.send(ADA, "POST", "/authorize", body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        json!({"items": [
            {"id": "1", "result": "ALLOW"},
            {"id": "2", "result": "ALLOW"},
            {"id": "3", "result": "DENY"},
            {"id": "4", "result": ["ALLOW", "DENY", "ALLOW", "DENY"]},
            {"id": "5", "result": "DENY"},
        ]})
    );
    let through_plugin = format!("{ADA}+plugin:things");
    let asked = json!({"items": [item("1", THING_READ, Value::Null)]});
    let answer = process.send(&through_plugin, "POST", "/authorize", asked).await;
    assert_eq!(
        answer.body["items"][0],
        json!({
            "id": "1", "result": "CONDITIONAL", "pluginId": "things", "resourceType": "thing",
            "conditions": {"anyOf": [owned_by(&[ADA, "group:default/team"])]},
        })
    );
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_400_and_services_are_403() {
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), json!({}), &People::company()).await;
    for body in [
        json!({}),
        json!({"items": [{"id": "1"}]}),
        json!({"items": [{"permission": THING_CREATE.to_wire()}]}),
        json!({"items": [item("1", THING_READ, Value::Null)]}),
        json!({"items": [item("1", THING_READ, json!([]))]}),
        json!({"items": [item("1", THING_READ, json!([1]))]}),
        json!({"items": [item("1", THING_CREATE, json!("x"))]}),
        json!({"items": [{"id": "1", "permission": {"type": "basic", "name": "x"}}]}),
        json!({"items": [{"id": "1", "permission": {"type": "other", "name": "x", "attributes": {}}}]}),
        json!({"items": [{"id": "1", "permission": {"type": "basic", "name": "x", "attributes": {"action": "use"}}}]}),
    ] {
        let answer = process.send(ADA, "POST", "/authorize", body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["error"]["name"]),
            (400, &json!("InputError")),
            "{body}"
        );
    }
    for caller in [SERVICE, "limited"] {
        let answer = process.send(caller, "POST", "/authorize", json!({"items": []})).await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.body["error"]["message"], "This endpoint does not allow 'service' credentials");
    }
    assert_eq!(process.send("", "POST", "/authorize", json!({"items": []})).await.status, 401);
    assert_eq!(process.send(ADA, "GET", "/health", Value::Null).await.body, json!({"status": "ok"}));
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rbac_everybody_may_do_everything_and_there_are_no_routes_of_rbac() {
    for config in [json!({}), json!({"permission": {"enabled": true}}), json!({"permission": {"rbac": {}}})] {
        let database = TestDatabase::sqlite().await;
        let process = Process::start(database.database(), config.clone(), &People::company()).await;
        assert_eq!(process.decide(ADA, THING_READ).await, Decision::Allow, "{config}");
        let body = json!({"items": [item("1", THING_READ, json!(["a", "b"]))]});
        let answer = process.send(ADA, "POST", "/authorize", body).await;
        assert_eq!(answer.body, json!({"items": [{"id": "1", "result": "ALLOW"}]}), "{config}");
        assert_eq!(process.send(ADA, "GET", "/roles", Value::Null).await.status, 404, "{config}");
        process.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_decided_on_by_their_token_alone() {
    let database = TestDatabase::sqlite().await;
    for config in [json!({}), with_rbac(json!({}))] {
        let process = Process::start(database.database(), config, &People::company()).await;
        assert_eq!(process.decide(SERVICE, THING_READ).await, Decision::Allow);
        assert_eq!(process.decide("limited", THING_READ).await, Decision::Deny);
        process.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_owned_groups_is_one_function_call() {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    let groups: Vec<String> = (0..5_000).map(|at| format!("group:default/g{at}")).collect();
    people.put_user(ADA, &groups.iter().map(String::as_str).collect::<Vec<_>>());
    let process = Process::start(database.database(), with_rbac(json!({})), &people).await;
    process.put_role(ROLE, &["group:default/g4999"], &[]).await;
    process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["$ownerRefs"])).await;
    let decide = async |thing: &str| process.decide_for(ADA, THING_READ, Some(thing)).await;
    assert_eq!(decide("a@group:default/g2500").await, Decision::Allow);
    assert_eq!(decide("a@group:default/g5000").await, Decision::Deny);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_of_another_backend_are_asked_for_there_on_the_users_behalf() {
    use wiremock::matchers::{header, method, path};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};
    let other = MockServer::start().await;
    let answer = |request: &Request| {
        let body: Value = request.body_json().expect("JSON");
        let decide = |item: &Value| {
            let result = if item["resourceRef"] == "good" { "ALLOW" } else { "DENY" };
            json!({"id": item["id"], "result": result})
        };
        let mut items: Vec<Value> = body["items"].as_array().expect("items").iter().map(decide).collect();
        items.reverse();
        ResponseTemplate::new(200).set_body_json(json!({"items": items}))
    };
    Mock::given(method("POST"))
        .and(path("/api/far/.well-known/backstage/permissions/apply-conditions"))
        .and(header("authorization", format!("Bearer permission-far-{ADA}").as_str()))
        .respond_with(answer)
        .mount(&other)
        .await;
    let database = TestDatabase::sqlite().await;
    let mut config = with_rbac(json!({}));
    let target = format!("{}/api/{{{{pluginId}}}}", other.uri());
    config["discovery"] = json!({"endpoints": [{"target": target, "plugins": ["far"]}]});
    let process = Process::start(database.database(), config, &People::company()).await;
    process.put_role(ROLE, &[ADA], &[]).await;
    let condition = json!({
        "result": "CONDITIONAL", "roleEntityRef": ROLE, "pluginId": "far", "resourceType": "far-thing",
        "permissionMapping": [{"name": "far.thing.read", "action": "read"}],
        "conditions": {"rule": "ANY", "resourceType": "far-thing"},
    });
    process.admin("POST", "/roles/conditions", condition, 201).await;
    let permission = json!({"type": "resource", "name": "far.thing.read", "resourceType": "far-thing", "attributes": {"action": "read"}});
    let body = json!({"items": [{"id": "1", "permission": permission, "resourceRef": ["bad", "good"]}]});
    let answer = process.send(ADA, "POST", "/authorize", body.clone()).await;
    assert_eq!(answer.body, json!({"items": [{"id": "1", "result": ["DENY", "ALLOW"]}]}));
    other.reset().await;
    let answer = process.send(ADA, "POST", "/authorize", body).await;
    assert_eq!(answer.status, 500, "no answer is no permission");
    process.stop().await;
}
