//! Creating repositories and pushing to them: a real git server behind the API of a host.

use std::os::unix::fs::PermissionsExt;

use callboard_plugin_scaffolder::action::ActionError;
use callboard_testkit::{GitHost, eventually};
use serde_json::{Value, json};

use super::support::Step;

const TOKEN: &str = "ghp-0123456789abcdef";

async fn host() -> GitHost {
    GitHost::start(TOKEN).await.unwrap()
}

fn step_at(host: &GitHost) -> Step {
    Step::new(json!({
        "integrations": host.integrations(),
        "scaffolder": {"defaultAuthor": {"name": "Portal", "email": "portal@example.com"}},
    }))
}

fn github(host: &GitHost, more: Value) -> Value {
    let mut input = json!({
        "repoUrl": format!("{}?owner=acme&repo=service", host.github_host()),
        "defaultBranch": "main",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn text<'a>(outputs: &'a serde_json::Map<String, Value>, name: &str) -> &'a str {
    outputs[name].as_str().unwrap()
}

#[tokio::test]
async fn publish_github_creates_the_repository_and_pushes_the_workspace_as_it_is() {
    let host = host().await;
    let step = step_at(&host);
    step.file("README.md", "# Service\n")
        .file("src/deep/main.rs", "fn main() {}\n")
        .file("run.sh", "#!/bin/sh\n");
    std::fs::set_permissions(step.path("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("README.md", step.path("link")).unwrap();
    step.file(".gitignore", "target/\n").file("target/huge", "x").file("empty", "");

    let outputs = step.run("publish:github", github(&host, json!({"topics": ["Rust"]}))).await.unwrap();
    let base = format!("http://{}/acme/service", host.github_host());
    assert_eq!(text(&outputs, "remoteUrl"), format!("{base}.git"));
    assert_eq!(text(&outputs, "repoContentsUrl"), format!("{base}/blob/main"));
    let commit = text(&outputs, "commitHash");
    assert_eq!(host.git("acme", "service", &["rev-parse", "refs/heads/main"]).await.unwrap(), commit);
    let tree =
        host.git("acme", "service", &["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]).await;
    assert_eq!(
        tree.unwrap(),
        "100644 .gitignore\n100644 README.md\n100644 empty\n120000 link\n100755 run.sh\n100644 src/deep/main.rs"
    );
    let shown = host.git("acme", "service", &["log", "--format=%an <%ae>|%cn|%s|%P", "main"]).await.unwrap();
    assert_eq!(shown, "Portal <portal@example.com>|Portal|initial commit|");
    assert_eq!(host.git("acme", "service", &["show", "main:link"]).await.unwrap(), "README.md");
    host.git("acme", "service", &["fsck", "--strict"]).await.unwrap();
    let requests = host.requests();
    for expected in [
        "POST /api/v3/orgs/acme/repos",
        "PUT /api/v3/repos/acme/service/topics",
        "PUT /api/v3/repos/acme/service/branches/main/protection",
    ] {
        assert!(requests.iter().any(|request| request == expected), "{expected}: {requests:#?}");
    }
    let log = step.left.log();
    assert!(!log.contains(TOKEN) && !format!("{:?}", step.left.kept()).contains(TOKEN), "{log}");
}

#[tokio::test]
async fn publish_gitea_creates_the_repository_of_an_organization_and_pushes_below_source_path() {
    let host = host().await;
    let step = step_at(&host);
    step.file("out/catalog-info.yaml", "kind: Component\n").file("secret-notes.txt", "not this\n");
    let input = json!({
        "repoUrl": format!("{}?owner=acme&repo=service", host.gitea_host()),
        "description": "d", "sourcePath": "out", "gitAuthorName": "Ada", "gitAuthorEmail": "ada@example.com",
        "gitCommitMessage": "first",
    });
    let outputs = step.run("publish:gitea", input.clone()).await.unwrap();
    let base = format!("http://{}/acme/service", host.gitea_host());
    assert_eq!(text(&outputs, "remoteUrl"), format!("{base}.git"));
    assert_eq!(text(&outputs, "repoContentsUrl"), format!("{base}/src/branch/main/"));
    assert_eq!(
        host.git("acme", "service", &["ls-tree", "-r", "--name-only", "main"]).await.unwrap(),
        "catalog-info.yaml"
    );
    let message = host.git("acme", "service", &["log", "--format=%an|%B", "main"]).await.unwrap();
    assert!(message.starts_with("Ada|first\n\nChange-Id: I"), "{message}");

    let other = step_at(&host);
    other.file("out/x", "x\n");
    let error = other.run("publish:gitea", input).await.unwrap_err();
    assert!(error.to_string().contains("The repository with the same name already exists"), "{error}");
    let nobody = json!({"repoUrl": format!("{}?owner=nobody&repo=x", host.gitea_host()), "description": "d"});
    let error = other.run("publish:gitea", nobody).await.unwrap_err();
    assert!(error.to_string().contains("Organization nobody do not exist"), "{error}");
}

#[tokio::test]
async fn a_step_that_was_cut_off_anywhere_creates_one_repository_and_one_commit() {
    let host = host().await;
    let step = step_at(&host);
    step.file("a", "a\n");
    // Cut off after the repository was created and before anybody wrote that down.
    host.create("acme", "service").await.unwrap();
    step.left.keep("repository", json!({"begun": true}));
    let first = step.run("publish:github", github(&host, json!({}))).await.unwrap();
    // Cut off at the very end.
    let second = step.run("publish:github", github(&host, json!({}))).await.unwrap();
    assert_eq!(first, second);
    let created =
        host.requests().iter().filter(|request| request.ends_with("POST /api/v3/orgs/acme/repos")).count();
    assert_eq!(created, 1, "the second run does not ask again");
    assert_eq!(host.git("acme", "service", &["rev-list", "--all", "--count"]).await.unwrap(), "1");
}

#[tokio::test]
async fn a_repository_of_somebody_else_is_not_taken_over_however_often_the_step_is_tried() {
    let host = host().await;
    host.commit_file("acme", "service", "main", "theirs", "x").await.unwrap_err();
    host.create("acme", "service").await.unwrap();
    let before = host.commit_file("acme", "service", "main", "theirs", "x").await.unwrap();
    let step = step_at(&host);
    step.file("a", "a\n");
    for _ in 0..2 {
        let error = step.run("publish:github", github(&host, json!({}))).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("Failed to create the Organization repository acme/service")
                && text.contains("name already exists on this account"),
            "{text}"
        );
    }
    let error = step.run("github:repo:push", github(&host, json!({}))).await.unwrap_err();
    assert!(matches!(&error, ActionError::Conflict(text) if text.contains("commits of its own")), "{error}");
    assert_eq!(host.git("acme", "service", &["rev-parse", "main"]).await.unwrap(), before);
}

#[tokio::test]
async fn github_repo_create_and_push_work_one_after_the_other() {
    let host = host().await;
    let step = step_at(&host);
    step.file("a", "a\n");
    let created = step.run("github:repo:create", github(&host, json!({}))).await.unwrap();
    assert!(text(&created, "remoteUrl").ends_with("/acme/service.git"));
    let push = step_at(&host);
    push.file("a", "a\n");
    let pushed = push.run("github:repo:push", github(&host, json!({"protectDefaultBranch": false}))).await;
    assert_eq!(
        host.git("acme", "service", &["rev-parse", "main"]).await.unwrap(),
        text(&pushed.unwrap(), "commitHash")
    );
    assert!(!host.requests().iter().any(|request| request.contains("protection")));
}

#[tokio::test]
async fn errors_say_what_the_host_said_and_what_to_do_and_never_the_token() {
    let host = host().await;
    let step = step_at(&host);
    step.file("a", "a\n");
    let wrong =
        step.run("publish:github", github(&host, json!({"token": "wrong-token-1"}))).await.unwrap_err();
    let text = wrong.to_string();
    assert!(matches!(wrong, ActionError::NotAllowed(_)), "{text}");
    assert!(text.contains("401") && text.contains("Bad credentials") && text.contains("check"), "{text}");
    assert!(!text.contains("wrong-token-1"), "{text}");

    let missing = step.run("github:repo:push", github(&host, json!({}))).await.unwrap_err();
    assert!(matches!(&missing, ActionError::NotFound(text) if text.contains("404")), "{missing}");

    host.create("acme", "service").await.unwrap();
    host.before_push("acme", "service", "echo 'commits need a ticket' >&2; exit 1").unwrap();
    let refused = step.run("github:repo:push", github(&host, json!({}))).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("pre-receive hook declined") && text.contains("commits need a ticket"), "{text}");

    let unknown = step.run("publish:github", json!({"repoUrl": "git.example.com?owner=a&repo=b"})).await;
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "No matching integration configuration for host git.example.com, please check your integrations config"
    );
    let unnamed = json!({"repoUrl": format!("{}?owner=acme", host.github_host())});
    let error = step.run("publish:github", unnamed).await.unwrap_err();
    assert!(error.to_string().ends_with("missing repo"), "{error}");
}

#[tokio::test]
async fn a_push_that_is_cancelled_ends_at_once_and_moves_nothing() {
    let host = host().await;
    host.create("acme", "service").await.unwrap();
    let flags = tempfile::tempdir().unwrap();
    let (begun, go) = (flags.path().join("begun"), flags.path().join("go"));
    let script =
        format!("touch {}\nwhile [ ! -e {} ]; do sleep 0.05; done\nexit 1", begun.display(), go.display());
    host.before_push("acme", "service", &script).unwrap();
    let step = step_at(&host);
    step.file("a", "a\n");
    let cancelled = step.cancelled.clone();
    let run = step.run("github:repo:push", github(&host, json!({})));
    let cancel = async {
        eventually("the push waits at the host", async || begun.exists()).await;
        cancelled.cancel();
    };
    let (result, ()) = tokio::join!(run, cancel);
    std::fs::write(go, "").unwrap();
    assert!(matches!(result.unwrap_err(), ActionError::Cancelled(_)));
    assert!(host.git("acme", "service", &["rev-parse", "--verify", "main"]).await.is_err());
}

#[tokio::test]
async fn whoever_must_bring_a_token_is_told_so() {
    let host = host().await;
    let step = Step::new(json!({
        "integrations": host.integrations(), "scaffolder": {"requireScmUserCredentials": true},
    }));
    step.file("a", "a\n");
    let error = step.run("publish:github", github(&host, json!({}))).await.unwrap_err();
    assert!(error.to_string().contains("requireScmUserCredentials"), "{error}");
    step.run("publish:github", github(&host, json!({"token": TOKEN}))).await.unwrap();
}
