//! The relations that each field of `spec` becomes.

use callboard_model::entity::Entity;
use callboard_model::relations::emit;
use serde_json::{Value, json};

fn emitted(kind: &str, spec: Value) -> Vec<String> {
    let version =
        if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
    let value = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "X", "namespace": "ns"}, "spec": spec});
    let relations = emit(&Entity::from_value(value).unwrap()).unwrap();
    relations.iter().map(|r| format!("{} {} {}", r.source, r.relation_type, r.target)).collect()
}

#[test]
fn each_field_is_a_relation_in_both_directions_with_its_defaults() {
    for (kind, spec, forward, inverse, target) in [
        ("Component", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("Component", json!({"owner": "User:other/A"}), "ownedBy", "ownerOf", "user:other/a"),
        ("Component", json!({"system": "a"}), "partOf", "hasPart", "system:ns/a"),
        ("Component", json!({"subcomponentOf": "a"}), "partOf", "hasPart", "component:ns/a"),
        ("Component", json!({"providesApis": ["a"]}), "providesApi", "apiProvidedBy", "api:ns/a"),
        (
            "Component",
            json!({"consumesApis": ["default/a"]}),
            "consumesApi",
            "apiConsumedBy",
            "api:default/a",
        ),
        ("Component", json!({"dependsOn": ["resource:a"]}), "dependsOn", "dependencyOf", "resource:ns/a"),
        (
            "Component",
            json!({"dependencyOf": ["component:a"]}),
            "dependencyOf",
            "dependsOn",
            "component:ns/a",
        ),
        ("API", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("API", json!({"system": "a"}), "partOf", "hasPart", "system:ns/a"),
        ("Resource", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("Resource", json!({"system": "a"}), "partOf", "hasPart", "system:ns/a"),
        ("Resource", json!({"dependsOn": ["resource:a"]}), "dependsOn", "dependencyOf", "resource:ns/a"),
        ("Resource", json!({"dependencyOf": ["component:a"]}), "dependencyOf", "dependsOn", "component:ns/a"),
        ("System", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("System", json!({"domain": "a"}), "partOf", "hasPart", "domain:ns/a"),
        ("Domain", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("Domain", json!({"subdomainOf": "a"}), "partOf", "hasPart", "domain:ns/a"),
        ("User", json!({"memberOf": ["a"]}), "memberOf", "hasMember", "group:ns/a"),
        ("Group", json!({"parent": "a"}), "childOf", "parentOf", "group:ns/a"),
        ("Group", json!({"children": ["a"]}), "parentOf", "childOf", "group:ns/a"),
        ("Group", json!({"members": ["a"]}), "hasMember", "memberOf", "user:ns/a"),
        ("Template", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("AiResource", json!({"owner": "a"}), "ownedBy", "ownerOf", "group:ns/a"),
        ("AiResource", json!({"system": "a"}), "partOf", "hasPart", "system:ns/a"),
        (
            "AiResource",
            json!({"type": "skill", "dependsOn": ["a"]}),
            "dependsOn",
            "dependencyOf",
            "airesource:ns/a",
        ),
        ("AiResource", json!({"type": "plugin", "skills": ["a"]}), "hasPart", "partOf", "airesource:ns/a"),
        (
            "AiResource",
            json!({"type": "marketplace", "plugins": ["a"]}),
            "hasPart",
            "partOf",
            "airesource:ns/a",
        ),
    ] {
        let source = format!("{}:ns/x", kind.to_lowercase());
        assert_eq!(
            emitted(kind, spec),
            [format!("{source} {forward} {target}"), format!("{target} {inverse} {source}")],
            "{kind}"
        );
    }
}

#[test]
fn fields_that_another_kind_or_type_has_emit_nothing() {
    assert!(emitted("API", json!({"dependsOn": ["component:a"], "providesApis": ["a"]})).is_empty());
    assert!(emitted("AiResource", json!({"type": "rule", "dependsOn": ["a"], "skills": ["a"]})).is_empty());
    assert!(emitted("Nope", json!({"owner": "a"})).is_empty());
    assert!(emitted("Location", json!({"owner": "a"})).is_empty());
}

#[test]
fn an_owner_of_any_kind_is_emitted_as_the_built_in_kinds_do() {
    assert_eq!(emitted("Component", json!({"owner": "a:b:c/d/e"}))[0], "component:ns/x ownedBy a:b:c/d/e");
}

#[test]
fn a_dependency_without_a_kind_is_an_error_at_its_place() {
    let value = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "x"},
        "spec": {"dependsOn": ["component:a", "b"]}});
    let error = emit(&Entity::from_value(value).unwrap()).unwrap_err();
    assert_eq!(error.field, "/spec/dependsOn/1");
    assert!(error.to_string().contains("\"b\" has no kind"), "{error}");
}
