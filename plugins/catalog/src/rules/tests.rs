//! Rules as tables: configuration, entity, origin and whether it may come in.

use serde_json::{Value, json};

use super::CatalogRules;

fn rules(catalog: Value) -> CatalogRules {
    CatalogRules::from_config(&catalog, &|target| format!("/abs/{target}")).expect("rules are well formed")
}

fn entity(kind: &str, spec_type: &str) -> Value {
    json!({"kind": kind, "spec": {"type": spec_type}})
}

#[test]
fn a_rule_allows_by_kind_type_and_origin() {
    let url = ("url", "https://github.com/acme/app/blob/main/catalog-info.yaml");
    let cases = [
        ("default kinds", json!({}), ("API", "x"), url, true),
        ("default refuses the rest", json!({}), ("User", "x"), url, false),
        ("null is absent", json!({"rules": null}), ("Component", "x"), url, true),
        ("an empty list allows nothing", json!({"rules": []}), ("Component", "x"), url, false),
        ("empty allow matches nothing", json!({"rules": [{"allow": []}]}), ("Component", "x"), url, false),
        ("kinds in any case", json!({"rules": [{"allow": ["group"]}]}), ("Group", "x"), url, true),
        (
            "kind and type",
            json!({"rules": [{"allow": [{"kind": "Component", "spec.type": "Website"}]}]}),
            ("component", "website"),
            url,
            true,
        ),
        (
            "kind and other type",
            json!({"rules": [{"allow": [{"kind": "Component", "spec": {"type": "website"}}]}]}),
            ("component", "service"),
            url,
            false,
        ),
        (
            "exact origin",
            json!({"rules": [{"allow": ["User"], "locations": [{"type": "url", "exact": url.1}]}]}),
            ("User", ""),
            url,
            true,
        ),
        (
            "other origin",
            json!({"rules": [{"allow": ["User"], "locations": [{"type": "url", "exact": "https://x"}]}]}),
            ("User", ""),
            url,
            false,
        ),
        (
            "pattern in any case, dot files too",
            json!({"rules": [{"allow": ["User"], "locations": [
                {"type": "url", "pattern": "https://GITHUB.com/acme/**"}]}]}),
            ("User", ""),
            ("url", "https://github.com/acme/app/blob/main/.hidden/catalog-info.yaml"),
            true,
        ),
        (
            "one star stays inside a path segment",
            json!({"rules": [{"allow": ["User"], "locations": [
                {"type": "url", "pattern": "https://github.com/acme/*"}]}]}),
            ("User", ""),
            url,
            false,
        ),
        (
            "the type of the origin counts",
            json!({"rules": [{"allow": ["User"], "locations": [{"type": "file"}]}]}),
            ("User", ""),
            url,
            false,
        ),
        (
            "a location's own rules add to the others",
            json!({"locations": [{"type": "file", "target": "all.yaml", "rules": [{"allow": ["User"]}]}]}),
            ("User", ""),
            ("file", "/abs/all.yaml"),
            true,
        ),
        (
            "a location's own rules do not restrict",
            json!({"locations": [{"type": "file", "target": "all.yaml", "rules": [{"allow": ["User"]}]}]}),
            ("Component", ""),
            ("file", "/abs/all.yaml"),
            true,
        ),
        (
            "a location's own rules stay with it",
            json!({"locations": [{"type": "file", "target": "all.yaml", "rules": [{"allow": ["User"]}]}]}),
            ("User", ""),
            ("file", "/abs/other.yaml"),
            false,
        ),
    ];
    for (name, config, (kind, spec_type), (origin_type, origin), want) in cases {
        let got = rules(config).is_allowed(&entity(kind, spec_type), origin_type, origin);
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn a_rule_that_cannot_be_read_is_named_by_its_key() {
    let cases = [
        (json!({"rules": {}}), "catalog.rules"),
        (json!({"rules": [{}]}), "catalog.rules[0].allow"),
        (json!({"rules": [{"allow": [{}]}]}), "catalog.rules[0].allow[0].kind"),
        (
            json!({"rules": [{"allow": [], "locations": [{"type": "url", "exact": "a", "pattern": "b"}]}]}),
            "catalog.rules[0].locations[0]",
        ),
        (
            json!({"rules": [{"allow": [], "locations": [{"type": "url", "pattern": "a{"}]}]}),
            "catalog.rules[0].locations[0].pattern",
        ),
        (
            json!({"locations": [{"type": "url", "target": "x", "rules": [{"allow": "User"}]}]}),
            "catalog.locations[0].rules[0].allow",
        ),
    ];
    for (config, key) in cases {
        let error = CatalogRules::from_config(&config, &str::to_owned).expect_err(key);
        assert_eq!(error.key, key);
    }
}
