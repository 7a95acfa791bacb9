//! Real files of public repositories get the verdict that Backstage's own model gives them.

use std::path::Path;

use callboard_model::entity::Entity;
use callboard_model::kinds::{self, KindError};
use callboard_model::policy;
use callboard_model::yaml::{Limits, parse_documents, parse_one};
use serde_json::Value;

use crate::shared;

/// What is said of one document: nothing, or a stage and the field at fault.
type Verdict = Option<(&'static str, String)>;

#[test]
fn every_catalog_file_gets_the_recorded_verdict() {
    compare("corpus/catalog");
}

#[test]
fn every_template_gets_the_recorded_verdict() {
    compare("corpus/templates");
}

#[test]
fn every_app_config_is_one_readable_document() {
    let Some(folder) = shared("corpus/app-config") else { return };
    let mut read = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let document = parse_one(&text, &Limits::default());
            // A Helm template became an app-config only later; npm `yaml` refuses it as well.
            let is_config = !text.contains("{{- ");
            let reads = document.is_ok_and(|d| d.value.is_object() || d.value.is_null());
            assert_eq!(reads, is_config, "{}", path.display());
            read += 1;
        }
    }
    assert!(read > 0);
}

#[test]
fn every_field_of_a_real_file_has_a_position() {
    let Some(folder) = shared("conformance/catalog") else { return };
    let text = std::fs::read_to_string(folder.join("components.yaml")).unwrap();
    let documents = parse_documents(&text, &Limits::default());
    assert!(documents.len() > 5);
    for document in documents.into_iter().map(Result::unwrap) {
        let position = document.position(&text, "/metadata/name").unwrap();
        let line = text.lines().nth(position.line - 1).unwrap();
        let key: String = line.chars().skip(position.column - 1).take(5).collect();
        assert_eq!(key, "name:", "line {}", position.line);
    }
}

fn compare(part: &str) {
    let Some(folder) = shared(part) else { return };
    let verdicts: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("verdicts.json")).unwrap()).unwrap();
    let mut differences = Vec::new();
    let mut compared = 0;
    for (file, expected) in verdicts.as_object().unwrap() {
        let expected: Vec<Verdict> = expected.as_array().unwrap().iter().map(recorded).collect();
        let found = judge_file(&folder.join(file));
        compared += expected.len();
        if expected != found {
            differences.push(format!("{file}\n  recorded {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(compared > 0);
    assert!(differences.is_empty(), "{} of {compared}:\n{}", differences.len(), differences.join("\n"));
}

fn recorded(verdict: &Value) -> Verdict {
    let stage = match verdict["stage"].as_str() {
        None => return None,
        Some("yaml") => return Some(("yaml", String::new())),
        Some("validate") => return Some(("validate", String::new())),
        Some("policy") => "policy",
        Some(other) => panic!("a stage of an unknown name: {other}"),
    };
    let error = verdict["error"].as_str().unwrap();
    let field = if let Some(rest) = error.strip_prefix('"') {
        let name = rest.split('"').next().unwrap();
        let name = if name.starts_with("metadata.") { name.to_owned() } else { format!("metadata.{name}") };
        format!("/{}", name.replace('.', "/"))
    } else {
        let error = error.trim_start_matches("Malformed envelope, ");
        let path = error.split(' ').next().unwrap().trim_start_matches("<root>");
        match error.split_once("missingProperty: ").or(error.split_once("additionalProperty: ")) {
            Some((_, property)) => format!("{path}/{property}"),
            None => path.to_owned(),
        }
    };
    Some((stage, field))
}

fn judge_file(path: &Path) -> Vec<Verdict> {
    let text = std::fs::read_to_string(path).unwrap();
    parse_documents(&text, &Limits::default())
        .into_iter()
        .filter_map(|document| match document {
            Err(_) => Some(Some(("yaml", String::new()))),
            Ok(document) if document.value.is_null() => None,
            Ok(document) => Some(judge(document.value)),
        })
        .collect()
}

fn judge(mut value: Value) -> Verdict {
    fill_placeholders(&mut value);
    let mut entity = Entity::from_value(value).unwrap();
    if let Err(faults) = policy::apply(&mut entity) {
        return Some(("policy", faults.first().field.clone()));
    }
    match kinds::validate(&entity) {
        Ok(()) => None,
        Err(KindError::Unrecognized { .. }) => Some(("validate", String::new())),
        Err(KindError::Invalid(faults)) => Some(("policy", faults.first().field.clone())),
    }
}

/// The recorded verdicts had every placeholder replaced by something that fits.
fn fill_placeholders(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let placeholder = map.len() == 1 && map.keys().any(|key| key.starts_with('$'));
            if placeholder {
                *value = if map.contains_key("$yaml") || map.contains_key("$json") {
                    serde_json::json!({"action": "dummy", "url": "https://example.com"})
                } else {
                    Value::String("dummy".to_owned())
                };
            } else {
                map.values_mut().for_each(fill_placeholders);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(fill_placeholders),
        _ => {}
    }
}
