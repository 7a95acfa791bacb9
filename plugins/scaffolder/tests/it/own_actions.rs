//! Actions that the configuration declares: programs and endpoints, with their limits.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use callboard_config::Config;
use callboard_plugin_scaffolder::action::ActionError;
use callboard_plugin_scaffolder::actions::calling;
use callboard_scm::egress::Egress;
use callboard_testkit::{eventually, services};
use serde_json::{Value, json};
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::hosts::support::Step;

/// A script of `sh` in a directory of its own.
fn script(directory: &Path, text: &str) -> PathBuf {
    let path = directory.join("run");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A step whose action `acme:run` is this script, with more of its declaration.
fn step(text: &str, more: Value) -> (Step, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let mut action = json!({"id": "acme:run", "command": [script(directory.path(), text), "--arg", "$(id)"]});
    action.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (Step::new(json!({"scaffolder": {"actions": [action]}})), directory)
}

async fn run(text: &str, more: Value) -> Result<Value, ActionError> {
    let (step, _directory) = step(text, more);
    step.run("acme:run", json!({"name": "x"})).await.map(Value::from)
}

#[tokio::test]
async fn a_program_gets_its_input_on_standard_input_and_gives_out_json() {
    let text = r#"
        input=$(cat)
        echo "working in $(pwd)" >&2
        echo "made" > made
        printf '{"told": %s, "argument": "%s", "path": "%s"}' "$input" "$2" "$PATH""#;
    let (step, _directory) = step(text, json!({"idempotent": true, "dryRun": true, "description": "Runs"}));
    let outputs = step.run("acme:run", json!({"name": "ä \"x\""})).await.unwrap();
    assert_eq!(outputs["told"]["input"], json!({"name": "ä \"x\""}));
    assert_eq!(outputs["told"]["user"]["ref"], "user:default/ada");
    assert_eq!(outputs["told"]["task"]["id"], "4ac7b6e2");
    assert_eq!(outputs["argument"], "$(id)", "no shell looks at an argument");
    assert_eq!(std::fs::read_to_string(step.path("made")).unwrap(), "made\n", "it works in the workspace");
    assert!(step.left.log().contains("working in"), "{}", step.left.log());
    let spec = step.action("acme:run").spec();
    assert!(spec.idempotent && spec.supports_dry_run && spec.description == "Runs");
}

#[tokio::test]
async fn a_program_sees_no_environment_but_its_own() {
    let outputs = run(
        r#"printf '{"names": "%s", "token": "%s"}' "$(env | cut -d= -f1 | sort | tr '\n' ' ')" "$TOKEN""#,
        json!({"env": {"TOKEN": "canary-token"}, "workingDirectory": "temporary"}),
    )
    .await
    .unwrap();
    assert_eq!(outputs["token"], "canary-token");
    let names: Vec<&str> = outputs["names"].as_str().unwrap().split_whitespace().collect();
    // The shell itself adds PWD, and some shells OLDPWD, SHLVL and _.
    let unexpected: Vec<&&str> = names
        .iter()
        .filter(|name| {
            !["HOME", "LANG", "PATH", "TMPDIR", "TOKEN", "PWD", "OLDPWD", "SHLVL", "_"].contains(name)
        })
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
}

#[tokio::test]
async fn errors_say_what_the_program_did() {
    for (text, more, expected) in [
        ("echo 'no such team' >&2; exit 3", json!({}), "ended with status 3: no such team"),
        ("echo hello", json!({}), "is no JSON"),
        ("echo '[1]'", json!({}), "JSON that is no object"),
        (
            "echo '{\"n\": \"x\"}'",
            json!({"outputSchema": {"properties": {"n": {"type": "number"}}}}),
            "the output at /n",
        ),
        ("kill -9 $$", json!({}), "was killed by signal 9"),
        ("while :; do :; done", json!({"limits": {"cpuSeconds": 1}}), "limits.cpuSeconds"),
        ("sleep 600", json!({"timeout": "1s"}), "did not end within 1s"),
        (
            "head -c 5000 /dev/zero | tr '\\0' x",
            json!({"limits": {"outputBytes": 1000}}),
            "limits.outputBytes",
        ),
        ("head -c 9000 /dev/zero > big", json!({"limits": {"fileBytes": 4096}}), "ended with status"),
        ("exec head -c 9000 /dev/zero > big", json!({"limits": {"fileBytes": 4096}}), "limits.fileBytes"),
    ] {
        let error = run(text, more).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_secret_of_the_declaration_that_a_program_says_is_hidden() {
    let text = "echo \"the token is $TOKEN\" >&2; echo \"not with $TOKEN\" >&2; exit 1";
    let (step, _directory) = step(text, json!({"env": {"TOKEN": "canary-token"}}));
    let error = step.run("acme:run", json!({})).await.unwrap_err().to_string();
    assert!(error.ends_with(": not with ***"), "{error}");
    assert!(step.left.log().contains("the token is ***"), "{}", step.left.log());
}

#[tokio::test]
async fn memory_is_limited() {
    let hog = "exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'";
    let error = run(hog, json!({"limits": {"memoryBytes": 33_554_432}})).await.unwrap_err().to_string();
    assert!(error.contains("ended with status") || error.contains("was killed"), "{error}");
}

#[tokio::test]
async fn nothing_that_a_program_started_outlives_it_or_its_cancelled_step() {
    let (step, directory) =
        step("(while :; do touch alive; sleep 0.02; done) & echo $! > child\nwait", json!({}));
    let is_running = || {
        let pid = std::fs::read_to_string(step.path("child")).unwrap_or_default();
        let pid = pid.trim().to_owned();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !pid.is_empty() && !stat.is_empty() && !stat.contains(") Z")
    };
    let cancelled = step.cancelled.clone();
    let cancel = async {
        eventually("the program runs", async || step.path("alive").exists() && is_running()).await;
        cancelled.cancel();
    };
    let (result, ()) = tokio::join!(step.run("acme:run", json!({})), cancel);
    assert!(matches!(result.unwrap_err(), ActionError::Cancelled(_)));
    eventually("its child ends too", async || !is_running()).await;

    // One that ends and leaves something running doesn't hold the step.
    std::fs::write(directory.path().join("run"), "#!/bin/sh\nsleep 600 &\necho '{}'\n").unwrap();
    let again = Step::new(json!({"scaffolder": {"actions": [
        {"id": "acme:run", "command": [directory.path().join("run")]},
    ]}}));
    again.run("acme:run", json!({})).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_is_called_signed_and_answers_whole_or_in_lines() {
    let server = MockServer::start().await;
    let lines = "{\"log\": \"first\"}\n\n{\"log\": \"second\"}\n{\"output\": {\"id\": 7}}";
    Mock::given(method("POST"))
        .and(header("authorization", "Bearer endpoint-token"))
        .and(header("idempotency-key", "4ac7b6e2/step"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(lines, "application/x-ndjson"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let action = json!({"id": "acme:call", "http": {
        "url": format!("{}/run", server.uri()), "headers": {"authorization": "Bearer endpoint-token"}, "secret": "shared",
    }});
    let step = Step::new(json!({"scaffolder": {"actions": [action]}}));
    let outputs = step.run("acme:call", json!({"name": "x"})).await.unwrap();
    assert_eq!(outputs["id"], 7);
    assert!(step.left.log().contains("Info: first\nInfo: second"), "{}", step.left.log());

    let request = &server.received_requests().await.unwrap()[0];
    let text = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    let told: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&told["action"], &told["input"]["name"]), (&json!("acme:call"), &json!("x")));
    let signed = [text("x-callboard-timestamp").as_bytes(), b".", &request.body].concat();
    assert_eq!(text("x-callboard-signature"), format!("sha256={}", hmac(b"shared", &signed)));

    Mock::given(method("POST"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"error": "endpoint-token: the team is frozen"})),
        )
        .up_to_n_times(1)
        .mount(&server)
        .await;
    assert_eq!(step.run("acme:call", json!({})).await.unwrap_err().to_string(), "***: the team is frozen");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(503).set_body_string("later"))
        .mount(&server)
        .await;
    let error = step.run("acme:call", json!({})).await.unwrap_err().to_string();
    assert!(error.contains("503") && error.contains("later"), "{error}");
    assert!(!error.contains("endpoint-token"), "{error}");
}

fn hmac(key: &[u8], text: &[u8]) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    hex::encode(mac.finalize().into_bytes())
}

#[test]
fn a_declaration_that_can_not_work_is_an_error_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let good = script(directory.path(), "");
    let plain = directory.path().join("plain");
    std::fs::write(&plain, "").unwrap();
    for (declared, place, expected) in [
        (json!({"id": "run", "command": [good]}), "actions[0].id", "with colons between"),
        (
            json!({"id": "debug:log", "command": [good]}),
            "actions[0].id",
            "there is an action debug:log already",
        ),
        (json!({"id": "a:b"}), "actions[0]", "either a command or http"),
        (json!({"id": "a:b", "command": ["run"]}), "actions[0].command", "absolute path"),
        (json!({"id": "a:b", "command": [plain]}), "actions[0].command", "no file that can be run"),
        (
            json!({"id": "a:b", "command": [good], "inputSchema": {"type": "nonsense"}}),
            "inputSchema",
            "no JSON schema",
        ),
        (
            json!({"id": "a:b", "command": [good], "env": {"LD_PRELOAD": "x"}}),
            "actions[0].env",
            "can't be set",
        ),
        (json!({"id": "a:b", "command": [good], "limits": {"openFiles": 0}}), "openFiles", "more than 0"),
        (json!({"id": "a:b", "http": {"url": "ftp://x"}}), "http.url", "http or https"),
        (json!({"id": "a:b", "http": {"url": "https://u:p@x"}}), "http.url", "without a user"),
    ] {
        let config = Config::from_value(json!({"scaffolder": {"actions": [declared]}}));
        let error = calling(&services(config), &Egress::new().unwrap(), &["debug:log"]).err();
        let error = error.unwrap_or_else(|| panic!("{declared} was taken")).to_string();
        assert!(error.contains(place) && error.contains(expected), "{declared}: {error}");
    }
}
