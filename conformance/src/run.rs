//! Runs cases in order, carrying captured values from one to the next.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use url::form_urlencoded::{self, byte_serialize};

use crate::case::{Capture, Case, load};
use crate::client::{Answer, Client};
use crate::judge::judge;

/// What to run and how to judge it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the server answers.
    pub base_url: String,
    /// The static token of `backend.auth.externalAccess`.
    pub token: String,
    /// The folder that `{{catalog}}` stands for.
    pub catalog: String,
    /// Files of cases.
    pub files: Vec<PathBuf>,
    /// Judge only cases whose name contains this; all of them run.
    pub only: Option<String>,
    /// Times the pauses that Backstage needed before some cases.
    pub wait: f64,
    /// Compare error messages too.
    pub messages: bool,
}

/// A case whose answer was not the recorded one.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Name of the case.
    pub name: String,
    /// Method and path.
    pub request: String,
    /// What was wrong, one line each.
    pub faults: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many answers were right.
    pub passed: usize,
    /// The others.
    pub failed: Vec<Failure>,
}

/// Runs all cases of all files.
pub async fn run(options: &Options) -> anyhow::Result<Outcome> {
    let client = Client::connect(&options.base_url, &options.token).await?;
    let catalog = options.catalog.trim_end_matches('/');
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    let mut outcome = Outcome::default();
    for file in &options.files {
        for case in load(file)? {
            tokio::time::sleep(Duration::from_secs_f64(case.wait_seconds * options.wait)).await;
            let values = captured(&case, &answers);
            let path = fill(&case.request.path, &values, catalog, true);
            let body = fill_json(&case.request.body, &values, catalog);
            let sent = client.send(&case.request.method, &path, &case.request.headers, &body).await;
            let faults = match sent {
                Ok(answer) => {
                    let faults = judge(&case, &answer, catalog, options.messages);
                    answers.insert(case.name.clone(), answer);
                    faults
                }
                Err(error) => vec![format!("no answer: {error:#}")],
            };
            if options.only.as_ref().is_some_and(|part| !case.name.contains(part)) {
                continue;
            }
            if faults.is_empty() {
                outcome.passed += 1;
            } else {
                let request = format!("{} {}", case.request.method, case.request.path);
                outcome.failed.push(Failure { name: case.name, request, faults });
            }
        }
    }
    Ok(outcome)
}

fn captured(case: &Case, answers: &BTreeMap<String, Answer>) -> BTreeMap<String, String> {
    let value = |capture: &Capture| {
        let answer = answers.get(&capture.case)?;
        if let Some(parameter) = capture.pointer.strip_prefix("@link:") {
            let url = answer.link.split(['<', '>']).nth(1)?;
            let query = url.split_once('?')?.1;
            return form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == parameter)
                .map(|(_, value)| value.into_owned());
        }
        let body: Value = serde_json::from_str(&answer.text).ok()?;
        match body.pointer(&capture.pointer)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    };
    case.captures
        .iter()
        .map(|(name, capture)| (name.clone(), value(capture).unwrap_or_else(|| "not-captured".to_owned())))
        .collect()
}

fn fill(text: &str, values: &BTreeMap<String, String>, catalog: &str, quote: bool) -> String {
    let mut text = text.to_owned();
    for (name, value) in values {
        let value = if quote {
            byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
        } else {
            value.clone()
        };
        text = text.replace(&format!("{{{{{name}}}}}"), &value);
    }
    text.replace("{{catalog}}", catalog)
}

fn fill_json(value: &Value, values: &BTreeMap<String, String>, catalog: &str) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text, values, catalog, false)),
        Value::Array(items) => items.iter().map(|item| fill_json(item, values, catalog)).collect(),
        Value::Object(map) => Value::Object(
            map.iter().map(|(key, value)| (key.clone(), fill_json(value, values, catalog))).collect(),
        ),
        other => other.clone(),
    }
}
