//! Attacks on tasks that are known from Backstage: secrets that leak, and tasks of others that are looked into.

use std::path::Path;

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{ADA, BOB, Process, World};

const CANARY: &str = "Canary/of+the caller=7";

/// Every form of the canary that a template can make with the filters of the language, or an action on its way.
const TRANSFORMED: &str = "${{ secrets.token }} | ${{ secrets.token | upper }} | ${{ secrets.token | lower }} | \
     ${{ secrets.token | reverse }} | ${{ secrets.token | urlencode }} | ${{ secrets.token | dump }} | \
     ${{ [secrets.token] | dump }} | ${{ secrets | dump }} | x${{ secrets.token }}y | ${{ secrets.token | trim | upper | reverse }}";

fn shows_canary(text: &str) -> bool {
    let text = text.to_lowercase();
    // The middle of it in each form, so that a part that is left over counts too.
    let needles =
        ["anary/of", "ehT+fo/yranac".to_lowercase().as_str(), "fo/yrana", "anary%2fof"].map(str::to_owned);
    needles.iter().any(|needle| text.contains(needle.as_str()))
}

/// Every cell of every table of the scaffolder, as text.
async fn dump(process: &Process) -> String {
    let mut all = String::new();
    for (table, columns) in [
        ("scaffolder_tasks", "spec, template_ref, waiting, approvals, secrets, state"),
        ("scaffolder_task_events", "body"),
        ("scaffolder_checkpoints", "step_id, key_hash, value"),
        ("scaffolder_workspaces", "data"),
    ] {
        let rows =
            process.database.query(&format!("SELECT {columns} FROM {table}"), &[]).await.expect("rows");
        for row in &rows {
            for column in columns.split(", ") {
                let bytes = row.opt_bytes(column).ok().flatten();
                let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                let text = text.or_else(|| row.opt_text(column).ok().flatten());
                all.push_str(&text.unwrap_or_default());
                all.push('\n');
            }
        }
    }
    all
}

async fn with_canary(process: &Process) -> String {
    process
        .create_with(json!({"templateRef": "template:default/t", "values": {}, "secrets": {"token": CANARY}}))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2025_55285_secrets_of_a_task_are_in_no_log_event_output_or_error() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [
            {"id": "log", "name": TRANSFORMED, "action": "debug:log", "input": {"message": TRANSFORMED}},
            {"id": "file", "action": "test:write", "input": {"name": "a.txt", "content": "${{ secrets.token }}"}},
            {"id": "show", "action": "debug:log", "input": {"listWorkspace": "with-contents"}},
            {"id": "each", "action": "test:write", "each": ["${{ secrets.token }}"], "input": {"name": "b"}},
            {"id": "fail", "action": "test:fail", "input": {"message": TRANSFORMED}},
        ],
        "output": {"text": [{"title": "${{ secrets.token }}"}]},
    }));
    let process = world.start(json!({})).await;
    let id = with_canary(&process).await;
    process.until(&id, "failed").await;
    let stream = process.get(&format!("/v2/tasks/{id}/eventstream")).await.text;
    let task = process.get(&format!("/v2/tasks/{id}")).await.text;
    let stored = dump(&process).await;
    assert!(stream.contains("***"), "something was masked: {stream}");
    for text in [stream, task, stored] {
        assert!(!shows_canary(&text), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_106499_nothing_derived_from_a_secret_is_in_the_log() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "log", "action": "debug:log", "input": {"message": TRANSFORMED}}]));
    let process = world.start(json!({})).await;
    let id = with_canary(&process).await;
    process.until(&id, "completed").await;
    let messages = process.messages(&id).await;
    let line =
        messages.iter().find(|text| text.starts_with("\u{1b}[32minfo\u{1b}[39m: ***")).expect("a line");
    assert!(line.matches("***").count() >= 9, "{line}");
    assert!(!shows_canary(line), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_encrypted_while_a_task_runs_and_gone_when_it_has_ended() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([
        {"id": "file", "action": "test:write", "input": {"name": "a.txt", "content": "${{ secrets.token }}"}},
        {"id": "hold", "action": "test:hold"},
    ]));
    let process = world.start(json!({})).await;
    let id = with_canary(&process).await;
    process.until_said(&id, "holding").await;
    let sql = "SELECT secrets FROM scaffolder_tasks";
    let row = process.database.query_first(sql, &[]).await.expect("a query").expect("a row");
    assert!(row.opt_bytes("secrets").expect("bytes").is_some(), "they are kept for whoever goes on");
    assert!(!shows_canary(&dump(&process).await));
    world.stage.gate.add_permits(1);
    process.until(&id, "completed").await;
    for (table, column) in [("scaffolder_tasks", "secrets"), ("scaffolder_tasks", "state")] {
        let row = process.database.query_first(&format!("SELECT {column} FROM {table}"), &[]).await;
        assert_eq!(row.expect("a query").expect("a row").opt_bytes(column).expect("bytes"), None);
    }
    let rows = process.database.query("SELECT part FROM scaffolder_workspaces", &[]).await.expect("rows");
    assert!(rows.is_empty(), "and so is the workspace");
}

#[tokio::test(flavor = "multi_thread")]
async fn issue_35208_a_token_that_an_action_makes_is_neither_served_nor_said_nor_stored_in_clear() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template_with(json!({
        "steps": [
            {"id": "make", "action": "test:token"},
            {"id": "use", "action": "debug:log", "input": {"message": "${{ steps.make.output.access_token }}"}},
            {"id": "broken", "action": "test:fail"},
        ],
        "output": {"links": [{"url": "${{ steps.make.output.url }}"}], "token": "${{ steps.make.output.access_token }}"},
    }));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until(&id, "failed").await;
    let served = process.get(&format!("/v2/tasks/{id}")).await.text;
    let listed = process.get("/v2/tasks").await.text;
    assert!(!served.contains("canary-of-a-token") && !listed.contains("canary-of-a-token"));
    let messages = process.messages(&id).await;
    assert!(messages.iter().any(|text| text.ends_with(": ***")), "{messages:?}");
    let later = messages.iter().skip_while(|text| !text.contains("Beginning step debug:log"));
    assert!(!later.clone().any(|text| text.contains("canary-of-a-token")), "{messages:?}");
    let sql = "SELECT state FROM scaffolder_tasks";
    let state = process.database.query_first(sql, &[]).await.unwrap().unwrap().bytes("state").unwrap();
    assert!(!String::from_utf8_lossy(&state).contains("canary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_106501_who_may_read_a_task_gets_no_internal_data_of_it() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "hold", "action": "test:hold"}]));
    let process = world.start(json!({})).await;
    let id = with_canary(&process).await;
    process.until_said(&id, "holding").await;
    // Bob may read all tasks here.
    let task = process.app.send(BOB, "GET", &format!("/v2/tasks/{id}"), "").await.body;
    let mut names: Vec<&str> = task.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["createdAt", "createdBy", "id", "lastHeartbeatAt", "spec", "status"]);
    let mut spec: Vec<&str> = task["spec"].as_object().unwrap().keys().map(String::as_str).collect();
    spec.sort_unstable();
    assert_eq!(spec, ["apiVersion", "output", "parameters", "steps", "templateInfo", "user"]);
    let listed = process.app.send(BOB, "GET", "/v2/tasks", "").await.text;
    for text in [task.to_string(), listed] {
        for word in ["secrets", "backstageToken", "__initiatorCredentials", "state", "anary"] {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
    world.stage.gate.add_permits(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_106506_a_list_is_ordered_by_nothing_that_is_hidden() {
    let world = World::new(TestDatabase::sqlite().await);
    let process = world.start(json!({})).await;
    for column in ["secrets", "state", "spec", "lease_owner", "created_at;DROP TABLE x", "CREATED_AT", ""] {
        let path = format!("/v2/tasks?order=asc:{}", column.replace(' ', "%20"));
        assert_eq!(process.get(&path).await.status, 400, "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_private_and_gone_with_the_task() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "hold", "action": "test:hold"}]));
    let process = world.start(json!({})).await;
    let id = process.create(json!({})).await;
    process.until_said(&id, "holding").await;
    let workspace = world.directory.path().join(&id);
    assert_eq!(mode(&workspace), 0o700);
    world.stage.gate.add_permits(1);
    process.until(&id, "completed").await;
    callboard_testkit::eventually("it is gone", || async { !workspace.exists() }).await;
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("a directory").permissions()) & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_opens_nothing_and_the_task_says_so() {
    let world = World::new(TestDatabase::sqlite().await);
    world.template(json!([{"id": "a", "action": "test:write"}]));
    let first = world.start(json!({"concurrentTasksLimit": 0, "secretsKey": "the first key"})).await;
    let id = first.create(json!({})).await;
    first.lifecycle.stop().await;
    let second = world.start(json!({"secretsKey": "another key"})).await;
    second.until(&id, "failed").await;
    let error: Value = second.end(&id).await["error"].clone();
    assert!(error["message"].as_str().unwrap().contains("scaffolder.secretsKey"), "{error}");
    assert_eq!(second.app.send(ADA, "GET", &format!("/v2/tasks/{id}"), "").await.status, 200);
    assert!(world.runs().is_empty());
}
