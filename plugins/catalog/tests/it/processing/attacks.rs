//! Attacks on ingestion that must fail. Names carry the advisory where there is one.

use serde_json::{Value, json};

use super::support::{World, component_value, error, location};
use callboard_plugin_catalog::validate::validate_entity;

/// A file of this machine that no test may get to see.
fn secret() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret.yaml");
    std::fs::write(&file, super::support::component("secret")).unwrap();
    let path = file.display().to_string();
    (dir, path)
}

#[tokio::test]
async fn cve_2026_106496_a_location_from_a_url_never_reads_files() {
    let (_dir, path) = secret();
    let host = "https://example.com/all.yaml";
    let specs = [
        json!({"type": "file", "target": path}),
        json!({"type": "file", "targets": [path]}),
        json!({"type": "file", "target": "/**/secret.yaml", "presence": "optional"}),
    ];
    for spec in specs {
        let outcome = World::new().process(location(spec), &format!("url:{host}")).await;
        assert!(error(&outcome).starts_with("InputError: Registered locations must be of an allowed type"));
        assert_eq!(outcome.deferred, []);
    }
    // Under the allowed type the path is an address at the host, not a file.
    for spec in [json!({"target": path}), json!({"type": "url", "target": format!("file://{path}")})] {
        let world = World::new();
        let outcome = world.process(location(spec), &format!("url:{host}")).await;
        assert!(!outcome.ok);
        assert_eq!(outcome.deferred, []);
        let asked: Vec<String> = world.urls.requests().into_iter().map(|(url, _)| url).collect();
        assert!(
            asked[0] == format!("https://example.com{path}") || asked[0].starts_with("file://"),
            "{asked:?}"
        );
    }
}

#[tokio::test]
async fn cve_2026_106496_a_nested_location_inherits_where_it_was_read_and_not_what_it_claims() {
    let (_dir, path) = secret();
    let host = "https://example.com/all.yaml";
    let nested = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: nested\n  annotations:\n    \
         backstage.io/managed-by-location: file:/etc/x.yaml\n    \
         backstage.io/managed-by-origin-location: file:/etc/x.yaml\n\
         spec: {{type: file, target: {path}}}\n"
    );
    let world = World::new().text(host, &nested);
    let parent = world.read("url", host).await;
    let child = parent.deferred[0].entity.clone();
    let annotations = &child["metadata"]["annotations"];
    assert_eq!(annotations["backstage.io/managed-by-location"], format!("url:{host}"));
    assert_eq!(annotations["backstage.io/managed-by-origin-location"], format!("url:{host}"));
    let input = callboard_plugin_catalog::processing::ProcessingInput {
        entity: child,
        location_key: None,
        cache: None,
    };
    let outcome = world.orchestrator.process(input).await;
    assert!(error(&outcome).contains("must be of an allowed type"));
}

#[tokio::test]
async fn an_entity_to_validate_cannot_claim_a_file_location() {
    let (_dir, path) = secret();
    let mut entity = location(json!({"type": "file", "target": path}));
    entity["metadata"]["annotations"] = json!({
        "backstage.io/managed-by-location": "file:/srv/all.yaml",
        "backstage.io/managed-by-origin-location": "file:/srv/all.yaml",
    });
    let world = World::new();
    let failures =
        validate_entity(&world.orchestrator, entity.clone(), "url:https://example.com/a.yaml").await;
    assert!(failures.unwrap_err()[0].full_message().contains("must be of an allowed type"));
    let failures = validate_entity(&world.orchestrator, entity, &format!("file:{path}")).await;
    assert!(failures.unwrap_err()[0].full_message().contains("only 'url:<target>' is supported"));
}

#[tokio::test]
async fn placeholders_do_not_read_files_of_this_machine() {
    let (_dir, path) = secret();
    for argument in [path.clone(), format!("file://{path}"), format!("../../../../..{path}")] {
        let mut entity = component_value("a");
        entity["spec"]["x"] = json!({"$text": argument});
        for base in ["url:https://example.com/a/b.yaml", "file:/srv/catalog-info.yaml"] {
            let outcome = World::new().process(entity.clone(), base).await;
            assert!(!outcome.ok, "{argument} at {base}");
        }
    }
}

#[tokio::test]
async fn cve_2023_25571_a_location_with_a_script_as_target_is_refused() {
    for target in ["javascript:alert(1)", " JaVaScript:alert(1)", "java\nscript:alert(1)"] {
        let outcome =
            World::new().process(location(json!({"target": target})), "url:https://example.com/a").await;
        assert!(error(&outcome).starts_with("TypeError: "), "{target}: {}", error(&outcome));
    }
}

#[tokio::test]
async fn keys_with_a_meaning_in_javascript_are_plain_keys() {
    let mut entity = component_value("a");
    entity["spec"]["__proto__"] = json!({"polluted": true});
    entity["metadata"]["annotations"] = json!({"constructor": "x"});
    let world = World::new();
    let outcome = world.process(entity, "url:https://example.com/a.yaml").await;
    assert_eq!(outcome.completed.unwrap()["spec"]["__proto__"], json!({"polluted": true}));
    assert!(world.process(component_value("b"), "url:https://example.com/a.yaml").await.ok);
}

#[tokio::test]
async fn alias_bombs_and_deep_nesting_are_refused_in_bounded_memory() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let deep = format!("a: {}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let indented: String = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for text in [bomb, deep, indented] {
        let outcome =
            World::new().text("https://example.com/a", &text).read("url", "https://example.com/a").await;
        assert!(error(&outcome).starts_with("Error: YAML error at"), "{}", error(&outcome));
    }
}

#[tokio::test]
async fn an_entity_cannot_rename_itself_through_a_placeholder() {
    let base = "https://github.com/acme/app/blob/main/a.yaml";
    let world = World::new().text("https://github.com/acme/app/tree/main/name", "other");
    for pointer in ["/metadata/name", "/kind", "/metadata/namespace"] {
        let mut entity = component_value("a");
        entity["metadata"]["namespace"] = Value::from("default");
        *entity.pointer_mut(pointer).unwrap() = json!({"$text": "./name"});
        let outcome = world.process(entity, &format!("url:{base}")).await;
        assert!(!outcome.ok, "{pointer}");
    }
}
