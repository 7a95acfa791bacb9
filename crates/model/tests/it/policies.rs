//! The envelope, the schema and the formats that every entity keeps to.

use callboard_model::entity::Entity;
use callboard_model::policy;
use serde_json::{Value, json};

fn component() -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "ok"},
        "spec": {"type": "service", "lifecycle": "x", "owner": "team-a"},
    })
}

/// The component with one field set, by JSON pointer; the objects on the way are made.
fn with(pointer: &str, value: Value) -> Value {
    let mut entity = component();
    let mut place = &mut entity;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/");
        place = place.as_object_mut().unwrap().entry(step).or_insert_with(|| json!({}));
    }
    *place = value;
    entity
}

/// Field and message of the first fault of the policy step.
fn fault(entity: Value) -> Option<(String, String)> {
    let mut entity = Entity::from_value(entity).unwrap();
    let faults = policy::apply(&mut entity).err()?;
    Some((faults.first().field.clone(), faults.first().message.clone()))
}

#[test]
fn the_envelope_needs_api_version_kind_and_name() {
    for (value, message) in [
        (json!([]), "<root> must be object - type: object"),
        (
            json!({"kind": "A", "metadata": {"name": "a"}}),
            "<root> must have required property 'apiVersion' - missingProperty: apiVersion",
        ),
        (
            json!({"apiVersion": "a", "metadata": {"name": "a"}}),
            "<root> must have required property 'kind' - missingProperty: kind",
        ),
        (
            json!({"apiVersion": "a", "kind": "A"}),
            "<root> must have required property 'metadata' - missingProperty: metadata",
        ),
        (
            json!({"apiVersion": "a", "kind": "A", "metadata": {}}),
            "/metadata must have required property 'name' - missingProperty: name",
        ),
        (
            json!({"apiVersion": "a", "kind": "A", "metadata": {"name": ""}}),
            "/metadata/name must NOT have fewer than 1 characters - limit: 1",
        ),
        (
            json!({"apiVersion": "a", "kind": "A", "metadata": {"name": 123}}),
            "/metadata/name must be string - type: string",
        ),
        (
            json!({"apiVersion": "a", "kind": "A", "metadata": {"name": "a", "namespace": ""}}),
            "/metadata/namespace must NOT have fewer than 1 characters - limit: 1",
        ),
    ] {
        assert_eq!(policy::check_envelope(&value).unwrap_err().to_string(), message);
    }
    assert_eq!(
        policy::check_envelope(&json!({"apiVersion": "a", "kind": "A", "metadata": {"name": "a"}, "x": 1})),
        Ok(())
    );
}

#[test]
fn an_entity_gets_the_default_namespace_unless_it_has_one() {
    let mut entity = Entity::from_value(component()).unwrap();
    policy::apply(&mut entity).unwrap();
    assert_eq!(entity.metadata().unwrap()["namespace"], "default");
    let mut entity = Entity::from_value(with("/metadata/namespace", json!("media"))).unwrap();
    policy::apply(&mut entity).unwrap();
    assert_eq!(entity.namespace(), "media");
}

#[test]
fn a_field_of_the_wrong_shape_is_named() {
    for (pointer, value, message) in [
        ("/metadata/title", json!(""), "/metadata/title must NOT have fewer than 1 characters"),
        ("/metadata/description", json!(1), "/metadata/description must be string"),
        ("/metadata/labels", json!([]), "/metadata/labels must be object"),
        (
            "/metadata/annotations/example.com~1x",
            json!(12),
            "/metadata/annotations/example.com~1x must be string",
        ),
        ("/metadata/tags", json!("a"), "/metadata/tags must be array"),
        ("/metadata/tags", json!(["a", ""]), "/metadata/tags/1 must NOT have fewer than 1 characters"),
        ("/metadata/links", json!([{}]), "/metadata/links/0 must have required property 'url'"),
        (
            "/metadata/links",
            json!([{"url": "https://x", "icon": 1}]),
            "/metadata/links/0/icon must be string",
        ),
        ("/spec", json!([]), "/spec must be object"),
        ("/dependsOn", json!([]), "<root> must NOT have additional properties"),
        (
            "/relations",
            json!([{"type": "a b", "targetRef": "x"}]),
            "/relations/0/type must match pattern \"^\\w+$\"",
        ),
        (
            "/status",
            json!({"items": [{"type": "t", "level": "bad", "message": "m"}]}),
            "/status/items/0/level must be equal to one of the allowed values",
        ),
    ] {
        let (_, found) = fault(with(pointer, value)).unwrap();
        assert_eq!(found, format!("Malformed envelope, {message}"));
    }
}

#[test]
fn relations_and_status_are_the_catalogs_own() {
    assert_eq!(
        fault(with("/relations", json!([{"type": "x", "targetRef": "y"}]))),
        Some(("/relations".into(), "Unknown field relations".into()))
    );
    assert_eq!(fault(with("/status", json!({}))), Some(("/status".into(), "Unknown field status".into())));
}

#[test]
fn formats_are_kept_at_their_limits() {
    let x = |n: usize| "x".repeat(n);
    let subdomain = [x(63), x(63), x(63), x(61)].join(".");
    for (pointer, good, bad) in [
        (
            "/apiVersion",
            vec!["v1".to_owned(), "a.b--c/v1".into(), x(63)],
            vec![
                "x/y/z".to_owned(),
                "not a version".into(),
                "A/v1".into(),
                "a/".into(),
                "/v1".into(),
                "a/v-1".into(),
                x(64),
            ],
        ),
        ("/kind", vec!["K".into(), "k9".into(), x(63)], vec!["9k".into(), "Compo-nent".into(), x(64)]),
        (
            "/metadata/name",
            vec!["0".into(), "A_b.C-d.9".into(), "a--b".into(), x(63)],
            vec!["bad name!".into(), "-a".into(), "a.".into(), "é".into(), x(64)],
        ),
        (
            "/metadata/namespace",
            vec!["a".into(), "a--b".into(), "0".into(), x(63)],
            vec!["A".into(), "a_b".into(), "-a".into(), "a-".into(), x(64)],
        ),
    ] {
        for value in good {
            assert_eq!(fault(with(pointer, json!(value))), None, "{pointer} {value}");
        }
        for value in bad {
            let (field, message) = fault(with(pointer, json!(value))).unwrap();
            assert_eq!(field, pointer);
            assert!(message.contains(&format!("but found \"{value}\"")), "{message}");
        }
    }
    for (section, good, bad) in [
        (
            "labels",
            vec![("a", ""), ("a.b/c_d", "x.y"), (&*format!("{subdomain}/{}", x(63)), "v")],
            vec![("a b", "c"), ("a", "b c"), ("a/b/c", "d"), ("", "d"), ("a", "-")],
        ),
        (
            "annotations",
            vec![("jira/x", ""), ("a", "any thing é")],
            vec![("a b", "c"), (&*format!("x{subdomain}/a"), "v"), ("A.b/c", "v")],
        ),
    ] {
        for (key, value) in good {
            assert_eq!(
                fault(with(&format!("/metadata/{section}"), json!({key: value}))),
                None,
                "{section} {key}"
            );
        }
        for (key, value) in bad {
            let found = fault(with(&format!("/metadata/{section}"), json!({key: value})));
            assert!(
                found.is_some_and(
                    |(_, message)| message.starts_with(&format!("\"{section}.{key}\" is not valid"))
                ),
                "{section} {key}"
            );
        }
    }
}

#[test]
fn tags_and_links_have_formats_of_their_own() {
    let long = "t".repeat(63);
    for good in ["c++", "c#", "a:b", "a-b", &long] {
        assert_eq!(fault(with("/metadata/tags", json!([good]))), None, "{good}");
    }
    for bad in ["A", "a b", "a--b", "-a", "a_b", &"t".repeat(64)] {
        let (field, message) = fault(with("/metadata/tags", json!(["fine", bad]))).unwrap();
        assert_eq!(field, "/metadata/tags/1");
        assert!(message.starts_with("\"tags.1\" is not valid"), "{message}");
    }
    assert_eq!(
        fault(with("/metadata/links", json!([{"url": "mailto:a@b", "title": "t", "icon": "i"}]))),
        None
    );
    for (link, field) in [
        (json!({"url": "docs/index.md"}), "/metadata/links/0/url"),
        (json!({"url": "https://x", "title": "  "}), "/metadata/links/0/title"),
        (json!({"url": "https://x", "icon": "\t"}), "/metadata/links/0/icon"),
    ] {
        assert_eq!(fault(with("/metadata/links", json!([link]))).unwrap().0, field);
    }
}

#[test]
fn every_fault_of_a_stage_is_reported() {
    let mut entity = Entity::from_value(json!({
        "apiVersion": "x/y/z", "kind": "K-", "metadata": {"name": "a b", "tags": ["A"]},
    }))
    .unwrap();
    let faults = policy::apply(&mut entity).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["/apiVersion", "/kind", "/metadata/name", "/metadata/tags/0"]);
}

#[test]
fn recorded_messages_are_word_for_word() {
    let tail = "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";
    for (pointer, value, message) in [
        (
            "/metadata/name",
            json!("bad name!"),
            "\"metadata.name\" is not valid; expected a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total but found \"bad name!\".",
        ),
        (
            "/metadata/namespace",
            json!("A_B"),
            "\"metadata.namespace\" is not valid; expected a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total but found \"A_B\".",
        ),
        (
            "/metadata/labels",
            json!({"a b": "c"}),
            "\"labels.a b\" is not valid; expected a valid prefix and/or suffix but found \"a b\".",
        ),
        (
            "/metadata/tags",
            json!(["A B"]),
            "\"tags.0\" is not valid; expected a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total but found \"A B\".",
        ),
        (
            "/apiVersion",
            json!("x/y/z"),
            "\"apiVersion\" is not valid; expected a valid prefix and/or suffix but found \"x/y/z\".",
        ),
    ] {
        assert_eq!(fault(with(pointer, value)).unwrap().1, format!("{message} {tail}"));
    }
}
