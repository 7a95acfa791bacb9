//! Checks the documents of files: YAML, envelope, placeholders, field formats, kind, and whether a name is taken.

use std::collections::HashMap;

use callboard_model::entity::Entity;
use callboard_model::kinds::{self, KindError};
use callboard_model::policy;
use callboard_model::validation::Faults;
use callboard_model::yaml::{Document, Limits, parse_documents};
use serde_json::Value;

use super::Fault;
use super::find::Source;
use super::placeholders;

/// What came of a check.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// How many files were read.
    pub(crate) files: usize,
    /// How many entities are right.
    pub(crate) valid: usize,
    /// What is wrong.
    pub(crate) faults: Vec<Fault>,
}

/// Checks all files together, because the same entity may not stand in two of them.
pub(crate) fn files(sources: &[Source]) -> Outcome {
    let mut outcome = Outcome { files: sources.len(), ..Outcome::default() };
    let mut seen: HashMap<String, String> = HashMap::new();
    for source in sources {
        let file = source.path.to_string_lossy().replace('\\', "/");
        for parsed in parse_documents(&source.text, &Limits::default()) {
            let document = match parsed {
                Ok(document) if document.value.is_null() => continue,
                Ok(document) => document,
                Err(error) => {
                    outcome.faults.push(Fault {
                        file: file.clone(),
                        line: error.position.line,
                        column: error.position.column,
                        field: String::new(),
                        message: error.message,
                    });
                    continue;
                }
            };
            let found = entity(&document, source, &file, &mut seen);
            if found.is_empty() {
                outcome.valid += 1;
            }
            outcome.faults.extend(found.into_iter().map(|(field, message)| {
                let position = document.position(&source.text, &field);
                let (line, column) = position.map_or((document.line, 1), |p| (p.line, p.column));
                Fault { file: file.clone(), line, column, field, message }
            }));
        }
    }
    outcome
}

/// The faults of one document, each with the field at which it stands.
fn entity(
    document: &Document,
    source: &Source,
    file: &str,
    seen: &mut HashMap<String, String>,
) -> Vec<(String, String)> {
    let mut value = document.value.clone();
    if !value.is_object() {
        return vec![(
            String::new(),
            format!("expected an entity, a mapping at the root, got {}", type_of(&value)),
        )];
    }
    if let Err(faults) = policy::check_envelope(&value) {
        return listed(&faults);
    }
    let mut faults = placeholders::fill(&mut value, &source.path);
    let Ok(mut entity) = Entity::from_value(value) else { return faults };
    match policy::apply(&mut entity) {
        Err(found) => faults.extend(listed(&found)),
        Ok(()) => match kinds::validate(&entity) {
            Err(KindError::Invalid(found)) => faults.extend(listed(&found)),
            Err(error @ KindError::Unrecognized { .. }) => {
                faults.push(("/kind".to_owned(), format!("{error}; check kind and apiVersion")));
            }
            Ok(()) => {
                let reference = entity.reference().to_string();
                let place = format!("{file}:{}", document.line);
                if let Some(first) = seen.insert(reference.clone(), place) {
                    faults.push((
                        "/metadata/name".to_owned(),
                        format!("{reference} stands at {first} already"),
                    ));
                }
            }
        },
    }
    faults
}

fn listed(faults: &Faults) -> Vec<(String, String)> {
    faults.iter().map(|fault| (fault.field.clone(), fault.message.clone())).collect()
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn check(text: &str) -> Vec<String> {
        let source = Source { path: PathBuf::from("catalog-info.yaml"), text: text.to_owned() };
        let faults = files(&[source]).faults;
        faults.iter().map(|f| format!("{}:{}:{} {}", f.line, f.column, f.field, f.message)).collect()
    }

    const GOOD: &str =
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: a\nspec:\n  owner: x\n";

    #[test]
    fn a_valid_entity_has_no_fault() {
        assert_eq!(check(GOOD), Vec::<String>::new());
    }

    #[test]
    fn a_fault_names_line_and_column_of_the_field() {
        let faults = check(&GOOD.replace("name: a", "name: a b"));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("4:3:/metadata/name "), "{faults:?}");
    }

    #[test]
    fn a_missing_field_is_reported_at_what_it_is_missing_from() {
        let faults = check(&GOOD.replace("  owner: x", "  type: y"));
        assert!(faults[0].starts_with("5:1:/spec/owner "), "{faults:?}");
    }

    #[test]
    fn the_same_entity_twice_names_the_first_place() {
        let faults = check(&format!("{GOOD}---\n{GOOD}"));
        assert!(faults[0].contains("system:default/a stands at catalog-info.yaml:1 already"), "{faults:?}");
    }

    #[test]
    fn a_broken_document_does_not_hide_the_next() {
        let faults = check(&format!("a: b: c\n---\n{}", GOOD.replace("kind: System", "kind: Sistem")));
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn a_placeholder_must_name_a_file_that_is_there() {
        let faults = check(&GOOD.replace("owner: x", "owner: x\n  description:\n    $text: ./nope.md"));
        assert!(
            faults[0].contains("there is no file nope.md") || faults[0].contains("./nope.md"),
            "{faults:?}"
        );
    }
}
