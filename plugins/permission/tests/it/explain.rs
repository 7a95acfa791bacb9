//! Why a decision is what it is, and what a change would do.

use callboard_kit::permission::Decision;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, People, Process, THING_LOOK, condition, owned_by, with_rbac};

const ROLE: &str = "role:default/r";

async fn explained(process: &Process, permission: &str, resource: Value) -> Value {
    let body =
        json!({"userEntityRef": "User:default/Ada", "permission": permission, "resourceRef": resource});
    process.admin("POST", "/.callboard/explain", body, 200).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_the_line_and_the_condition_that_decided_are_named() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("p.csv");
    let text = format!(
        "# roles\ng, group:default/area, {ROLE}\np, {ROLE}, things.thing.look, use, allow\np, {ROLE}, thing, read, allow\n"
    );
    std::fs::write(&csv, text).expect("a file");
    let config = with_rbac(json!({"policies-csv-file": csv}));
    let process = Process::start(database.database(), config, &People::company()).await;
    let found = explained(&process, "things.thing.look", Value::Null).await;
    assert_eq!(found["result"], "ALLOW");
    assert_eq!(
        found["user"]["roles"],
        json!([{
            "role": ROLE, "source": "csv-file", "via": ["group:default/team", "group:default/area"]
        }])
    );
    let step = &found["steps"][0];
    assert_eq!(
        (&step["role"], &step["kind"], &step["effect"], &step["decided"]),
        (&json!(ROLE), &json!("policy"), &json!("allow"), &json!(true))
    );
    let place = format!("{}:3", csv.display());
    assert!(step["detail"].as_str().is_some_and(|detail| detail.contains(&place)), "{step}");
    process.put_role("role:default/c", &[ADA], &["things.thing.look use deny"]).await;
    process.put_condition("role:default/c", "things.thing.read", "read", owned_by(&["$currentUser"])).await;
    let found = explained(&process, "things.thing.look", Value::Null).await;
    assert_eq!(
        (&found["result"], &found["steps"][0]["effect"], &found["steps"][1]["decided"]),
        (&json!("DENY"), &json!("deny"), &json!(false))
    );
    for (resource, result) in
        [(Value::Null, "CONDITIONAL"), (json!("x@user:default/ada"), "ALLOW"), (json!("x@y"), "DENY")]
    {
        let found = explained(&process, "things.thing.read", resource.clone()).await;
        assert_eq!(found["result"], result, "{resource}: {found}");
        let step = &found["steps"][0];
        assert_eq!(
            (&step["kind"], &step["role"]),
            (&json!("condition"), &json!("role:default/c")),
            "{found}"
        );
        assert!(
            step["detail"].as_str().is_some_and(|detail| detail.contains("database, condition 1")),
            "{step}"
        );
    }
    let found = explained(&process, "things.thing.create", Value::Null).await;
    assert_eq!((&found["result"], &found["steps"][0]["kind"]), (&json!("DENY"), &json!("default")));
    for body in [
        json!({}),
        json!({"userEntityRef": "x", "permission": "y"}),
        json!({"userEntityRef": "group:default/x", "permission": "y"}),
    ] {
        process.admin("POST", "/.callboard/explain", body, 400).await;
    }
    assert_eq!(process.send(ADA, "POST", "/.callboard/explain", json!({})).await.status, 403);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_who_gains_and_who_loses_and_changes_nothing() {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    people.put_user("user:default/bob", &["group:default/company"]);
    let process = Process::start(database.database(), with_rbac(json!({})), &people).await;
    process.put_role(ROLE, &["group:default/company"], &["things.thing.look use allow"]).await;
    let preview = async |changes: Value, status| {
        process.admin("POST", "/.callboard/preview", json!({"changes": changes}), status).await
    };
    let who = |list: &Value| -> Vec<String> {
        let shown = |one: &Value| {
            format!("{} {} {}-{}", one["userEntityRef"], one["permission"], one["from"], one["to"])
                .replace('"', "")
        };
        list.as_array().expect("a list").iter().map(shown).collect()
    };
    let policies =
        json!([{"entityReference": ROLE, "permission": "thing", "policy": "read", "effect": "allow"}]);
    let found = preview(json!([{"type": "create-policies", "policies": policies}]), 200).await;
    assert_eq!(
        who(&found["gains"]),
        ["user:default/ada things.thing.read DENY-ALLOW", "user:default/bob things.thing.read DENY-ALLOW"]
    );
    assert_eq!(
        (&found["loses"], &found["truncated"], &found["users"]),
        (&json!([]), &json!(false), &json!(3))
    );
    let gone = preview(json!([{"type": "delete-role", "name": ROLE}]), 200).await;
    assert_eq!(
        who(&gone["loses"]),
        ["user:default/ada things.thing.look ALLOW-DENY", "user:default/bob things.thing.look ALLOW-DENY"]
    );
    let only_ada = json!([
        {"type": "create-role", "role": {"name": "role:default/x", "memberReferences": [ADA]}},
        {"type": "create-condition", "condition": condition("role:default/x", "things.thing.read", "read", owned_by(&["$currentUser"]))},
        {"type": "delete-role", "name": ROLE, "memberReference": "group:default/company"},
    ]);
    let found = preview(only_ada, 200).await;
    assert_eq!(who(&found["gains"]), ["user:default/ada things.thing.read DENY-CONDITIONAL"]);
    assert_eq!(found["loses"].as_array().map(Vec::len), Some(2));
    let update = json!([{"type": "update-role", "name": ROLE, "oldRole": {"memberReferences": ["group:default/company"]}, "newRole": {"name": ROLE, "memberReferences": ["user:default/bob"]}}]);
    assert_eq!(who(&preview(update, 200).await["loses"]), ["user:default/ada things.thing.look ALLOW-DENY"]);
    for (change, status) in [
        (json!({"type": "nonsense"}), 400),
        (json!({"type": "delete-role", "name": "role:default/nope"}), 404),
        (json!({"type": "delete-role", "name": "role:default/rbac_admin"}), 403),
        (json!({"type": "create-role", "role": {"name": ROLE, "memberReferences": [ADA]}}), 409),
        (json!({"type": "delete-condition", "id": 7}), 404),
    ] {
        preview(json!([change]), status).await;
    }
    assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Allow, "nothing was changed");
    assert_eq!(process.admin("GET", "/roles", Value::Null, 200).await.as_array().map(Vec::len), Some(2));
    assert_eq!(process.send(ADA, "POST", "/.callboard/preview", json!({"changes": []})).await.status, 403);
    process.stop().await;
}
