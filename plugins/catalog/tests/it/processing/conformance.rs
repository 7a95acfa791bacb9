//! The recorded catalog: what Backstage accepted is accepted, each fault of `invalid/` fails where it should.

use std::path::{Path, PathBuf};

use callboard_plugin_catalog::processing::{ProcessingInput, ProcessingOutcome};
use serde_json::Value;

use super::support::{Answer, World, children, shared};

fn catalog() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/catalog");
    if here.exists() { here.canonicalize().ok() } else { shared("conformance/catalog") }
}

/// Everything below a location: the references of what is valid, and `ref: Name: message` of what is not.
async fn everything_below(
    world: &World,
    root: ProcessingOutcome,
    root_name: &str,
) -> (Vec<String>, Vec<String>) {
    let mut valid = Vec::new();
    let mut invalid = faults(root_name, &root);
    let mut waiting: Vec<Value> = root.deferred.into_iter().map(|child| child.entity).collect();
    while let Some(entity) = waiting.pop() {
        let name = format!("{}:{}", entity["kind"].as_str().unwrap(), entity["metadata"]["name"]);
        let outcome =
            world.orchestrator.process(ProcessingInput { entity, location_key: None, cache: None }).await;
        invalid.extend(faults(&name, &outcome));
        if outcome.ok {
            valid.push(name);
        }
        waiting.extend(outcome.deferred.into_iter().filter(|_| outcome.ok).map(|child| child.entity));
    }
    valid.sort();
    (valid, invalid)
}

fn faults(name: &str, outcome: &ProcessingOutcome) -> Vec<String> {
    outcome.errors.iter().map(|error| format!("{name}: {}: {}", error.name, error.message)).collect()
}

#[tokio::test]
async fn every_valid_entity_of_the_recorded_catalog_is_accepted() {
    let Some(catalog) = catalog() else { return };
    let world = World::new();
    let root = world.read("file", &catalog.join("all.yaml").display().to_string()).await;
    let (valid, invalid) = everything_below(&world, root, "all.yaml").await;
    assert_eq!(invalid, [] as [String; 0]);
    assert_eq!(valid.len(), 47, "{valid:#?}");
}

#[tokio::test]
async fn each_invalid_file_fails_at_the_step_and_for_the_reason_that_backstage_names() {
    let Some(catalog) = catalog() else { return };
    const POLICY: &str = "InputError: Policy check failed for";
    const KIND: &str = "InputError: Processor BuiltinKindsEntityProcessor threw an error while validating";
    const RULES: &str = "NotAllowedError: Entity";
    const UNKNOWN: &str = "InputError: No processor recognized the entity";
    // File, whether the file itself or an entity of it fails, how the error starts, what it names.
    let cases = [
        ("array", true, "Error: Expected object at root, got array", ""),
        ("scalar", true, "Error: Expected object at root, got string", ""),
        ("broken-yaml", true, "Error: YAML error at", "line "),
        ("missing-metadata", true, "TypeError: ", "'metadata'"),
        ("name-number", true, "TypeError: ", "/metadata/name"),
        ("api-def-object", false, KIND, "/spec/definition"),
        ("bad-annotation", false, POLICY, "/metadata/annotations"),
        ("bad-apiversion", false, POLICY, "\"apiVersion\""),
        ("bad-kind", true, RULES, "componentt:default/bad-kind"),
        ("bad-kind-chars", true, RULES, "compo-nent:default/bad-kind-chars"),
        ("bad-label", false, POLICY, "labels.a b"),
        ("bad-name", false, POLICY, "metadata.name"),
        ("bad-namespace", false, POLICY, "metadata.namespace"),
        ("bad-owner-type", false, KIND, "/spec/owner"),
        ("bad-tag", false, POLICY, "tags.0"),
        ("bad-text-ref", false, "InputError: Processor PlaceholderProcessor", "$text"),
        ("text-on-file-location", false, "InputError: Processor PlaceholderProcessor", "$text"),
        ("group-no-children", false, KIND, "'children'"),
        ("half-broken", false, KIND, "'lifecycle'"),
        ("kind-lowercase", false, UNKNOWN, "component:default/kind-lowercase"),
        ("loc-missing-target", false, "NotFoundError: file", "does-not-exist.yaml"),
        ("missing-owner", false, KIND, "'owner'"),
        ("missing-spec", false, KIND, "'spec'"),
        ("name-64", false, POLICY, "metadata.name"),
        ("ref-no-kind", false, "InputError: Processor BuiltinKindsEntityProcessor", "playback-order"),
        ("template-bad", false, "InputError: Processor ScaffolderEntitiesProcessor", "'steps'"),
        ("unknown-apiversion", false, UNKNOWN, "component:default/unknown-apiversion"),
        ("user-no-memberof", false, KIND, "'memberOf'"),
    ];
    let world = World::new();
    for (name, file_fails, start, part) in cases {
        let file = catalog.join(format!("invalid/{name}.yaml")).display().to_string();
        let outcome = world.read("file", &file).await;
        assert_eq!(!outcome.ok, file_fails, "{name}: {:?}", outcome.errors);
        let (_, faults) = everything_below(&world, outcome, "").await;
        assert!(!faults.is_empty(), "{name} is accepted");
        let first = faults[0].split_once(": ").unwrap().1;
        assert!(first.starts_with(start), "{name}: {first}");
        assert!(first.contains(part), "{name}: {first}");
    }
}

#[tokio::test]
async fn files_of_the_recorded_catalog_that_look_wrong_and_are_accepted() {
    let Some(catalog) = catalog() else { return };
    let cases: [(&str, &[&str]); 8] = [
        ("bad-ref", &["component:default/bad-ref"]),
        ("dup-b", &["component:default/duplicated"]),
        ("dup-same-file", &["component:default/twice"]),
        ("empty-file", &[]),
        ("only-comment", &[]),
        ("loc-cycle", &["location:default/loc-cycle"]),
        ("loc-no-target", &["location:default/loc-no-target"]),
        ("half-broken", &["component:default/half-good", "component:default/half-bad"]),
    ];
    let world = World::new();
    for (name, want) in cases {
        let file = catalog.join(format!("invalid/{name}.yaml")).display().to_string();
        let outcome = world.read("file", &file).await;
        assert_eq!(outcome.errors, [], "{name}");
        assert_eq!(children(&outcome), want, "{name}");
        if name != "half-broken" {
            let (_, faults) = everything_below(&world, outcome, "").await;
            assert_eq!(faults, [] as [String; 0], "{name}");
        }
    }
}

#[tokio::test]
async fn the_api_that_is_served_over_http_gets_its_definition() {
    let Some(catalog) = catalog() else { return };
    let read = |file: &str| std::fs::read_to_string(catalog.join(file)).unwrap();
    let world = World::new()
        .text("http://localhost:8099/url/petstore.yaml", &read("url/petstore.yaml"))
        .answer("http://localhost:8099/petstore.openapi.yaml", Answer::Text(read("petstore.openapi.yaml")));
    let root = world.read("url", "http://localhost:8099/url/petstore.yaml").await;
    let (valid, faults) = everything_below(&world, root, "").await;
    assert_eq!(faults, [] as [String; 0]);
    assert_eq!(valid, ["API:\"petstore-api\""]);
}

#[tokio::test]
async fn every_error_in_the_recorded_catalog_names_a_place() {
    let Some(catalog) = catalog() else { return };
    let world = World::new();
    for entry in std::fs::read_dir(catalog.join("invalid")).unwrap() {
        let file = entry.unwrap().path().display().to_string();
        let outcome = world.read("file", &file).await;
        let mut outcomes = vec![outcome.clone()];
        for child in outcome.deferred {
            let input = ProcessingInput { entity: child.entity, location_key: None, cache: None };
            outcomes.push(world.orchestrator.process(input).await);
        }
        for error in outcomes.iter().flat_map(|outcome| &outcome.errors) {
            let place = error.location.as_deref().unwrap_or_default();
            let lines = place.strip_prefix(&file).is_some_and(|rest| rest.split(':').count() == 3);
            assert!(lines || error.name == "NotFoundError", "{place}: {}", error.message);
        }
    }
}
