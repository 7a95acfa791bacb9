//! The renders that nunjitsu 0.7.0 was recorded with, one by one: `conformance/templates.json`.

use callboard_template::backstage::{BackstageHost, Integration};
use callboard_template::{Context, ErrorKind, Mode, Native, Options, Template, TemplateError};
use serde_json::{Value, json};
use sha2::Digest as _;

fn host() -> BackstageHost {
    let known = [
        ("github.com", "github"),
        ("gitlab.com", "gitlab"),
        ("bitbucket.org", "bitbucketCloud"),
        ("dev.azure.com", "azure"),
        ("gerrit.example.com", "gerrit"),
    ];
    BackstageHost::new(
        known.iter().map(|(host, kind)| Integration { host: (*host).into(), kind: (*kind).into() }).collect(),
    )
}

fn options(case: &Value) -> Options {
    let mode = match case["mode"].as_str().expect("a mode") {
        "input" => Mode::Input,
        "skeleton" => Mode::Skeleton,
        "cookiecutter" => Mode::Cookiecutter,
        other => panic!("an unknown mode: {other}"),
    };
    let flag = |name: &str| case["options"][name].as_bool().unwrap_or(false);
    Options { trim_blocks: flag("trimBlocks"), lstrip_blocks: flag("lstripBlocks"), ..Options::new(mode) }
}

fn render(case: &Value) -> Result<(Native, String), TemplateError> {
    let options = options(case);
    let context = Context::new(&case["context"])?;
    let template = Template::parse(case["template"].as_str().expect("a template"), &options)?;
    if options.mode == Mode::Input {
        let host = host().in_steps(false);
        let value = template.render_value(context, &host)?;
        Ok((value, template.render_text(context, &host).unwrap_or_default()))
    } else {
        let text = template.render_text(context, &host())?;
        Ok((Native::String(text.clone()), text))
    }
}

/// Equal, whichever way numbers are written.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

/// What is wrong with the outcome, if anything is.
fn judge(case: &Value) -> Option<String> {
    match render(case) {
        Err(error) if case["error"] == json!(true) => {
            let limit = match error.kind {
                ErrorKind::Limit(limit) => json!(limit.name()),
                _ => Value::Null,
            };
            let right = case["errorName"] == json!(error.name())
                && case["errorCode"] == json!(error.code())
                && (case["limit"].is_null() || case["limit"] == limit);
            (!right).then(|| format!("{} {:?} {limit} ({error})", error.name(), error.code()))
        }
        Err(error) => Some(format!("{} {:?} ({error})", error.name(), error.code())),
        Ok((value, _)) if case["error"] == json!(true) => Some(format!("{}", value.encoded())),
        Ok((value, text)) => {
            if let Some(digest) = case["resultSha256"].as_str() {
                let found = hex::encode(sha2::Sha256::digest(text.as_bytes()));
                return (found != digest).then(|| format!("a text of {} bytes", text.len()));
            }
            let encoded = value.encoded();
            if !same(&encoded, &case["result"]) {
                return Some(encoded.to_string());
            }
            match case["text"].as_str() {
                Some(expected) if expected != text => Some(format!("the text {text:?}")),
                _ => None,
            }
        }
    }
}

#[test]
fn every_recorded_render_comes_out_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/templates.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases = callboard_template::parse_deep_json(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases = cases.as_array().expect("a list of cases");
    assert_eq!(cases.len(), 2847);
    let mut failed = Vec::new();
    for case in cases {
        if let Some(outcome) = judge(case) {
            let template: String = case["template"].as_str().unwrap_or_default().chars().take(200).collect();
            let expected = if case["error"] == json!(true) {
                format!("{} {} {}", case["errorName"], case["errorCode"], case["limit"])
            } else {
                case["result"].to_string()
            };
            failed.push(format!(
                "{} {template:?}\n  expected {expected:.300}\n  found    {outcome:.300}",
                case["name"]
            ));
        }
    }
    assert!(failed.is_empty(), "{} of {} differ:\n{}", failed.len(), cases.len(), failed.join("\n"));
}
