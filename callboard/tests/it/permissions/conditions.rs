//! Random conditions on a random catalog: what is listed is what each entity for itself is decided to be, and no count,
//! facet, order or page tells more.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::people::World;
use crate::server::TOKEN;

const OWNERS: [&str; 4] =
    ["group:default/crew", "group:default/sea", "user:default/bob", "group:default/nobody"];
const TAGS: [&str; 4] = ["java", "go", "rust", "none"];
const ENTITIES: usize = 40;

fn catalog(random: &mut StdRng) -> String {
    let mut documents = vec![
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: crew}\nspec: {type: team, children: []}\n".to_owned(),
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: bob}\nspec: {memberOf: [crew]}\n".to_owned(),
    ];
    for at in 0..ENTITIES {
        let (kind, more) = match random.random_range(0..3) {
            0 => ("API", ", definition: x"),
            _ => ("Component", ""),
        };
        let owner = OWNERS.choose(random).expect("an owner");
        let tag = TAGS.choose(random).expect("a tag");
        let label = random.random_range(0..3);
        let title = if random.random() { format!(", title: Title {at}") } else { String::new() };
        documents.push(format!(
            "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: e{at}, tags: [{tag}], labels: {{tier: '{label}'}}, \
             annotations: {{host/x: 'V{label}'}}{title}}}\nspec: {{type: service, lifecycle: x, owner: '{owner}'{more}}}\n"
        ));
    }
    documents.join("---\n")
}

fn rule(random: &mut StdRng) -> Value {
    let label = random.random_range(0..4).to_string();
    let owner =
        *[OWNERS.as_slice(), &["$currentUser", "$ownerRefs"]].concat().choose(random).expect("an owner");
    let (name, params) = match random.random_range(0..9) {
        0 => ("IS_ENTITY_KIND", json!({"kinds": ["component"]})),
        1 => ("IS_ENTITY_KIND", json!({"kinds": ["API", "group"]})),
        2 | 3 => ("IS_ENTITY_OWNER", json!({"claims": [owner]})),
        4 => ("HAS_LABEL", json!({"label": "tier", "value": label})),
        5 => ("HAS_LABEL", json!({"label": "TIER"})),
        6 => ("HAS_ANNOTATION", json!({"annotation": "host/x", "value": format!("v{label}")})),
        7 => ("HAS_METADATA", json!({"key": "tags", "value": TAGS.choose(random)})),
        _ => ("HAS_METADATA", json!({"key": "title"})),
    };
    json!({"rule": name, "resourceType": "catalog-entity", "params": params})
}

fn condition(random: &mut StdRng, depth: usize) -> Value {
    let parts = |random: &mut StdRng| -> Vec<Value> {
        let count = random.random_range(1..4);
        (0..count).map(|_| condition(random, depth + 1)).collect()
    };
    match random.random_range(0..6) {
        _ if depth > 3 => rule(random),
        0 => json!({"allOf": parts(random)}),
        1 => json!({"anyOf": parts(random)}),
        2 => json!({"not": condition(random, depth + 1)}),
        _ => rule(random),
    }
}

fn refs(entities: &Value) -> BTreeSet<String> {
    let text = |entity: &Value, pointer: &str| {
        entity.pointer(pointer).and_then(Value::as_str).unwrap_or("default").to_owned()
    };
    let reference = |entity: &Value| {
        let namespace = text(entity, "/metadata/namespace");
        format!("{}:{namespace}/{}", text(entity, "/kind"), text(entity, "/metadata/name")).to_lowercase()
    };
    entities.as_array().expect("a list").iter().filter(|entity| !entity.is_null()).map(reference).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_listed_is_what_each_entity_is_decided_to_be() {
    let mut random = StdRng::seed_from_u64(20_261_125);
    let text = catalog(&mut random);
    let world = World::start(&text, "# none\n", ENTITIES as u64 + 3, json!({})).await;
    let role = json!({"name": "role:default/r", "memberReferences": ["group:default/crew"]});
    assert_eq!(world.send(&world.ada, "POST", "/api/permission/roles", &role).await.0, 201);
    let all: Vec<String> =
        refs(&world.send(TOKEN, "GET", "/api/catalog/entities", &Value::Null).await.1).into_iter().collect();
    let mut id = None;
    for _ in 0..80 {
        let conditions = condition(&mut random, 0);
        let body = json!({
            "result": "CONDITIONAL", "roleEntityRef": "role:default/r", "pluginId": "catalog", "resourceType": "catalog-entity",
            "permissionMapping": [{"name": "catalog.entity.read", "action": "read"}], "conditions": conditions,
        });
        match &id {
            None => {
                let (status, answer) =
                    world.send(&world.ada, "POST", "/api/permission/roles/conditions", &body).await;
                assert_eq!(status, 201, "{answer}");
                id = Some(answer["id"].clone());
            }
            Some(id) => {
                let path = format!("/api/permission/roles/conditions/{id}");
                let (status, answer) = world.send(&world.ada, "PUT", &path, &body).await;
                assert_eq!(status, 200, "{answer}");
            }
        }
        agree(&world, &all, &conditions).await;
    }
}

/// One by one, as a list, as a page, as counts, by facets, in an order, by reference: all say the same.
async fn agree(world: &World, all: &[String], conditions: &Value) {
    let get = async |path: &str| world.send(&world.bob, "GET", path, &Value::Null).await;
    let permission = json!({"type": "resource", "name": "catalog.entity.read", "resourceType": "catalog-entity", "attributes": {"action": "read"}});
    let question = json!({"items": [{"id": "1", "permission": permission, "resourceRef": all}]});
    let (_, answer) = world.send(&world.bob, "POST", "/api/permission/authorize", &question).await;
    let decided: BTreeSet<String> = all
        .iter()
        .zip(answer["items"][0]["result"].as_array().expect("a decision for each"))
        .filter(|(_, decision)| **decision == "ALLOW")
        .map(|(entity_ref, _)| entity_ref.clone())
        .collect();
    let count = decided.len() as u64;
    assert_eq!(refs(&get("/api/catalog/entities").await.1), decided, "{conditions}");
    let page = get("/api/catalog/entities/by-query?limit=100").await.1;
    assert_eq!(
        (refs(&page["items"]), page["totalItems"].as_u64()),
        (decided.clone(), Some(count)),
        "{conditions}"
    );
    let sorted = get("/api/catalog/entities/by-query?limit=3&orderField=metadata.name").await.1;
    assert_eq!(sorted["totalItems"].as_u64(), Some(count), "{conditions}");
    assert_eq!(sorted["pageInfo"].get("nextCursor").is_some(), count > 3, "{conditions}");
    let found =
        get("/api/catalog/entities/by-query?fullTextFilterTerm=e1&fullTextFilterFields=metadata.name")
            .await
            .1;
    let holding =
        decided.iter().filter(|one| one.split_once('/').is_some_and(|(_, name)| name.contains("e1"))).count();
    assert_eq!(found["totalItems"].as_u64(), Some(holding as u64), "{conditions}");
    let facets = get("/api/catalog/entity-facets?facet=kind&facet=metadata.uid").await.1;
    let sum = |name: &str| {
        facets["facets"][name]
            .as_array()
            .expect("a facet")
            .iter()
            .filter_map(|one| one["count"].as_u64())
            .sum::<u64>()
    };
    assert_eq!((sum("kind"), sum("metadata.uid")), (count, count), "{conditions}");
    let by_refs =
        world.send(&world.bob, "POST", "/api/catalog/entities/by-refs", &json!({"entityRefs": all})).await.1;
    assert_eq!(refs(&by_refs["items"]), decided, "{conditions}");
    if let Some(hidden) = all.iter().find(|one| !decided.contains(*one)) {
        let path = hidden.replace([':', '/'], "/");
        assert_eq!(get(&format!("/api/catalog/entities/by-name/{path}")).await.0, 404, "{conditions}");
        assert_eq!(
            get(&format!("/api/catalog/entities/by-name/{path}/history")).await.0,
            404,
            "{conditions}"
        );
        assert_eq!(
            get(&format!("/api/catalog/entities/by-name/{path}/ancestry")).await.0,
            403,
            "{conditions}"
        );
    }
    let changes = get("/api/catalog/changes?after=0&limit=1000").await.1;
    let told =
        changes["items"].as_array().expect("changes").iter().filter_map(|one| one["entityRef"].as_str());
    assert!(told.into_iter().all(|one| decided.contains(one)), "{conditions}: {changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_and_refreshing_are_for_what_the_condition_says_and_tell_nothing_else() {
    let mut random = StdRng::seed_from_u64(1);
    let text = catalog(&mut random);
    let world = World::start(&text, "# none\n", ENTITIES as u64 + 3, json!({})).await;
    let role = json!({"name": "role:default/r", "memberReferences": ["user:default/bob"]});
    assert_eq!(world.send(&world.ada, "POST", "/api/permission/roles", &role).await.0, 201);
    let mapping = json!([{"name": "catalog.entity.delete", "action": "delete"}, {"name": "catalog.entity.refresh", "action": "update"}]);
    let body = json!({
        "result": "CONDITIONAL", "roleEntityRef": "role:default/r", "pluginId": "catalog", "resourceType": "catalog-entity",
        "permissionMapping": mapping,
        "conditions": {"rule": "IS_ENTITY_OWNER", "resourceType": "catalog-entity", "params": {"claims": ["$currentUser"]}},
    });
    assert_eq!(world.send(&world.ada, "POST", "/api/permission/roles/conditions", &body).await.0, 201);
    let entities = world.send(TOKEN, "GET", "/api/catalog/entities", &Value::Null).await.1;
    let owned = |entity: &&Value| entity["spec"]["owner"] == "user:default/bob";
    let entities = entities.as_array().expect("a list");
    let mine = entities.iter().find(owned).expect("one of bob's");
    let other =
        entities.iter().find(|entity| entity["spec"]["owner"] == "group:default/sea").expect("another");
    let reference = |entity: &Value| refs(&json!([entity])).into_iter().next().expect("a reference");
    for (entity_ref, status) in
        [(reference(mine), 200), (reference(other), 403), ("component:default/nope".to_owned(), 403)]
    {
        let body = json!({"entityRef": entity_ref});
        assert_eq!(
            world.send(&world.bob, "POST", "/api/catalog/refresh", &body).await.0,
            status,
            "{entity_ref}"
        );
    }
    let delete = async |uid: &str| {
        world.send(&world.bob, "DELETE", &format!("/api/catalog/entities/by-uid/{uid}"), &Value::Null).await.0
    };
    let uid = |entity: &Value| entity["metadata"]["uid"].as_str().expect("a uid").to_owned();
    assert_eq!(delete(&uid(other)).await, 403);
    assert_eq!(delete("00000000-0000-4000-8000-000000000000").await, 403, "as for one that is there");
    assert_eq!(delete(&uid(mine)).await, 204);
}
