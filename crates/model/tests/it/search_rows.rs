//! The rows that filters and facets see.

use callboard_model::search_rows::rows;
use serde_json::{Value, json};

/// `key=original` for each row in order; `key` alone for a row without a value.
fn shown(entity: Value) -> Vec<String> {
    let rows = rows(&entity).unwrap();
    rows.into_iter()
        .map(|row| match (row.value, row.original) {
            (None, None) => row.key,
            (Some(value), Some(original)) => {
                assert_eq!(value, original.to_lowercase());
                format!("{}={original}", row.key)
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn an_entity_is_flattened_as_recorded() {
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "Searcher", "uid": "U-1", "etag": "e", "tags": ["Java", "java", "web"],
            "annotations": {"example.com/empty": ""}, "links": [{"url": "https://a"}, {"url": "https://a"}],
        },
        "spec": {"customField": {"nested": [1, "two", {"three": 3.5}, 1e21], "flag": true, "none": null}},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}, {"type": "ownedBy", "targetRef": "group:default/a"}],
        "status": {"items": []},
        "attachments": {"a": 1},
    });
    assert_eq!(
        shown(entity),
        [
            "apiversion=backstage.io/v1alpha1",
            "kind=Component",
            "metadata.tags=Java",
            "metadata.tags.java=true",
            "metadata.tags=web",
            "metadata.tags.web=true",
            "metadata.annotations.example.com/empty=",
            "metadata.links.url=https://a",
            "spec.customfield.nested=1",
            "spec.customfield.nested=two",
            "spec.customfield.nested.two=true",
            "spec.customfield.nested.three=3.5",
            "spec.customfield.nested=1e+21",
            "spec.customfield.flag=true",
            "spec.customfield.none",
            "metadata.name=Searcher",
            "metadata.namespace=default",
            "metadata.uid=U-1",
            "relations.ownedby=group:default/a",
        ]
    );
}

#[test]
fn a_key_over_200_characters_has_no_row_and_a_value_over_200_none_to_compare() {
    let at = |n: usize| "k".repeat(n);
    for (key, value, expected) in [
        (at(198), at(200), Some(true)),
        (at(198), at(201), Some(false)),
        (at(199), at(1), None),
        (format!("{}é", at(197)), format!("{}é", at(199)), Some(true)),
    ] {
        let entity = json!({"a": {key.clone(): value}});
        let row = rows(&entity).unwrap().into_iter().find(|row| row.key == format!("a.{key}"));
        assert_eq!(row.map(|row| row.value.is_some()), expected, "{} {}", key.len(), expected.is_some());
    }
}

#[test]
fn keys_that_differ_only_in_case_are_an_error_that_names_them() {
    for (entity, key) in [
        (json!({"spec": {"foo": 1, "Foo": 2}}), "spec.foo"),
        (json!({"spec": [{"foo": 1}, {"Foo": 2}]}), "spec.foo"),
        (json!({"metadata": {"annotations": {"a.b/C": "1", "A.b/c": "2"}}}), "metadata.annotations.a.b/c"),
    ] {
        let error = rows(&entity).unwrap_err();
        assert_eq!(error.to_string(), format!("Entity has duplicate keys that vary only in casing, '{key}'"));
    }
    assert!(rows(&json!({"spec": [{"foo": 1}, {"foo": 2}]})).is_ok());
}
