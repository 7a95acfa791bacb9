//! YAML as npm `yaml` 2.9 reads it: every expectation here was compared with that library.

use callboard_model::yaml::{Limits, Position, parse_documents, parse_one, to_yaml};
use proptest::prelude::*;
use serde_json::{Value, json};

fn value(text: &str) -> Value {
    parse_one(text, &Limits::default()).unwrap_or_else(|error| panic!("{text:?}: {error}")).value
}

fn error(text: &str) -> (usize, usize, String) {
    let error = parse_one(text, &Limits::default()).expect_err(text);
    (error.position.line, error.position.column, error.message)
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    for (text, expected) in [
        ("null", json!(null)),
        ("Null", json!(null)),
        ("NULL", json!(null)),
        ("~", json!(null)),
        ("nULL", json!("nULL")),
        ("true", json!(true)),
        ("True", json!(true)),
        ("TRUE", json!(true)),
        ("false", json!(false)),
        ("tRUE", json!("tRUE")),
        ("yes", json!("yes")),
        ("on", json!("on")),
        ("y", json!("y")),
        ("0", json!(0)),
        ("-12", json!(-12)),
        ("+12", json!(12)),
        ("012", json!(12)),
        ("1_000", json!("1_000")),
        ("0o17", json!(15)),
        ("0x1F", json!(31)),
        ("0b1", json!("0b1")),
        ("-0x1", json!("-0x1")),
        ("0o8", json!("0o8")),
        ("1.5", json!(1.5)),
        ("1.0", json!(1)),
        ("1.", json!(1)),
        (".5", json!(0.5)),
        ("-.5", json!(-0.5)),
        (".", json!(".")),
        ("1e3", json!(1000)),
        ("1E-2", json!(0.01)),
        ("1e", json!("1e")),
        (".e1", json!(".e1")),
        ("1.2.3", json!("1.2.3")),
        (".inf", json!(null)),
        ("-.INF", json!(null)),
        (".nan", json!(null)),
        ("-.nan", json!("-.nan")),
        ("inf", json!("inf")),
        ("123456789012", json!(123_456_789_012_i64)),
        ("9007199254740993", json!(9_007_199_254_740_992_f64)),
        ("2024-01-01", json!("2024-01-01")),
        ("12:30", json!("12:30")),
        ("1e400", json!(null)),
        ("!!str 12", json!("12")),
        ("!!int \"12\"", json!(12)),
        ("!custom 12", json!("12")),
        ("! 12", json!("12")),
        ("!!float 1", json!(1)),
        ("!!bool 'true'", json!(true)),
        ("!!null ''", json!(null)),
        ("\"12\"", json!("12")),
        ("'true'", json!("true")),
    ] {
        assert_eq!(value(&format!("a: {text}")), json!({"a": expected}), "{text}");
    }
}

#[test]
fn keys_become_text() {
    assert_eq!(
        value("1: a\n1.50: b\ntrue: c\n~: d\n'x y': e\n0x10: f\n"),
        json!({"1": "a", "1.5": "b", "true": "c", "": "d", "x y": "e", "16": "f"})
    );
    assert_eq!(value("name: {{ name }}"), json!({"name": {"{ name }": null}}));
    assert_eq!(value("? [a, b]\n: c"), json!({"[ a, b ]": "c"}));
}

#[test]
fn tabs_between_tokens_are_white_space() {
    for text in [
        "a:\tb",
        "a: \tb",
        "a:\t\tb\t",
        "a:\tb\t# c",
        "a:\t\"b\"",
        "{a:\tb}",
        "{\ta: b\t}",
        "a:\n\t\n  b",
        "a: b\n\t\n",
    ] {
        assert_eq!(value(text), json!({"a": "b"}), "{text:?}");
    }
    assert_eq!(value("-\ta\n-\tb"), json!(["a", "b"]));
    assert_eq!(value("a: |\n  \tb\n  c\td\n"), json!({"a": "\tb\nc\td\n"}));
}

#[test]
fn tabs_as_indentation_are_refused() {
    for text in ["\ta: b", "a:\n\tb: c", "a:\n  b: c\n\td: e", "# c\n\n \ta: b", "a:\t- b"] {
        assert!(parse_one(text, &Limits::default()).is_err(), "{text:?}");
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    assert_eq!(
        value("\u{feff}a: b\r\nc: |\r\n  d\r\n  e\r\nf: \"g\r\n  h\"\r\n"),
        json!({"a": "b", "c": "d\ne\n", "f": "g h"})
    );
    assert_eq!(value("a: é日本🚀"), json!({"a": "é日本🚀"}));
}

#[test]
fn what_npm_yaml_refuses_is_refused_with_its_place() {
    for (text, line) in [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a: {b: 1, b: 2}", 1),
        ("a:\n  links:''\n  b: c\n", 3),
        ("a\nb: c\n", 2),
        ("x: |\n  a\n```\nb: c\n", 3),
        ("a: {% if x %}", 1),
        ("{%- if x %}\na: b\n", 1),
        ("a: b: c", 1),
        ("a: [b", 1),
        ("a: \"b", 1),
        ("a: @b", 1),
        ("a: `b`", 1),
        ("a: *b", 1),
        ("a: b\n - c\nd", 3),
        ("name: broken\n bad: [indent\n", 2),
    ] {
        let found = error(text);
        assert_eq!(found.0, line, "{text:?}: {found:?}");
        assert!(!found.2.is_empty());
    }
    assert_eq!(
        error("a: 1\nb:\n  c: 2\n  c: 3\n"),
        (4, 3, "the key \"c\" stands twice in this mapping; keep one of them".into())
    );
}

#[test]
fn merge_keys_are_ordinary_keys() {
    assert_eq!(value("a: &x {b: 1}\nc: {<<: *x}\n"), json!({"a": {"b": 1}, "c": {"<<": {"b": 1}}}));
}

#[test]
fn a_broken_document_does_not_take_the_others_with_it() {
    let text = "a: 1\n---\nb: [\n---\n# nothing\n---\nc: 3\n...\nd: 4\n--- e\n---\n";
    let found: Vec<_> = parse_documents(text, &Limits::default())
        .into_iter()
        .map(|document| document.map(|d| (d.line, d.value)).map_err(|error| error.position.line))
        .collect();
    assert_eq!(
        found,
        [
            Ok((1, json!({"a": 1}))),
            Err(3),
            Ok((4, json!(null))),
            Ok((6, json!({"c": 3}))),
            Ok((9, json!({"d": 4}))),
            Ok((10, json!("e"))),
            Ok((11, json!(null))),
        ]
    );
}

#[test]
fn a_text_of_nothing_has_no_documents() {
    for text in ["", "\n\n", "# comment\n", "\u{feff}", "  # a\n\n# b"] {
        assert!(parse_documents(text, &Limits::default()).is_empty(), "{text:?}");
        assert_eq!(value(text), Value::Null);
    }
    assert_eq!(value("---\n"), Value::Null);
}

#[test]
fn document_marks_inside_text_are_text_unless_they_start_a_line() {
    assert_eq!(value("a: --- b\nc: |\n  ---\n  ...\n"), json!({"a": "--- b", "c": "---\n...\n"}));
    assert_eq!(parse_documents("a: |\n  b\n---\n----\n", &Limits::default()).len(), 2);
    assert_eq!(value("%YAML 1.2\n---\na: b\n"), json!({"a": "b"}));
}

#[test]
fn one_document_is_one_document() {
    assert_eq!(error("a: 1\n---\nb: 2\n").0, 2);
}

#[test]
fn aliases_repeat_values_up_to_a_budget() {
    assert_eq!(value("a: &x [1, {b: 2}]\nc: *x\n"), json!({"a": [1, {"b": 2}], "c": [1, {"b": 2}]}));
    let mut bomb = "a0: &a0 [lol]\n".to_owned();
    for level in 1..20 {
        let refs = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
    }
    assert!(error(&bomb).2.contains("aliases"), "{:?}", error(&bomb));
    assert!(error("a: &a [*a]").2.contains("alias"));
}

#[test]
fn depth_size_and_count_are_limited() {
    let limits = Limits { max_bytes: 2_000, max_depth: 5, max_documents: 3, max_alias_bytes: 1_000 };
    let first = |text: &str| parse_documents(text, &limits).remove(0);
    assert!(first(&"[".repeat(5)).is_err_and(|e| !e.message.contains("levels")));
    assert!(first(&format!("{}{}", "[".repeat(5), "]".repeat(5))).is_ok());
    assert!(first(&"[".repeat(6)).is_err_and(|e| e.message.contains("5 levels")));
    assert!(first("a: &x [[[1]]]\nb: [[*x]]").is_err_and(|e| e.message.contains("5 levels")));
    assert!(first(&"a".repeat(2_001)).is_err_and(|e| e.message.contains("2000")));
    let many = parse_documents("---\n---\n---\n---\n---\n", &limits);
    assert_eq!(many.len(), 4);
    assert!(many[3].as_ref().is_err_and(|e| e.message.contains("3 documents")));
    assert!(parse_one(&"- ".repeat(200_000), &Limits::default()).is_err());
    assert!(parse_one(&"[".repeat(200_000), &Limits::default()).is_err());
}

#[test]
fn a_field_has_a_position_and_a_missing_one_that_of_what_is_around_it() {
    let text = "# first\n---\na: 1\n---\nmetadata:\n  name: x\n  tags: [p, q]\nspec:\n  steps:\n    - id: a\n    - id: b\n      a/b: 1\n  flow: {k: {l: 1}}\n";
    let document = parse_documents(text, &Limits::default()).remove(1).unwrap();
    for (pointer, line, column) in [
        ("", 5, 1),
        ("/metadata", 5, 1),
        ("/metadata/name", 6, 3),
        ("/metadata/tags/1", 7, 13),
        ("/spec/steps/1", 11, 7),
        ("/spec/steps/1/id", 11, 7),
        ("/spec/steps/1/a~1b", 12, 7),
        ("/spec/flow/k/l", 13, 14),
        ("/spec/owner", 8, 1),
        ("/nothing/at/all", 5, 1),
    ] {
        assert_eq!(document.position(text, pointer), Some(Position { line, column }), "{pointer}");
    }
}

#[test]
fn yaml_is_written_for_people() {
    let value = json!({"a": {"b": [1, {"c": "x", "d": []}], "text": "l1\nl2\n"}, "quoted": ["true", "1", "", "- x", "a: b", "yes"], "e": {}});
    assert_eq!(
        to_yaml(&value),
        "a:\n  b:\n    - 1\n    - c: x\n      d: []\n  text: |\n    l1\n    l2\nquoted:\n  - \"true\"\n  - \"1\"\n  - \"\"\n  - \"- x\"\n  - \"a: b\"\n  - \"yes\"\ne: {}\n"
    );
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{0,5}",
        "[ -~\n\t]{0,12}",
        "\\PC{0,8}",
        Just("~".to_owned()),
        Just("0x1".to_owned()),
        Just("a\n\n".to_owned())
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-1_000_000_i64..1_000_000).prop_map(Value::from),
        text.clone().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((text.clone(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(value in values()) {
        let text = to_yaml(&value);
        let read = parse_one(&text, &Limits::default()).map(|d| d.value);
        prop_assert_eq!(read, Ok(value), "{}", text);
    }

    #[test]
    fn json_is_yaml(value in values()) {
        let text = value.to_string();
        let read = parse_one(&text, &Limits::default()).map(|d| d.value);
        prop_assert_eq!(read, Ok(value), "{}", text);
    }
}
