//! What each kind requires of `spec`, and which lists are sorted.

use callboard_model::entity::Entity;
use callboard_model::kinds::{self, KindError};
use serde_json::{Value, json};

const V1: &str = "backstage.io/v1alpha1";

fn entity(api_version: &str, kind: &str, spec: Value) -> Entity {
    let value = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec});
    Entity::from_value(value).unwrap()
}

/// A complete `spec` for each kind, and which of its fields cannot be left out.
fn examples() -> Vec<(&'static str, &'static str, Value, &'static [&'static str])> {
    vec![
        (
            V1,
            "Component",
            json!({"type": "t", "lifecycle": "l", "owner": "o", "system": "s", "subcomponentOf": "c",
            "providesApis": ["a"], "consumesApis": ["a"], "dependsOn": ["component:a"]}),
            &["type", "lifecycle", "owner"],
        ),
        (
            V1,
            "API",
            json!({"type": "t", "lifecycle": "l", "owner": "o", "system": "s", "definition": "d"}),
            &["type", "lifecycle", "owner", "definition"],
        ),
        (
            V1,
            "API",
            json!({"type": "mcp-server", "lifecycle": "l", "owner": "o", "remotes": [{"type": "t", "url": "u"}]}),
            &["lifecycle", "owner", "remotes"],
        ),
        (
            V1,
            "Resource",
            json!({"type": "t", "owner": "o", "system": "s", "dependsOn": ["a:b"]}),
            &["type", "owner"],
        ),
        (V1, "System", json!({"owner": "o", "domain": "d", "type": "t"}), &["owner"]),
        (V1, "Domain", json!({"owner": "o", "subdomainOf": "d", "type": "t"}), &["owner"]),
        (
            V1,
            "Group",
            json!({"type": "t", "children": [], "parent": "p", "members": ["m"],
            "profile": {"displayName": "d", "email": "e", "picture": "p"}}),
            &["type", "children"],
        ),
        (
            V1,
            "User",
            json!({"memberOf": [], "profile": {"displayName": "d", "email": "e", "picture": "p"}}),
            &["memberOf"],
        ),
        (
            V1,
            "Location",
            json!({"type": "url", "target": "t", "targets": ["a"], "presence": "optional"}),
            &[],
        ),
        (
            "scaffolder.backstage.io/v1beta3",
            "Template",
            json!({"type": "t", "owner": "o", "lifecycle": "l",
            "parameters": [{"title": "p"}], "steps": [{"id": "i", "name": "n", "action": "a", "if": true, "input": {}}],
            "output": {"links": [{"url": "u"}], "text": [{"content": "c"}]}}),
            &["type", "steps"],
        ),
        (
            V1,
            "AiResource",
            json!({"type": "skill", "lifecycle": "l", "owner": "o", "compatibility": "c",
            "dependsOn": ["a"], "disciplines": ["d"]}),
            &["type", "lifecycle", "owner"],
        ),
        (
            V1,
            "AiResource",
            json!({"type": "rule", "lifecycle": "l", "owner": "o", "category": "c", "rationale": "r"}),
            &["category", "rationale"],
        ),
        (
            V1,
            "AiResource",
            json!({"type": "plugin", "lifecycle": "l", "owner": "o", "skills": ["s"], "version": "1"}),
            &["skills"],
        ),
        (
            V1,
            "AiResource",
            json!({"type": "marketplace", "lifecycle": "l", "owner": "o", "plugins": ["p"]}),
            &["plugins"],
        ),
        (
            V1,
            "AiResource",
            json!({"type": "anything", "lifecycle": "l", "owner": "o"}),
            &["lifecycle", "owner"],
        ),
    ]
}

fn message(entity: &Entity) -> Option<String> {
    kinds::validate(entity).err().map(|error| error.to_string())
}

#[test]
fn each_kind_accepts_its_full_spec_and_unknown_fields() {
    for (version, kind, mut spec, _) in examples() {
        spec["somethingElse"] = json!({"a": 1});
        assert_eq!(message(&entity(version, kind, spec)), None, "{kind}");
    }
}

#[test]
fn each_kind_names_the_required_field_that_is_missing() {
    for (version, kind, spec, required) in examples() {
        for field in required {
            let mut spec = spec.clone();
            spec.as_object_mut().unwrap().remove(*field);
            assert_eq!(
                message(&entity(version, kind, spec)),
                Some(format!("/spec must have required property '{field}' - missingProperty: {field}")),
                "{kind}"
            );
        }
    }
}

#[test]
fn each_kind_names_the_field_of_the_wrong_type() {
    for (version, kind, spec, _) in examples() {
        for (field, value) in spec.as_object().unwrap() {
            if *field == "type" && value != "t" && value != "url" {
                continue;
            }
            let mut spec = spec.clone();
            spec[field] = json!(7);
            let found = message(&entity(version, kind, spec)).unwrap_or_default();
            assert!(found.starts_with(&format!("/spec/{field} must be ")), "{kind} {field}: {found}");
        }
    }
}

#[test]
fn an_entity_without_spec_is_refused_by_every_kind() {
    for (version, kind, _, _) in examples() {
        let value = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}});
        assert_eq!(
            message(&Entity::from_value(value).unwrap()).as_deref(),
            Some("<root> must have required property 'spec' - missingProperty: spec")
        );
    }
}

#[test]
fn a_foreign_kind_or_api_version_is_recognized_by_no_kind() {
    for (version, kind) in [
        (V1, "Nope"),
        (V1, "component"),
        ("example.com/v1", "Component"),
        (V1, "Template"),
        ("scaffolder.backstage.io/v1beta2", "Template"),
        ("backstage.io/v1beta1", "AiResource"),
    ] {
        let found = kinds::validate(&entity(version, kind, json!({})));
        let reference = format!("{}:default/x", kind.to_lowercase());
        assert_eq!(found, Err(KindError::Unrecognized { reference }), "{version} {kind}");
    }
    assert_eq!(message(&entity("backstage.io/v1beta1", "System", json!({"owner": "o"}))), None);
}

#[test]
fn particular_faults_are_worded_as_recorded() {
    for (kind, spec, expected) in [
        (
            "Component",
            json!({"type": "t", "lifecycle": "l", "owner": ""}),
            "/spec/owner must NOT have fewer than 1 characters - limit: 1",
        ),
        (
            "Component",
            json!({"type": "t", "lifecycle": "l", "owner": ["a"]}),
            "/spec/owner must be string - type: string",
        ),
        (
            "API",
            json!({"type": "t", "lifecycle": "l", "owner": "o", "definition": {}}),
            "/spec/definition must be string - type: string",
        ),
        (
            "API",
            json!({"type": "mcp-server", "lifecycle": "l", "owner": "o", "remotes": []}),
            "/spec/remotes must NOT have fewer than 1 items - limit: 1",
        ),
        ("Location", json!({"targets": "a"}), "/spec/targets must be array - type: array"),
        (
            "Location",
            json!({"presence": "maybe"}),
            "/spec/presence must be equal to one of the allowed values - allowedValues: required,optional",
        ),
        (
            "AiResource",
            json!({"type": "skill", "lifecycle": "l", "owner": "o", "compatibility": "x".repeat(501)}),
            "/spec/compatibility must NOT have more than 500 characters - limit: 500",
        ),
    ] {
        assert_eq!(message(&entity(V1, kind, spec)).as_deref(), Some(expected));
    }
    let template = entity(
        "scaffolder.backstage.io/v1beta3",
        "Template",
        json!({"type": "t", "steps": [{"action": "a"}, {"id": 7}]}),
    );
    assert_eq!(
        message(&template).as_deref(),
        Some(
            "/spec/steps/1 must have required property 'action' - missingProperty: action; \
             /spec/steps/1/id must be string - type: string"
        )
    );
}

#[test]
fn lists_of_references_are_sorted_and_nothing_else_is() {
    let mut sorted = entity(
        V1,
        "Component",
        json!({"dependsOn": ["b", "a", "B"], "providesApis": ["z", 1], "other": ["b", "a"], "members": "x"}),
    );
    kinds::sort_references(&mut sorted);
    assert_eq!(
        sorted.as_map()["spec"],
        json!({"dependsOn": ["B", "a", "b"], "providesApis": ["z", 1], "other": ["b", "a"], "members": "x"})
    );
}
