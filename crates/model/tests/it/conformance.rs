//! The catalog that a real Backstage was recorded on: what it refused, and what relations it made.

use std::collections::{BTreeMap, BTreeSet};

use callboard_model::entity::Entity;
use callboard_model::kinds::{self, KindError};
use callboard_model::yaml::{Limits, parse_documents};
use callboard_model::{policy, relations, search_rows};
use serde_json::{Value, json};

use crate::shared;

/// The stage that refuses the last document of a file, and the field at fault.
fn verdict(text: &str) -> (&'static str, String) {
    let Some(document) = parse_documents(text, &Limits::default()).pop() else {
        return ("empty", String::new());
    };
    let Ok(document) = document else { return ("yaml", String::new()) };
    let mut entity = match Entity::from_value(document.value) {
        Ok(entity) => entity,
        Err(_) => return ("root", String::new()),
    };
    let first = |faults: &callboard_model::validation::Faults| faults.first().field.clone();
    if let Err(faults) = policy::check_envelope(&Value::Object(entity.as_map().clone())) {
        return ("envelope", first(&faults));
    }
    kinds::sort_references(&mut entity);
    if let Err(faults) = policy::apply(&mut entity) {
        return ("policy", first(&faults));
    }
    match kinds::validate(&entity) {
        Err(KindError::Unrecognized { .. }) => return ("unrecognized", String::new()),
        Err(KindError::Invalid(faults)) => return ("kind", first(&faults)),
        Ok(()) => {}
    }
    match relations::emit(&entity) {
        Err(error) => ("relations", error.field),
        Ok(_) => ("accepted", String::new()),
    }
}

#[test]
fn each_invalid_file_is_refused_at_its_stage_for_its_field() {
    let Some(folder) = shared("conformance/catalog/invalid") else { return };
    for (file, stage, field) in [
        ("api-def-object", "kind", "/spec/definition"),
        ("array", "root", ""),
        ("bad-annotation", "policy", "/metadata/annotations/example.com~1x"),
        ("bad-apiversion", "policy", "/apiVersion"),
        ("bad-kind", "unrecognized", ""),
        ("bad-kind-chars", "policy", "/kind"),
        ("bad-label", "policy", "/metadata/labels/a b"),
        ("bad-name", "policy", "/metadata/name"),
        ("bad-namespace", "policy", "/metadata/namespace"),
        ("bad-owner-type", "kind", "/spec/owner"),
        ("bad-ref", "accepted", ""),
        ("bad-tag", "policy", "/metadata/tags/0"),
        ("broken-yaml", "yaml", ""),
        ("dup-same-file", "accepted", ""),
        ("empty-file", "empty", ""),
        ("group-no-children", "kind", "/spec/children"),
        ("half-broken", "kind", "/spec/lifecycle"),
        ("kind-lowercase", "unrecognized", ""),
        ("loc-no-target", "accepted", ""),
        ("missing-metadata", "envelope", "/metadata"),
        ("missing-owner", "kind", "/spec/owner"),
        ("missing-spec", "kind", "/spec"),
        ("name-64", "policy", "/metadata/name"),
        ("name-number", "envelope", "/metadata/name"),
        ("only-comment", "empty", ""),
        ("ref-no-kind", "relations", "/spec/dependsOn/0"),
        ("scalar", "root", ""),
        ("template-bad", "kind", "/spec/steps"),
        ("unknown-apiversion", "unrecognized", ""),
        ("user-no-memberof", "kind", "/spec/memberOf"),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("{file}.yaml"))).unwrap();
        assert_eq!(verdict(&text), (stage, field.to_owned()), "{file}");
    }
}

/// The bodies of two recorded answers: every final entity, and the facet counts.
fn recorded(case: &str) -> Option<Value> {
    let file = shared("conformance/cases/catalog.json")?;
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    cases.into_iter().find(|c| c["name"] == case).map(|mut c| c["response"]["body"].take())
}

#[test]
fn final_entities_have_the_recorded_relations() {
    let Some(body) = recorded("byqueryPOST-empty") else { return };
    let items = body["items"].as_array().unwrap();
    assert_eq!(items.len(), 84);
    let mut of = BTreeMap::<String, BTreeSet<(String, String)>>::new();
    for item in items {
        for relation in relations::emit(&Entity::from_value(item.clone()).unwrap()).unwrap() {
            of.entry(relation.source)
                .or_default()
                .insert((relation.relation_type.to_owned(), relation.target));
        }
    }
    for item in items {
        let reference = Entity::from_value(item.clone()).unwrap().reference().to_string();
        let expected: Vec<Value> = of
            .get(&reference)
            .into_iter()
            .flatten()
            .map(|(relation_type, target)| json!({"type": relation_type, "targetRef": target}))
            .collect();
        assert_eq!(item.get("relations").unwrap_or(&json!([])), &json!(expected), "{reference}");
    }
}

#[test]
fn rows_of_final_entities_count_up_to_the_recorded_facets() {
    let Some(body) = recorded("byqueryPOST-empty") else { return };
    for case in ["facets-tags", "facets-relations", "facets-two", "facets-case", "facets-annotation"] {
        let Some(facets) = recorded(case) else { continue };
        for (facet, expected) in facets["facets"].as_object().unwrap() {
            let mut counts = BTreeMap::<String, u64>::new();
            for item in body["items"].as_array().unwrap() {
                for row in search_rows::rows(item).unwrap() {
                    if row.key == facet.to_lowercase() {
                        *counts.entry(row.original.unwrap()).or_default() += 1;
                    }
                }
            }
            let found: Vec<Value> =
                counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect();
            assert_eq!(&json!(found), expected, "{facet}");
        }
    }
}
