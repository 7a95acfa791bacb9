//! `publish:github:pull-request` against real git.

use callboard_testkit::GitHost;
use serde_json::{Value, json};

use super::support::Step;

async fn host() -> GitHost {
    let host = GitHost::start("token-of-the-tests").await.unwrap();
    host.create("acme", "service").await.unwrap();
    host.commit_file("acme", "service", "main", "README.md", "old\n").await.unwrap();
    host.commit_file("acme", "service", "main", "docs/gone.md", "old\n").await.unwrap();
    host
}

fn input(host: &GitHost, more: Value) -> Value {
    let mut input = json!({
        "repoUrl": format!("{}?owner=acme&repo=service", host.github_host()),
        "branchName": "feature/catalog", "title": "Add it", "description": "why",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn step_at(host: &GitHost) -> Step {
    let step = Step::new(json!({"integrations": host.integrations()}));
    step.file("README.md", "new\n").file("sub/x.txt", "x\n");
    std::fs::write(step.path("logo.png"), [0x89, b'P', 0xff, 0]).unwrap();
    step
}

#[tokio::test]
async fn the_files_become_a_branch_on_top_of_the_default_one_and_a_pull_request() {
    let host = host().await;
    let step = step_at(&host);
    let more = json!({"targetPath": "app", "filesToDelete": ["../docs/gone.md"]});
    assert!(step.run("publish:github:pull-request", input(&host, more)).await.is_err(), "a path that climbs");
    let more = json!({"filesToDelete": ["docs/gone.md"], "commitMessage": "feat: it"});
    let outputs = step.run("publish:github:pull-request", input(&host, more)).await.unwrap();
    assert_eq!(
        Value::from(outputs),
        json!({
            "targetBranchName": "main", "pullRequestNumber": 1,
            "remoteUrl": format!("http://{}/acme/service/pull/1", host.github_host()),
        })
    );
    let branch = "feature/catalog";
    assert_eq!(
        host.git("acme", "service", &["ls-tree", "-r", "--name-only", branch]).await.unwrap(),
        "README.md\nlogo.png\nsub/x.txt"
    );
    assert_eq!(host.git("acme", "service", &["show", &format!("{branch}:README.md")]).await.unwrap(), "new");
    assert_eq!(
        host.git("acme", "service", &["cat-file", "-s", &format!("{branch}:logo.png")]).await.unwrap(),
        "4"
    );
    assert_eq!(host.git("acme", "service", &["log", "-1", "--format=%s", branch]).await.unwrap(), "feat: it");
    assert_eq!(
        host.git("acme", "service", &["merge-base", "main", branch]).await.unwrap(),
        host.git("acme", "service", &["rev-parse", "main"]).await.unwrap()
    );
}

#[tokio::test]
async fn a_branch_that_exists_is_an_error_and_an_open_pull_request_can_be_updated() {
    let host = host().await;
    step_at(&host).run("publish:github:pull-request", input(&host, json!({}))).await.unwrap();
    let step = step_at(&host);
    step.file("more.txt", "more\n");
    let before = host.git("acme", "service", &["rev-parse", "feature/catalog"]).await.unwrap();
    for _ in 0..2 {
        let error = step.run("publish:github:pull-request", input(&host, json!({}))).await.unwrap_err();
        assert!(error.to_string().contains("the branch feature/catalog exists already"), "{error}");
    }
    assert_eq!(host.git("acme", "service", &["rev-parse", "feature/catalog"]).await.unwrap(), before);
    let outputs =
        step.run("publish:github:pull-request", input(&host, json!({"update": true}))).await.unwrap();
    assert_eq!(outputs["pullRequestNumber"], 1);
    assert_eq!(host.git("acme", "service", &["show", "feature/catalog:more.txt"]).await.unwrap(), "more");
    assert_eq!(
        host.git("acme", "service", &["rev-list", "--count", "main..feature/catalog"]).await.unwrap(),
        "2"
    );
}

#[tokio::test]
async fn a_step_that_runs_again_opens_no_second_pull_request() {
    let host = host().await;
    let step = step_at(&host);
    let first = step.run("publish:github:pull-request", input(&host, json!({}))).await.unwrap();
    let second = step.run("publish:github:pull-request", input(&host, json!({}))).await.unwrap();
    assert_eq!(first, second);
}

#[tokio::test]
async fn nothing_to_change_opens_nothing_if_the_step_says_so() {
    let host = host().await;
    let step = Step::new(json!({"integrations": host.integrations()}));
    step.file("README.md", "old\n");
    let outputs = step
        .run("publish:github:pull-request", input(&host, json!({"createWhenEmpty": false})))
        .await
        .unwrap();
    assert!(outputs.is_empty(), "{outputs:?}");
    assert!(host.git("acme", "service", &["rev-parse", "--verify", "feature/catalog"]).await.is_err());
}

#[tokio::test]
async fn a_dry_run_asks_nobody() {
    let host = host().await;
    let mut step = step_at(&host);
    step.dry_run = true;
    let before = host.requests().len();
    let outputs = step.run("publish:github:pull-request", input(&host, json!({}))).await.unwrap();
    assert_eq!(outputs["pullRequestNumber"], 43);
    assert_eq!(host.requests().len(), before);
}
