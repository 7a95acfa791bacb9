//! How the faults are printed: a line each, JSON, or SARIF 2.1.0 for code hosts.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Fault;
use super::check::Outcome;

/// `file:line:column: field: message`, and a closing line.
pub(crate) fn text(outcome: &Outcome) -> String {
    let mut out = String::new();
    for fault in &outcome.faults {
        let field = fault.field.trim_start_matches('/').replace('/', ".");
        let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
        // Writing to a String can't fail.
        let _ = writeln!(out, "{}:{}:{}: {field}{}", fault.file, fault.line, fault.column, fault.message);
    }
    let _ = write!(
        out,
        "{} {} checked: {} valid, {} {}",
        outcome.files,
        if outcome.files == 1 { "file" } else { "files" },
        counted(outcome.valid, "entity", "entities"),
        outcome.faults.len(),
        if outcome.faults.len() == 1 { "fault" } else { "faults" },
    );
    out
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A JSON array of the faults.
pub(crate) fn json(faults: &[Fault]) -> serde_json::Result<String> {
    let list: Vec<Value> = faults
        .iter()
        .map(|fault| {
            json!({
                "file": fault.file, "line": fault.line, "column": fault.column,
                "field": fault.field, "message": fault.message,
            })
        })
        .collect();
    serde_json::to_string_pretty(&list)
}

/// A SARIF log with one run.
pub(crate) fn sarif(faults: &[Fault]) -> serde_json::Result<String> {
    let results: Vec<Value> = faults
        .iter()
        .map(|fault| {
            json!({
                "ruleId": "catalog-entity",
                "level": "error",
                "message": {"text": fault.message},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": fault.file},
                    "region": {"startLine": fault.line, "startColumn": fault.column},
                }}],
            })
        })
        .collect();
    let driver = json!({
        "name": "callboard validate",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": [{"id": "catalog-entity", "shortDescription": {"text": "The entity is not valid"}}],
    });
    serde_json::to_string_pretty(&json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }))
}
