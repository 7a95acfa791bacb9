//! Bitbucket Cloud and Server: what is asked of their APIs, and real pushes.

use callboard_testkit::GitHost;
use serde_json::{Value, json};

use super::support::Step;

const TOKEN: &str = "bitbucket-0123456789";

async fn host() -> GitHost {
    GitHost::start(TOKEN).await.unwrap()
}

fn cloud(host: &GitHost) -> Step {
    Step::new(json!({"integrations": {"bitbucketCloud": [{
        "host": "bitbucket.org", "baseUrl": host.url(), "apiBaseUrl": format!("{}/2.0", host.url()), "token": TOKEN,
    }]}}))
}

fn server(host: &GitHost) -> Step {
    Step::new(json!({"integrations": {"bitbucketServer": [{
        "host": "bitbucket.example.com", "apiBaseUrl": format!("{}/rest/api/1.0", host.url()), "token": TOKEN,
    }]}}))
}

#[tokio::test]
async fn publish_bitbucket_cloud_creates_the_repository_in_its_project_and_pushes() {
    let host = host().await;
    host.create("ws", "service").await.unwrap();
    // Bitbucket puts a user into clone URLs.
    let clone = host.url().replace("http://", "http://someone@") + "/ws/service.git";
    let links = json!({"html": {"href": "https://bitbucket.org/ws/service"}, "clone": [
        {"name": "https", "href": clone}, {"name": "ssh", "href": "git@bitbucket.org:ws/service.git"},
    ]});
    host.answer("POST /2.0/repositories/ws/service", 200, json!({"links": links}));
    let step = cloud(&host);
    step.file("a", "a\n");
    let input =
        json!({"repoUrl": "bitbucket.org?workspace=ws&project=PRJ&repo=service", "defaultBranch": "main"});
    let outputs = step.run("publish:bitbucketCloud", input).await.unwrap();
    assert_eq!(outputs["repoContentsUrl"], "https://bitbucket.org/ws/service/src/main");
    assert_eq!(outputs["commitHash"], host.git("ws", "service", &["rev-parse", "main"]).await.unwrap());
    assert_eq!(
        host.body_of("POST /2.0/repositories/ws/service").unwrap(),
        json!({"scm": "git", "description": null, "is_private": true, "project": {"key": "PRJ"}})
    );
    let error =
        step.run("publish:bitbucketCloud", json!({"repoUrl": "bitbucket.org?workspace=ws&repo=x"})).await;
    assert!(error.unwrap_err().to_string().ends_with("missing project"));
}

#[tokio::test]
async fn a_pull_request_at_bitbucket_cloud_is_a_branch_on_top_of_the_default_one() {
    let host = host().await;
    host.create("ws", "service").await.unwrap();
    host.commit_file("ws", "service", "main", "old/file", "old\n").await.unwrap();
    host.answer("GET /2.0/repositories/ws/service", 200, json!({"mainbranch": {"name": "main"}}));
    let branches = "GET /2.0/repositories/ws/service/refs/branches?q=name%20%3D%20%22feature/x%22";
    host.answer(branches, 200, json!({"values": []}));
    host.answer(
        "POST /2.0/repositories/ws/service/pullrequests",
        201,
        json!({"links": {"self": {"href": "https://x/pr/1"}}}),
    );
    let step = cloud(&host);
    step.file("new", "n\n").file(".github/workflow", "kept, though .git is in its name\n");
    let input = json!({
        "repoUrl": "bitbucket.org?workspace=ws&project=PRJ&repo=service", "title": "t", "sourceBranch": "feature/x",
    });
    let outputs = step.run("publish:bitbucketCloud:pull-request", input).await.unwrap();
    assert_eq!(outputs["pullRequestUrl"], "https://x/pr/1");
    assert_eq!(
        host.git("ws", "service", &["ls-tree", "-r", "--name-only", "feature/x"]).await.unwrap(),
        ".github/workflow\nnew\nold/file"
    );
    let parent = host.git("ws", "service", &["rev-parse", "feature/x^"]).await.unwrap();
    assert_eq!(parent, host.git("ws", "service", &["rev-parse", "main"]).await.unwrap());
}

/// The actions of Bitbucket copied the workspace into a clone: links out of the workspace were followed, and links of the
/// repository were written through. Here nothing is cloned to a disk, and links stay links.
#[tokio::test]
async fn cve_2026_106486_a_bitbucket_pull_request_follows_no_link_on_either_side() {
    let host = host().await;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "canary-of-the-server").unwrap();
    host.create("PRJ", "service").await.unwrap();
    // The repository has a link where the workspace has a directory.
    host.commit_file("PRJ", "service", "main", "README.md", "x\n").await.unwrap();
    let blob = host.git("PRJ", "service", &["rev-parse", "main:README.md"]).await.unwrap();
    host.git("PRJ", "service", &["read-tree", "main"]).await.unwrap();
    host.git("PRJ", "service", &["update-index", "--add", "--cacheinfo", &format!("120000,{blob},out")])
        .await
        .unwrap();
    let tree = host.git("PRJ", "service", &["write-tree"]).await.unwrap();
    let commit = host.git("PRJ", "service", &["commit-tree", &tree, "-m", "link"]).await.unwrap();
    host.git("PRJ", "service", &["update-ref", "refs/heads/main", &commit]).await.unwrap();

    let repository = "/rest/api/1.0/projects/PRJ/repos/service";
    let branches =
        |name: &str| format!("GET {repository}/branches?boostMatches=true&limit=100&filterText={name}");
    let main = json!({"id": "refs/heads/main", "displayId": "main", "latestCommit": commit});
    host.answer(&branches("main"), 200, json!({"values": [{"displayId": "main2"}, main]}));
    host.answer(&branches("evil"), 200, json!({"values": []}));
    host.answer(
        &format!("POST {repository}/pull-requests"),
        201,
        json!({"links": {"self": [{"href": "https://x/pr/1"}]}}),
    );
    let step = server(&host);
    std::os::unix::fs::symlink(outside.path(), step.path("linked")).unwrap();
    step.file("out/written", "w\n");
    let input = json!({
        "repoUrl": "bitbucket.example.com?project=PRJ&repo=service", "title": "t", "sourceBranch": "evil",
        "targetBranch": "main",
    });
    let outputs = step.run("publish:bitbucketServer:pull-request", input).await.unwrap();
    assert_eq!(outputs["pullRequestUrl"], "https://x/pr/1");
    let tree = host.git("PRJ", "service", &["ls-tree", "-r", "--format=%(objectmode) %(path)", "evil"]).await;
    assert_eq!(tree.unwrap(), "100644 README.md\n120000 linked\n100644 out/written");
    assert!(host.git("PRJ", "service", &["grep", "-c", "canary", "evil"]).await.is_err());
    let from = &host.body_of(&format!("POST {repository}/pull-requests")).unwrap()["fromRef"];
    assert_eq!(from["latestCommit"], host.git("PRJ", "service", &["rev-parse", "evil"]).await.unwrap());
}

#[tokio::test]
async fn publish_bitbucket_server_creates_the_repository_pushes_and_turns_lfs_on() {
    let host = host().await;
    host.create("PRJ", "service").await.unwrap();
    let clone = format!("{}/scm/PRJ/service.git", host.url());
    let links = json!({"self": [{"href": "https://x/browse"}], "clone": [{"name": "http", "href": clone}]});
    host.answer("POST /rest/api/1.0/projects/PRJ/repos", 201, json!({"links": links}));
    host.answer("PUT /rest/git-lfs/admin/projects/PRJ/repos/service/enabled", 200, Value::Null);
    let step = server(&host);
    step.file("a", "a\n");
    let input = json!({"repoUrl": "bitbucket.example.com?project=PRJ&repo=service", "enableLFS": true});
    let outputs = step.run("publish:bitbucketServer", input).await.unwrap();
    assert_eq!(outputs["repoContentsUrl"], "https://x/browse");
    assert_eq!(outputs["commitHash"], host.git("PRJ", "service", &["rev-parse", "master"]).await.unwrap());
    assert!(host.requests().iter().any(|request| request.starts_with("PUT /rest/git-lfs/")));
}

#[tokio::test]
async fn a_pull_request_that_changes_nothing_or_has_no_target_is_said_and_not_opened() {
    let host = host().await;
    host.create("PRJ", "service").await.unwrap();
    host.commit_file("PRJ", "service", "main", "a", "a\n").await.unwrap();
    let repository = "/rest/api/1.0/projects/PRJ/repos/service";
    for (name, found) in [("main", json!([{"displayId": "main"}])), ("b", json!([])), ("gone", json!([]))] {
        let request = format!("GET {repository}/branches?boostMatches=true&limit=100&filterText={name}");
        host.answer(&request, 200, json!({"values": found}));
    }
    let step = server(&host);
    step.file("a", "a\n");
    let input = |target: &str| {
        json!({"repoUrl": "bitbucket.example.com?project=PRJ&repo=service", "title": "t", "sourceBranch": "b",
            "targetBranch": target})
    };
    let error = step.run("publish:bitbucketServer:pull-request", input("main")).await.unwrap_err();
    assert!(error.to_string().contains("nothing changes"), "{error}");
    let error = step.run("publish:bitbucketServer:pull-request", input("gone")).await.unwrap_err();
    assert!(error.to_string().contains("Target branch 'gone' not found"), "{error}");
}

#[tokio::test]
async fn restrictions_and_pipelines_of_bitbucket_cloud() {
    let host = host().await;
    let step = cloud(&host);
    host.answer("POST /2.0/repositories/ws/service/branch-restrictions", 201, json!({"id": 1}));
    let input = json!({
        "repoUrl": "bitbucket.org?workspace=ws&project=PRJ&repo=service", "kind": "push", "branchMatchKind": "glob",
        "pattern": "release/*", "users": [{"uuid": "u"}],
    });
    let outputs = step.run("bitbucketCloud:branchRestriction:create", input).await.unwrap();
    assert_eq!(outputs["statusCode"], 201);
    assert_eq!(
        host.body_of("POST /2.0/repositories/ws/service/branch-restrictions").unwrap(),
        json!({"type": "branchrestriction", "kind": "push", "branch_match_kind": "glob",
            "users": [{"uuid": "u", "type": "user"}], "groups": [], "value": null, "pattern": "release/*"})
    );
    let run = json!({"build_number": 4, "repository": {"links": {"html": {"href": "https://x/r"}}}});
    host.answer("POST /2.0/repositories/ws/service/pipelines", 201, run);
    let outputs =
        step.run("bitbucket:pipelines:run", json!({"workspace": "ws", "repo_slug": "service"})).await;
    assert_eq!(outputs.unwrap()["pipelinesUrl"], "https://x/r/pipelines");
}
