//! Both grammars for filters, and what a filter means.

use callboard_model::filter::predicate::{parse as parse_predicate, to_json};
use callboard_model::filter::{Filter, query_string};
use callboard_model::search_rows::rows;
use proptest::prelude::*;
use serde_json::{Value, json};

fn is(key: &str, values: &[&str]) -> Filter {
    Filter::In { key: key.into(), values: values.iter().map(|v| (*v).to_owned()).collect() }
}

fn exists(key: &str) -> Filter {
    Filter::Exists(key.into())
}

#[test]
fn parameters_are_alternatives_and_their_statements_must_all_hold() {
    for (parameters, expected) in [
        (vec![], None),
        (vec!["", ",", " , "], None),
        (vec!["kind=Component"], Some(is("kind", &["component"]))),
        (vec!["kind"], Some(exists("kind"))),
        (vec!["kind="], Some(is("kind", &[""]))),
        (vec![" kind = A , spec.Type "], Some(Filter::All(vec![is("kind", &["a"]), exists("spec.type")]))),
        (vec!["kind=a,kind=b"], Some(is("kind", &["a", "b"]))),
        (vec!["kind,kind=a"], Some(is("kind", &["a"]))),
        (vec!["kind=a,kind"], Some(is("kind", &["a"]))),
        (vec!["a=uid=alice"], Some(is("a", &["uid=alice"]))),
        (
            vec!["kind=a", ",", "kind=b,x"],
            Some(Filter::Any(vec![is("kind", &["a"]), Filter::All(vec![is("kind", &["b"]), exists("x")])])),
        ),
    ] {
        assert_eq!(query_string::parse(&parameters).unwrap(), expected, "{parameters:?}");
    }
    let error = query_string::parse(&["kind=a, =b"]).unwrap_err();
    assert!(error.to_string().contains("'=b' has no key"), "{error}");
}

#[test]
fn a_predicate_is_read_as_the_filter_it_means() {
    let not = |filter| Filter::Not(Box::new(filter));
    for (predicate, expected) in [
        (json!({}), Filter::everything()),
        (json!({"$all": []}), Filter::everything()),
        (json!({"$any": []}), Filter::nothing()),
        (json!({"Kind": "Component"}), is("kind", &["component"])),
        (json!({"a": 1.5, "b": true}), Filter::All(vec![is("a", &["1.5"]), is("b", &["true"])])),
        (json!({"a": {"$in": ["X", 2, false]}}), is("a", &["x", "2", "false"])),
        (json!({"a": {"$in": []}}), is("a", &[])),
        (json!({"a": {"$exists": true}}), exists("a")),
        (json!({"a": {"$exists": false}}), not(exists("a"))),
        (json!({"a": {"$hasPrefix": "X_%"}}), Filter::Prefix { key: "a".into(), prefix: "x_%".into() }),
        (json!({"metadata.tags": {"$contains": "Java"}}), is("metadata.tags", &["java"])),
        (json!({"relations": {"$contains": {"type": "ownedBy"}}}), exists("relations.ownedby")),
        (
            json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "Group:a/b"}}}),
            is("relations.ownedby", &["group:a/b"]),
        ),
        (
            json!({"relations": {"$contains": {"type": "a", "targetRef": {"$in": ["x", "y"]}}}}),
            is("relations.a", &["x", "y"]),
        ),
        (
            json!({"$all": [{"kind": "a"}, {"$any": [{"b": "c"}, {"$not": {"d": "e"}}]}]}),
            Filter::All(vec![is("kind", &["a"]), Filter::Any(vec![is("b", &["c"]), not(is("d", &["e"]))])]),
        ),
    ] {
        assert_eq!(parse_predicate(&predicate), Ok(expected), "{predicate}");
    }
}

#[test]
fn a_predicate_that_is_none_says_where() {
    let deep = (0..40).fold(json!({}), |inner, _| json!({"$not": inner}));
    for (predicate, path) in [
        (json!("kind"), ""),
        (json!(null), ""),
        (json!([]), ""),
        (json!({"$all": {}}), "/$all"),
        (json!({"$all": ["x"]}), "/$all/0"),
        (json!({"$all": [], "kind": "a"}), ""),
        (json!({"$nor": []}), "/$nor"),
        (json!({"kind": {"$bogus": 1}}), "/kind/$bogus"),
        (json!({"kind": {}}), "/kind"),
        (json!({"kind": {"$in": [], "$exists": true}}), "/kind"),
        (json!({"kind": null}), "/kind"),
        (json!({"kind": ["a"]}), "/kind"),
        (json!({"kind": {"$in": "a"}}), "/kind/$in"),
        (json!({"kind": {"$in": [null]}}), "/kind/$in/0"),
        (json!({"kind": {"$exists": "yes"}}), "/kind/$exists"),
        (json!({"kind": {"$hasPrefix": 1}}), "/kind/$hasPrefix"),
        (json!({"kind": {"$contains": {"type": "a"}}}), "/kind/$contains"),
        (json!({"relations": {"$contains": {}}}), "/relations/$contains"),
        (json!({"relations": {"$contains": {"type": "a", "x": 1}}}), "/relations/$contains/x"),
        (json!({"relations": {"$contains": {"type": "a", "Type": "b"}}}), "/relations/$contains/Type"),
        (
            json!({"relations": {"$contains": {"type": "a", "targetRef": {"$in": []}}}}),
            "/relations/$contains/targetRef",
        ),
    ] {
        assert_eq!(parse_predicate(&predicate).unwrap_err().path, path, "{predicate}");
    }
    assert!(parse_predicate(&deep).unwrap_err().reason.contains("32 deep"));
    let wide = json!({"kind": {"$in": vec!["x"; 10_001]}});
    assert!(parse_predicate(&wide).unwrap_err().reason.contains("10000"));
}

#[test]
fn a_cursor_carries_a_query_string_filter_as_a_predicate() {
    let filter = query_string::parse(&["kind=component"]).unwrap().unwrap();
    assert_eq!(to_json(&filter), json!({"kind": "component"}));
}

#[test]
fn filters_mean_what_the_recorded_answers_show() {
    let rows = rows(&json!({
        "kind": "Component",
        "metadata": {"name": "searcher", "tags": ["java"], "annotations": {"a/empty": ""}},
        "spec": {"type": "Service", "none": null},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}],
    }))
    .unwrap();
    for (parameter, expected) in [
        ("kind=component,spec.type=SERVICE", true),
        ("kind=api", false),
        ("kind=api,kind=component", true),
        ("metadata.tags", true),
        ("metadata.tags.java", true),
        ("metadata.tags.java=true", true),
        ("metadata.tags=java", true),
        ("metadata.annotations.a/empty=", true),
        ("spec.none", true),
        ("spec.none=null", false),
        ("spec.none=", false),
        ("relations.OwnedBy=Group:default/A", true),
        ("metadata.namespace=default", true),
        ("metadata.etag", false),
    ] {
        let filter = query_string::parse(&[parameter]).unwrap().unwrap();
        assert_eq!(filter.matches(&rows), expected, "{parameter}");
    }
    assert!(Filter::everything().matches(&rows) && !Filter::nothing().matches(&rows));
    let prefix = Filter::Prefix { key: "metadata.name".into(), prefix: "sea".into() };
    assert!(prefix.matches(&rows) && !Filter::Not(Box::new(prefix)).matches(&rows));
    assert!(!is("kind", &[]).matches(&rows));
}

fn filters() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        "[a-z.]{1,8}".prop_map(Filter::Exists),
        ("[a-z.]{1,8}", prop::collection::vec("[a-z]{0,4}", 0..4))
            .prop_map(|(key, values)| Filter::In { key, values }),
        ("[a-z.]{1,8}", "[a-z]{0,4}").prop_map(|(key, prefix)| Filter::Prefix { key, prefix }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Any),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

proptest! {
    #[test]
    fn a_filter_written_as_a_predicate_reads_back_equal(filter in filters()) {
        prop_assert_eq!(parse_predicate(&to_json(&filter)), Ok(filter));
    }

    #[test]
    fn any_json_is_a_predicate_or_an_error(text in "[{}\\[\\]\":,a-c$in alyot]{0,40}") {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            let _ = parse_predicate(&value);
        }
    }
}
