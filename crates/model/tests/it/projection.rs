//! `fields`.

use callboard_model::projection::Projection;
use serde_json::{Value, json};

fn entity() -> Value {
    json!({
        "kind": "Component",
        "metadata": {"name": "x", "annotations": {"backstage.io/orphan": "true", "a.b": {"c": 1}}, "tags": ["java", "web"], "title": null},
        "spec": {"type": "service", "profile": {"a": 1, "b": 2}},
        "relations": [{"type": "t", "targetRef": "r"}],
    })
}

#[test]
fn only_what_is_asked_for_is_there() {
    for (fields, expected) in [
        (vec!["kind,metadata.name"], json!({"kind": "Component", "metadata": {"name": "x"}})),
        (vec!["kind", " metadata.name "], json!({"kind": "Component", "metadata": {"name": "x"}})),
        (
            vec!["metadata.annotations.backstage.io/orphan"],
            json!({"metadata": {"annotations": {"backstage.io/orphan": "true"}}}),
        ),
        (vec!["metadata.annotations.a.b.c"], json!({"metadata": {"annotations": {"a.b": {"c": 1}}}})),
        (
            vec!["metadata.tags", "relations"],
            json!({"metadata": {"tags": ["java", "web"]}, "relations": [{"type": "t", "targetRef": "r"}]}),
        ),
        (vec!["spec.profile.a", "spec"], json!({"spec": {"type": "service", "profile": {"a": 1, "b": 2}}})),
        (vec!["spec", "spec.profile.a"], json!({"spec": {"type": "service", "profile": {"a": 1, "b": 2}}})),
        (vec!["metadata.title"], json!({"metadata": {"title": null}})),
        (vec!["nope.nope", "metadata.name.more", "spec."], json!({})),
    ] {
        assert_eq!(Projection::parse(&fields).unwrap().apply(&entity()), expected, "{fields:?}");
    }
}

#[test]
fn no_fields_are_all_fields() {
    for fields in [vec![], vec![""], vec![",", " "]] {
        assert_eq!(Projection::parse(&fields).unwrap().apply(&entity()), entity());
    }
}

#[test]
fn brackets_are_refused() {
    let error = Projection::parse(&["kind,metadata.links[0]"]).unwrap_err();
    assert!(error.to_string().contains("metadata.links[0]"), "{error}");
}
