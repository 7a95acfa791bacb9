//! `callboard permission explain` over the configuration and database of a server.

use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::people::World;

const ENTITIES: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, lifecycle: x, owner: crew}\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: bob}\nspec: {memberOf: [crew]}\n";
const POLICIES: &str =
    "g, group:default/crew, role:default/crew\np, role:default/crew, catalog-entity, read, allow\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_command_names_role_line_and_way_and_decides_on_one_entity() {
    let world = World::start(ENTITIES, POLICIES, 4, json!({})).await;
    let role = json!({"name": "role:default/r", "memberReferences": ["user:default/bob"]});
    assert_eq!(world.send(&world.ada, "POST", "/api/permission/roles", &role).await.0, 201);
    let body = json!({
        "result": "CONDITIONAL", "roleEntityRef": "role:default/r", "pluginId": "catalog", "resourceType": "catalog-entity",
        "permissionMapping": [{"name": "catalog.entity.delete", "action": "delete"}],
        "conditions": {"rule": "IS_ENTITY_KIND", "resourceType": "catalog-entity", "params": {"kinds": ["component"]}},
    });
    assert_eq!(world.send(&world.ada, "POST", "/api/permission/roles/conditions", &body).await.0, 201);
    let file = world.folder.path().join("app-config.yaml");
    std::fs::write(&file, world.config.to_string()).expect("a file");
    let explain = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .args(["permission", "explain", "--user", "user:default/bob", "--config"])
            .arg(&file)
            .args(arguments);
        let output = command.output().expect("the program");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, text, error) = explain(&["--permission", "catalog.entity.read"]);
    assert_eq!(code, Some(0), "{text}{error}");
    for part in ["ALLOW", "role:default/crew (csv-file) through group:default/crew", "policies.csv:2"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let (code, text, _) = explain(&["--permission", "catalog.location.create"]);
    assert_eq!(code, Some(1), "{text}");
    for (resource, result) in
        [("component:default/a", "ALLOW"), ("group:default/crew", "DENY"), ("component:default/nope", "DENY")]
    {
        let (_, text, _) =
            explain(&["--permission", "catalog.entity.delete", "--resource", resource, "--format", "json"]);
        let found: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            (&found["result"], &found["steps"][0]["kind"]),
            (&json!(result), &json!("condition")),
            "{resource}: {found}"
        );
        let body = json!({"userEntityRef": "user:default/bob", "permission": "catalog.entity.delete", "resourceRef": resource});
        let (_, over_http) =
            world.send(&world.ada, "POST", "/api/permission/.callboard/explain", &body).await;
        assert_eq!(over_http, found, "the route says the same");
    }
}
