//! Published attacks on permissions.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, People, Process, THING_READ, owned_by, with_rbac};

/// The conditions name groups, labels and more that their user has no business with.
#[tokio::test(flavor = "multi_thread")]
async fn cve_2025_32791_a_user_never_sees_the_conditions_of_a_policy() {
    const CANARY: &str = "group:default/secret-project";
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
    process.put_role("role:default/r", &[ADA], &["things.thing.look use allow"]).await;
    process.put_condition("role:default/r", "things.thing.read", "read", owned_by(&[CANARY])).await;
    let permission = THING_READ.to_wire();
    let items = [
        json!({"id": "1", "permission": permission}),
        json!({"id": "1", "permission": permission, "resourceRef": ""}),
        json!({"id": "1", "permission": permission, "resourceRef": null}),
        json!({"id": "1", "permission": permission, "resourceRef": []}),
        json!({"id": "1", "permission": permission, "resourceRef": [""]}),
        json!({"id": "1", "permission": permission, "resourceRef": "x@y"}),
        json!({"id": "1", "permission": permission, "resourceRef": ["x@y", "x@group:default/team"]}),
        json!({"id": "1", "permission": {"type": "basic", "name": "things.thing.read", "attributes": {"action": "read"}}}),
        json!({"id": "1", "permission": {"type": "resource", "name": "things.thing.read", "resourceType": "other", "attributes": {"action": "read"}}}),
    ];
    for item in items {
        let answer = process.send(ADA, "POST", "/authorize", json!({"items": [item]})).await;
        let text = answer.body.to_string();
        assert!(!text.contains(CANARY) && !text.contains("CONDITIONAL"), "{item}: {text}");
    }
    for (method, path) in [
        ("GET", "/roles/conditions"),
        ("GET", "/roles/conditions/1"),
        ("GET", "/policies"),
        ("GET", "/roles"),
        ("POST", "/.callboard/explain"),
        ("POST", "/.well-known/backstage/permissions/apply-conditions"),
    ] {
        let answer = process.send(ADA, method, path, Value::Null).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.body.to_string().contains(CANARY), "{path}");
    }
    process.stop().await;
}
