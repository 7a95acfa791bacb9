//! Real catalog files: each document gets the verdict that Backstage's own model gave it.

use std::collections::BTreeMap;

use callboard_plugin_catalog::processing::ProcessingInput;
use serde_json::{Value, json};

use super::support::{World, shared};

/// Verdicts that Callboard means to give differently, with the reason.
const DIFFERENT: [(&str, &str); 0] = [];

#[tokio::test]
async fn every_file_of_the_corpus_is_processed_without_a_panic_and_judged_as_recorded() {
    let Some(folder) = shared("corpus/catalog") else { return };
    let verdicts: BTreeMap<String, Vec<Value>> =
        serde_json::from_slice(&std::fs::read(folder.join("verdicts.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut judged = 0;
    for (file, documents) in &verdicts {
        let path = folder.join(file);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for (index, (document, verdict)) in callboard_model::yaml::parse_documents(&text, &Default::default())
            .into_iter()
            .filter(|document| document.as_ref().map_or(true, |document| !document.value.is_null()))
            .zip(documents)
            .enumerate()
        {
            judged += 1;
            let want = verdict["ok"] == true;
            let got = match document {
                Ok(document) => judge(document.value).await,
                Err(error) => Err(error.to_string()),
            };
            if got.is_ok() != want && !DIFFERENT.iter().any(|(known, _)| known == file) {
                wrong.push(format!("{file}[{index}]: recorded {verdict}, got {got:?}"));
            }
        }
        let location = format!("file:{}", path.display());
        let entity = super::support::location(json!({"type": "file", "target": path.display().to_string()}));
        World::new().process(entity, &location).await;
    }
    println!("{judged} documents judged");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What processing says of one document; what it would have to read is filled in, as it was for the recorded verdict.
async fn judge(mut entity: Value) -> Result<(), String> {
    fill(&mut entity);
    if entity["kind"] == "Location" {
        // Its targets are not part of the corpus.
        if let Some(spec) = entity["spec"].as_object_mut() {
            if spec.get("target").is_some_and(Value::is_string) {
                spec.shift_remove("target");
            }
            if spec
                .get("targets")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().all(Value::is_string))
            {
                spec.shift_remove("targets");
            }
            spec.insert("type".into(), "url".into());
        }
    }
    if entity["metadata"].is_object()
        && (entity["metadata"]["annotations"].is_null() || entity["metadata"]["annotations"].is_object())
    {
        entity["metadata"]["annotations"]["backstage.io/managed-by-location"] =
            "url:https://example.com/a.yaml".into();
        entity["metadata"]["annotations"]["backstage.io/managed-by-origin-location"] =
            "url:https://example.com/a.yaml".into();
    }
    let world = World::new();
    let outcome =
        world.orchestrator.process(ProcessingInput { entity, location_key: None, cache: None }).await;
    match outcome.errors.first() {
        None => Ok(()),
        Some(error) => Err(format!("{}: {}", error.name, error.message)),
    }
}

fn fill(value: &mut Value) {
    match value {
        Value::Object(map) if map.len() == 1 && map.keys().all(|key| is_placeholder(key)) => {
            *value = Value::String("dummy".to_owned());
        }
        Value::Object(map) => map.values_mut().for_each(fill),
        Value::Array(items) => items.iter_mut().for_each(fill),
        _ => {}
    }
}

fn is_placeholder(key: &str) -> bool {
    ["$text", "$json", "$yaml", "$openapi", "$asyncapi"].contains(&key)
}
