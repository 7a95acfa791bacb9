//! Azure DevOps and Gerrit: what is asked of their APIs, and real pushes.

use callboard_testkit::GitHost;
use serde_json::{Value, json};

use super::support::Step;

const TOKEN: &str = "token-0123456789";

#[tokio::test]
async fn publish_azure_creates_the_repository_of_a_project_and_pushes() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("project", "service").await.unwrap();
    let clone = host.url().replace("http://", "http://org@") + "/org/project/_git/service";
    let create = "POST /org/project/_apis/git/repositories?api-version=6.0";
    host.answer(create, 201, json!({"id": "r1", "remoteUrl": clone, "webUrl": "https://x/web"}));
    let step = Step::new(json!({"integrations": {"azure": [{
        "host": "dev.azure.com", "baseUrl": host.url(), "credentials": [{"personalAccessToken": TOKEN}],
    }]}}));
    step.file("a", "a\n");
    let input = json!({
        "repoUrl": "dev.azure.com?organization=org&project=project&repo=service", "defaultBranch": "main",
    });
    let outputs = step.run("publish:azure", input).await.unwrap();
    assert_eq!(
        Value::from(outputs),
        json!({"commitHash": host.git("project", "service", &["rev-parse", "main"]).await.unwrap(),
            "remoteUrl": clone, "repoContentsUrl": "https://x/web", "repositoryId": "r1"})
    );
    assert_eq!(host.body_of(create).unwrap(), json!({"name": "service"}));
    let without = json!({"repoUrl": "dev.azure.com?project=project&repo=service"});
    assert!(
        step.run("publish:azure", without).await.unwrap_err().to_string().ends_with("missing organization")
    );
    let signed = json!({"repoUrl": "dev.azure.com?organization=o&project=p&repo=s", "signCommit": true});
    assert!(step.run("publish:azure", signed).await.unwrap_err().to_string().contains("signCommit"));
}

fn gerrit(host: &GitHost) -> Step {
    let gitiles = format!("{}/gitiles", host.url());
    Step::new(json!({"integrations": {"gerrit": [{
        "host": "gerrit.example.com", "baseUrl": host.url(), "gitilesBaseUrl": gitiles, "username": "u",
        "password": TOKEN,
    }]}}))
}

#[tokio::test]
async fn publish_gerrit_creates_a_project_below_its_parent_and_pushes_with_a_change_id() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("projects", "service").await.unwrap();
    host.answer("PUT /a/projects/service", 201, json!({}));
    let mut step = gerrit(&host);
    step.file("a", "a\n");
    let input = json!({"repoUrl": "gerrit.example.com?workspace=All-Projects&owner=team&repo=service"});
    let outputs = step.run("publish:gerrit", input.clone()).await.unwrap();
    assert_eq!(outputs["remoteUrl"], format!("{}/a/service", host.url()));
    assert_eq!(outputs["repoContentsUrl"], format!("{}/gitiles/service/+/refs/heads/master", host.url()));
    assert_eq!(
        host.body_of("PUT /a/projects/service").unwrap(),
        json!({"parent": "All-Projects", "description": null, "owners": ["team"], "create_empty_commit": false})
    );
    let message = host.git("projects", "service", &["log", "--format=%B", "master"]).await.unwrap();
    assert!(message.starts_with("initial commit\n\nChange-Id: I"), "{message}");
    step.dry_run = true;
    let before = host.requests().len();
    let outputs = step.run("publish:gerrit", input).await.unwrap();
    assert_eq!(outputs["commitHash"], "abcd-dry-run-1234");
    assert_eq!(host.requests().len(), before);
}

#[tokio::test]
async fn a_review_at_gerrit_is_a_commit_on_top_of_the_branch_pushed_for_it() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.create("projects", "service").await.unwrap();
    let main = host.commit_file("projects", "service", "main", "old", "old\n").await.unwrap();
    let step = gerrit(&host);
    step.file("new", "n\n");
    let input =
        json!({"repoUrl": "gerrit.example.com?repo=service", "branch": "main", "gitCommitMessage": "Add it"});
    let outputs = step.run("publish:gerrit:review", input).await.unwrap();
    // git's own server takes refs/for as any other name.
    let review =
        host.git("projects", "service", &["log", "-1", "--format=%P|%B", "refs/for/main"]).await.unwrap();
    assert!(review.starts_with(&format!("{main}|Add it\n\nChange-Id: I")), "{review}");
    let change = review.rsplit(' ').next().unwrap();
    assert_eq!(outputs["reviewUrl"], format!("{}/#/q/{change}", host.url()));
    let files = host.git("projects", "service", &["ls-tree", "--name-only", "refs/for/main"]).await.unwrap();
    assert_eq!(files, "new\nold");
}
