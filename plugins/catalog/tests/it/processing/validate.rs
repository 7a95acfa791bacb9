//! The recorded answers of POST /validate-entity, and what stands beside them.

use callboard_plugin_catalog::validate::validate_entity;
use serde_json::{Value, json};

use super::support::{World, component_value};

fn recorded() -> Vec<Value> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/cases/catalog.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    cases.into_iter().filter(|case| case["request"]["path"] == "/api/catalog/validate-entity").collect()
}

#[tokio::test]
async fn every_recorded_validation_is_answered_the_same() {
    let world = World::new();
    let cases = recorded();
    assert!(cases.len() >= 13);
    for case in cases {
        let body = &case["request"]["body"];
        let answer =
            validate_entity(&world.orchestrator, body["entity"].clone(), body["location"].as_str().unwrap())
                .await;
        let name = &case["name"];
        match answer {
            Ok(()) => assert_eq!(case["response"]["status"], 200, "{name}"),
            Err(failures) => {
                let errors: Vec<Value> = failures.iter().map(|failure| failure.to_wire()).collect();
                assert_eq!(json!({"errors": errors}), case["response"]["body"], "{name}");
            }
        }
    }
}

#[tokio::test]
async fn only_url_locations_are_accepted_and_annotations_must_be_an_object() {
    let world = World::new();
    let failures = validate_entity(&world.orchestrator, component_value("a"), "s3:bucket").await.unwrap_err();
    assert!(failures[0].full_message().contains("only 'url:<target>' is supported"));
    let mut entity = component_value("a");
    entity["metadata"]["annotations"] = json!("text");
    let failures =
        validate_entity(&world.orchestrator, entity, "url:https://example.com/a.yaml").await.unwrap_err();
    assert_eq!(failures[0].name, "TypeError");
}
