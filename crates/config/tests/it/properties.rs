//! Properties that hold for any input.

use std::collections::BTreeMap;

use callboard_config::{check, frontend_config, print, secret_values};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Memory;

/// Trees in which a key always holds the same kind of value: keys `o…` objects, keys `v…` anything else, null too.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        "[a-z]{0,4}".prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..3).prop_map(Value::from),
    ];
    let object = proptest::collection::btree_map("v[a-d]", leaf.clone(), 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()));
    object.prop_recursive(3, 24, 4, move |inner| {
        (
            proptest::collection::btree_map("o[a-c]", inner, 0..3),
            proptest::collection::btree_map("v[a-d]", leaf.clone(), 0..4),
        )
            .prop_map(|(objects, values): (BTreeMap<String, Value>, BTreeMap<String, Value>)| {
                Value::Object(objects.into_iter().chain(values).collect())
            })
    })
}

fn merged(low: &Value, high: &Value) -> Value {
    let files = Memory::default()
        .file("app-config.yaml", &low.to_string())
        .file("app-config.local.yaml", &high.to_string());
    files.config().get("").unwrap_or_else(|| json!({}))
}

proptest! {
    #[test]
    fn merging_is_associative_where_keys_keep_their_kind(a in tree(), b in tree(), c in tree()) {
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
    }

    #[test]
    fn merging_a_source_with_itself_or_nothing_changes_nothing(a in tree()) {
        prop_assert_eq!(&merged(&a, &a), &a);
        prop_assert_eq!(&merged(&a, &json!({})), &a);
        prop_assert_eq!(&merged(&json!({}), &a), &a);
    }

    #[test]
    fn a_mutated_file_gives_a_config_or_an_error(
        cuts in proptest::collection::vec((0usize..2000, 0usize..40, "[\\PC\n\t{}\\[\\]:$&*!|>'\"#-]{0,12}"), 1..8)
    ) {
        let mut text = include_str!("sample.yaml").to_owned();
        for (at, length, insert) in cuts {
            let mut from = at % (text.len() + 1);
            while !text.is_char_boundary(from) { from -= 1; }
            let mut to = (from + length).min(text.len());
            while !text.is_char_boundary(to) { to += 1; }
            text.replace_range(from..to, &insert);
        }
        if let Ok(loaded) = Memory::default().file("app-config.yaml", &text).var("A", "x").load() {
            let config = loaded.config;
            check(&config, &["catalog", "auth", "proxy"]);
            frontend_config(&config);
            print(&config);
            secret_values(&config);
        }
    }

    #[test]
    fn what_is_printed_reads_back_the_same(a in tree()) {
        let config = callboard_config::Config::from_value(a.clone());
        let back = callboard_config::Config::from_yaml_str(&print(&config)).unwrap();
        prop_assert_eq!(back.get(""), config.get(""));
    }
}
