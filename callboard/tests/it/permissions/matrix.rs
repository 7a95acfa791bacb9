//! Every route of every plugin, and what each kind of caller gets there. The table is generated from the routes
//! themselves and kept in `route-matrix.golden.txt`, so that a new route or another status is seen in review.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::people::{LIMITED, World};
use crate::server::TOKEN;

const ENTITIES: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, lifecycle: x, owner: crew}\n";
const POLICIES: &str = "g, user:default/ada, role:default/reader\np, role:default/reader, catalog-entity, read, allow\np, role:default/reader, catalog.location.read, read, allow\np, role:default/reader, catalog.entity.validate, use, allow\n";
/// What it is about on the way to a handler: names that are there where a read needs them, and are not where a change
/// would do something.
const PARAMETERS: &[(&str, &str)] = &[
    ("{uid}", "00000000-0000-4000-8000-000000000000"),
    ("{entity_id}", "nope"),
    ("{id}", "7"),
    ("{bucket}", "b"),
    ("{*key}", "k"),
    ("{provider}", "nope"),
    ("{*rest}", "start"),
    ("{namespace}", "default"),
    ("{kind}", "template"),
    ("{name}", "nope"),
    ("{resource}", "nope"),
];
/// A body with which a handler comes as far as its permission.
fn body(method: &str, path: &str) -> Value {
    let location = json!({"type": "file", "target": "/nowhere"});
    match (method, path) {
        ("GET" | "DELETE", _) if path != "/plugins/id" && !path.starts_with("/policies") => Value::Null,
        (_, "/refresh") => json!({"entityRef": "component:default/nope"}),
        (_, "/entities/by-refs") => json!({"entityRefs": ["component:default/a"]}),
        (_, "/entity-facets") => json!({"facets": ["kind"]}),
        (_, "/locations" | "/locations/{id}") => location,
        (_, "/analyze-location") => json!({"location": {"type": "url", "target": "nowhere"}}),
        (_, "/validate-entity") => json!({"entity": {}, "location": "url:https://host/x"}),
        (_, "/authorize" | "/.well-known/backstage/permissions/apply-conditions" | "/multiget") => {
            json!({"items": []})
        }
        (_, "/buckets/{bucket}/keys/{*key}") => json!({"value": 1}),
        (_, "/plugins/id") => json!({"ids": []}),
        (_, "/.callboard/explain") => {
            json!({"userEntityRef": "user:default/bob", "permission": "catalog.entity.read"})
        }
        (_, "/v2/tasks") => json!({"templateRef": "nope", "values": {}}),
        (_, "/v2/tasks/{id}/approvals") => json!({"stepId": "a", "decision": "approve"}),
        (_, "/v2/dry-run") => json!({"template": {}, "values": {}, "directoryContents": []}),
        (_, "/v2/autocomplete/{provider}/{resource}") => json!({"token": "x"}),
        (_, "/.callboard/preview") => json!({"changes": []}),
        _ => json!({}),
    }
}

/// The routes that the program says it has, at the level `debug`.
fn routes(log: &str) -> BTreeSet<(String, String, String, String)> {
    let mut found = BTreeSet::new();
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_default();
        if entry["message"] == "route" {
            let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            found.insert((text("plugin"), text("path"), text("method"), text("access")));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_kind_of_caller_as_the_table_says() {
    let world = World::start(ENTITIES, POLICIES, 2, json!({"logger": {"level": "debug"}})).await;
    let routes = routes(&world.server.log());
    assert!(routes.len() > 60, "the routes were not found: {routes:?}");
    let callers = [
        ("anonymous", ""),
        ("user", &world.ada),
        ("other user", &world.bob),
        ("service", TOKEN),
        ("restricted", LIMITED),
    ];
    let mut table = format!(
        "{:<15}{:<7}{:<68}{:<52}{}\n",
        "plugin",
        "",
        "path",
        "access",
        callers.map(|(name, _)| format!("{name:<12}")).concat().trim_end()
    );
    for (plugin, path, method, access) in &routes {
        assert!(!access.is_empty(), "{method} {path} of {plugin} declares no access");
        let mut row = format!("{plugin:<15}{method:<7}{path:<68}{access:<52}");
        let names = if plugin == "permission" { "role/default/reader" } else { "component/default/a" };
        let path_with_names = path.replace("{kind}/{namespace}/{name}", names);
        let mut target =
            PARAMETERS.iter().fold(path_with_names, |path, (name, value)| path.replace(name, value));
        if method == "GET" && path == "/entity-facets" {
            target.push_str("?facet=kind");
        }
        assert!(!target.contains('{'), "the parameters of {path} have no value here");
        for (_, token) in callers {
            let url = format!("/api/{plugin}{}", target.trim_end_matches('/'));
            let url = if path == "/" { format!("/api/{plugin}/") } else { url };
            let (status, _) = world.send(token, method, &url, &body(method, path)).await;
            assert_ne!(status, 500, "{method} {url}");
            row.push_str(&format!("{status:<12}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/permissions/route-matrix.golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &table).expect("writing");
    }
    assert_eq!(table, std::fs::read_to_string(&file).expect("the table"), "UPDATE_GOLDEN=1 writes it anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_44374_users_need_the_permission_for_the_lists_of_unprocessed_entities() {
    let policies = format!(
        "{POLICIES}g, user:default/bob, role:default/bob\np, role:default/bob, catalog.entities.unprocessed.read, read, allow\n"
    );
    let world = World::start(ENTITIES, &policies, 2, json!({})).await;
    for path in ["failed", "pending"] {
        let path = format!("/api/catalog/entities/unprocessed/{path}");
        assert_eq!(
            world.send(&world.ada, "GET", &path, &Value::Null).await.0,
            403,
            "reading entities is not enough"
        );
        assert_eq!(world.send(&world.bob, "GET", &path, &Value::Null).await.0, 200);
        assert_eq!(world.send("", "GET", &path, &Value::Null).await.0, 401);
    }
    let path = "/api/catalog/entities/unprocessed/delete/x";
    assert_eq!(
        world.send(&world.bob, "DELETE", path, &Value::Null).await.0,
        403,
        "nor is looking for deleting"
    );
}
