//! Evaluates every expression of real template files: `TEMPLATES=<folder> cargo run -p callboard-template --example corpus`.
//!
//! Each string with an expression is rendered with an empty context and with one in which every name has a value; what
//! counts is that each evaluates or fails as an expression may, and nothing panics.

#![allow(clippy::print_stdout, reason = "it is a program for a terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use callboard_template::backstage::{BackstageHost, Integration};
use callboard_template::{Context, Mode, Options, Template};
use serde_json::json;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(path);
        }
    }
}

/// The expressions of a text, as they stand there.
fn expressions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let end = rest[start..].find("}}").map_or(rest.len(), |end| start + end + 2);
        found.push(&rest[start..end]);
        rest = &rest[end..];
    }
    found
}

fn main() {
    let folder = std::env::var("TEMPLATES").unwrap_or_else(|_| ".".to_owned());
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    let host = BackstageHost::new(vec![Integration { host: "github.com".into(), kind: "github".into() }])
        .in_steps(false);
    let full = json!({
        "parameters": { "name": "a", "repoUrl": "github.com?owner=o&repo=r", "list": ["a"] },
        "steps": { "publish": { "output": { "remoteUrl": "https://github.com/o/r" } } },
        "user": { "ref": "user:default/guest", "entity": {} }, "each": { "key": "0", "value": {} }, "secrets": {}
    });
    let contexts = [json!({}), full];
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = 0;
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        for expression in expressions(&text) {
            count += 1;
            for context in &contexts {
                let outcome = Context::new(context)
                    .and_then(|context| {
                        Template::parse(expression, &Options::new(Mode::Input))?.render_value(context, &host)
                    })
                    .map_or_else(
                        |error| error.code().unwrap_or(error.name()).to_owned(),
                        |_| "value".to_owned(),
                    );
                *outcomes.entry(outcome).or_default() += 1;
            }
        }
    }
    println!(
        "{} files, {count} expressions, each with {} contexts: {outcomes:?}",
        paths.len(),
        contexts.len()
    );
}
