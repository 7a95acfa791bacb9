//! GitLab: what is asked of its API, and a real push.

use callboard_testkit::GitHost;
use serde_json::{Value, json};

use super::support::Step;

const TOKEN: &str = "glpat-0123456789";

async fn gitlab() -> (GitHost, Step) {
    let host = GitHost::start(TOKEN).await.unwrap();
    let api = format!("{}/api/v4", host.url());
    let step = Step::new(json!({"integrations": {"gitlab": [
        {"host": "gitlab.example.com", "baseUrl": host.url(), "apiBaseUrl": api, "token": TOKEN},
    ]}}));
    (host, step)
}

const REPO: &str = "gitlab.example.com?owner=team%2Fsub&repo=service";

#[tokio::test]
async fn publish_gitlab_creates_a_project_of_a_group_and_pushes() {
    let (host, step) = gitlab().await;
    host.create("team", "service").await.unwrap();
    host.answer("GET /api/v4/namespaces/team%2Fsub", 200, json!({"id": 7}));
    let url = format!("{}/team/service.git", host.url());
    host.answer("POST /api/v4/projects", 201, json!({"id": 42, "http_url_to_repo": url}));
    host.answer("POST /api/v4/projects/42/repository/branches", 201, json!({}));
    host.answer("POST /api/v4/projects/42/protected_branches", 409, json!({"message": "exists"}));
    host.answer("POST /api/v4/projects/42/variables", 201, json!({}));
    step.file("a", "a\n");
    let input = json!({
        "repoUrl": REPO, "defaultBranch": "main", "settings": {"visibility": "internal", "topics": ["x"]},
        "branches": [{"name": "dev", "create": true, "protect": true, "ref": "main"}],
        "projectVariables": [{"key": "K", "value": "v"}],
    });
    let outputs = step.run("publish:gitlab", input.clone()).await.unwrap();
    let page = format!("{}/team/service", host.url());
    assert_eq!(
        Value::from(outputs.clone()),
        json!({
            "repoContentsUrl": format!("{page}/-/blob/main"), "remoteUrl": page, "projectId": 42,
            "commitHash": host.git("team", "service", &["rev-parse", "main"]).await.unwrap(), "created": true,
        })
    );
    assert_eq!(
        host.body_of("POST /api/v4/projects").unwrap(),
        json!({"namespace_id": 7, "name": "service", "visibility": "internal", "topics": ["x"]})
    );
    assert_eq!(
        host.body_of("POST /api/v4/projects/42/variables").unwrap(),
        json!({"variable_type": "env_var", "protected": false, "masked": false, "raw": false,
            "environment_scope": "*", "key": "K", "value": "v"})
    );
    assert_eq!(step.run("publish:gitlab", input).await.unwrap(), outputs, "a second run of the step");
    let posted = host.requests().iter().filter(|request| *request == "POST /api/v4/projects").count();
    assert_eq!(posted, 1);
}

#[tokio::test]
async fn a_namespace_that_is_missing_and_a_project_that_is_there_are_said() {
    let (host, step) = gitlab().await;
    step.file("a", "a\n");
    host.answer("GET /api/v4/namespaces/team%2Fsub", 404, json!({"message": "404 Namespace Not Found"}));
    let error = step.run("publish:gitlab", json!({"repoUrl": REPO})).await.unwrap_err();
    assert!(error.to_string().starts_with("The namespace team/sub is not found"), "{error}");
    host.answer("GET /api/v4/namespaces/team%2Fsub", 200, json!({"id": 7}));
    host.answer("POST /api/v4/projects", 400, json!({"message": {"path": ["has already been taken"]}}));
    let error = step.run("publish:gitlab", json!({"repoUrl": REPO})).await.unwrap_err();
    assert!(error.to_string().contains("path: has already been taken"), "{error}");
    let url = format!("{}/team/service.git", host.url());
    host.answer("GET /api/v4/projects/team%2Fsub%2Fservice", 200, json!({"id": 3, "http_url_to_repo": url}));
    let outputs = step.run("publish:gitlab", json!({"repoUrl": REPO, "skipExisting": true})).await.unwrap();
    assert_eq!((&outputs["created"], &outputs["projectId"]), (&json!(false), &json!(3)));
}

const PROJECT: &str = "/api/v4/projects/team%2Fsub%2Fservice";

fn has_files(host: &GitHost, files: Value) {
    let tree = format!("GET {PROJECT}/repository/tree?ref=main&recursive=true&per_page=100&page=1&path=");
    host.answer(&tree, 200, files);
}

#[tokio::test]
async fn a_merge_request_commits_what_differs_from_the_target_branch() {
    let (host, step) = gitlab().await;
    step.file("same", "hello\n").file("changed", "x\n").file("dir/new", "n\n");
    host.answer(&format!("GET {PROJECT}"), 200, json!({"default_branch": "main"}));
    has_files(
        &host,
        json!([
            {"path": "same", "type": "blob", "id": "ce013625030ba8dba906f756967f9e9ca394464a"},
            {"path": "changed", "type": "blob", "id": "0000000000000000000000000000000000000000"},
        ]),
    );
    host.answer(&format!("GET {PROJECT}/repository/branches/feature%2Fx"), 404, json!({}));
    host.answer(&format!("POST {PROJECT}/repository/branches"), 201, json!({}));
    host.answer(&format!("POST {PROJECT}/repository/commits"), 201, json!({"id": "abc"}));
    host.answer(&format!("POST {PROJECT}/merge_requests"), 201, json!({"iid": 5, "web_url": "https://x/5"}));
    host.answer("GET /api/v4/users?username=ada", 200, json!([{"id": 11}]));
    host.answer("GET /api/v4/users?username=bob", 200, json!([]));
    let input = json!({
        "repoUrl": REPO, "title": "Add", "branchName": "feature/x", "reviewers": ["ada", "bob"], "labels": ["a", "b"],
    });
    let outputs = step.run("publish:gitlab:merge-request", input.clone()).await.unwrap();
    assert_eq!(
        Value::from(outputs.clone()),
        json!({"projectid": "team/sub/service", "targetBranchName": "main", "projectPath": "team/sub/service",
            "mergeRequestUrl": "https://x/5"})
    );
    let commit = host.body_of(&format!("POST {PROJECT}/repository/commits")).unwrap();
    let actions: Vec<(&str, &str)> = commit["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| (action["action"].as_str().unwrap(), action["file_path"].as_str().unwrap()))
        .collect();
    assert_eq!(actions, [("update", "changed"), ("create", "dir/new")]);
    let request = host.body_of(&format!("POST {PROJECT}/merge_requests")).unwrap();
    assert_eq!((&request["reviewer_ids"], &request["labels"]), (&json!([11]), &json!("a,b")));
    assert!(step.left.log().contains("Failed to find gitlab user id for bob"));
    assert_eq!(step.run("publish:gitlab:merge-request", input.clone()).await.unwrap(), outputs);

    let other = Step::new(json!({"integrations": {"gitlab": [
        {"host": "gitlab.example.com", "apiBaseUrl": format!("{}/api/v4", host.url()), "token": TOKEN},
    ]}}));
    other.file("new", "n\n");
    let branch = format!("GET {PROJECT}/repository/branches/feature%2Fx");
    host.answer(&branch, 200, json!({"web_url": "https://x/tree/feature"}));
    let error = other.run("publish:gitlab:merge-request", input).await.unwrap_err();
    assert!(error.to_string().contains("already exists at: https://x/tree/feature"), "{error}");
}

#[tokio::test]
async fn gitlab_repo_push_makes_the_branch_and_commits() {
    let (host, step) = gitlab().await;
    step.file("a", "a\n");
    host.answer(&format!("GET {PROJECT}/repository/branches/b"), 404, json!({}));
    host.answer(&format!("GET {PROJECT}"), 200, json!({"default_branch": "main"}));
    host.answer(&format!("POST {PROJECT}/repository/branches"), 201, json!({}));
    host.answer(&format!("POST {PROJECT}/repository/commits"), 201, json!({"id": "abc"}));
    let input = json!({"repoUrl": REPO, "branchName": "b", "commitMessage": "m", "targetPath": "sub"});
    let outputs = step.run("gitlab:repo:push", input).await.unwrap();
    assert_eq!(outputs["commitHash"], "abc");
    let commit = host.body_of(&format!("POST {PROJECT}/repository/commits")).unwrap();
    assert_eq!(
        commit,
        json!({"branch": "b", "commit_message": "m", "actions": [{
            "action": "create", "file_path": "sub/a", "encoding": "base64", "content": "YQo=",
            "execute_filemode": false,
        }]})
    );
    let climbing = json!({"repoUrl": REPO, "branchName": "b", "commitMessage": "m", "targetPath": "../x"});
    assert!(step.run("gitlab:repo:push", climbing).await.unwrap_err().to_string().contains("leads out"));
}

#[tokio::test]
async fn groups_issues_tokens_variables_and_pipelines_are_asked_for_as_gitlab_has_them() {
    let (host, step) = gitlab().await;
    host.answer("GET /api/v4/groups?search=team&per_page=100", 200, json!([{"id": 1, "full_path": "team"}]));
    host.answer("GET /api/v4/groups?search=team/new&per_page=100", 200, json!([]));
    host.answer("POST /api/v4/groups", 201, json!({"id": 2}));
    let input = json!({"repoUrl": "gitlab.example.com", "path": ["team", {"name": "New", "slug": "new"}]});
    assert_eq!(step.run("gitlab:group:ensureExists", input).await.unwrap()["groupId"], 2);
    assert_eq!(
        host.body_of("POST /api/v4/groups").unwrap(),
        json!({"name": "New", "path": "new", "parent_id": 1})
    );

    host.answer("POST /api/v4/groups/team/members", 409, json!({"message": "Member already exists"}));
    host.answer("PUT /api/v4/groups/team/members/5", 200, json!({}));
    let input =
        json!({"repoUrl": "gitlab.example.com", "path": "team", "userIds": [5], "accessLevel": "maintainer"});
    assert_eq!(step.run("gitlab:group:access", input).await.unwrap()["accessLevel"], 40);
    assert_eq!(host.body_of("PUT /api/v4/groups/team/members/5").unwrap(), json!({"access_level": 40}));

    let issue = json!({"id": 9, "iid": 3, "web_url": "https://x/3", "project_id": 4, "state": "closed", "title": "t",
        "updated_at": "now"});
    host.answer("POST /api/v4/projects/4/issues", 201, issue.clone());
    host.answer("PUT /api/v4/projects/4/issues/3", 200, issue);
    let input =
        json!({"repoUrl": "gitlab.example.com", "projectId": 4, "title": "t", "dueDate": "2026-12-31"});
    assert_eq!(step.run("gitlab:issues:create", input).await.unwrap()["issueIid"], 3);
    assert_eq!(
        host.body_of("POST /api/v4/projects/4/issues").unwrap(),
        json!({"title": "t", "due_date": "2026-12-31"})
    );
    let input =
        json!({"repoUrl": "gitlab.example.com", "projectId": 4, "issueIid": 3, "stateEvent": "close"});
    assert_eq!(step.run("gitlab:issue:edit", input).await.unwrap()["state"], "closed");

    host.answer("POST /api/v4/projects/4/deploy_tokens", 201, json!({"token": "t1", "username": "u"}));
    let input =
        json!({"repoUrl": "gitlab.example.com", "projectId": "4", "name": "n", "scopes": ["read_registry"]});
    assert_eq!(step.run("gitlab:projectDeployToken:create", input).await.unwrap()["deploy_token"], "t1");
    host.answer("POST /api/v4/projects/4/access_tokens", 201, json!({"token": "t2"}));
    let input = json!({"repoUrl": "gitlab.example.com", "projectId": 4, "expiresAt": "2027-01-01"});
    assert_eq!(step.run("gitlab:projectAccessToken:create", input).await.unwrap()["access_token"], "t2");
    let kept = format!("{:?}", step.left.kept());
    assert!(!kept.contains("t1") && !kept.contains("t2"), "a token is remembered: {kept}");

    host.answer("POST /api/v4/projects/4/triggers", 201, json!({"id": 8, "token": "trigger"}));
    host.answer("POST /api/v4/projects/4/trigger/pipeline", 500, json!({"message": "no runner"}));
    host.answer("DELETE /api/v4/projects/4/triggers/8", 204, Value::Null);
    let input =
        json!({"repoUrl": "gitlab.example.com", "projectId": 4, "tokenDescription": "d", "branch": "main"});
    let error = step.run("gitlab:pipeline:trigger", input).await.unwrap_err();
    assert!(error.to_string().contains("no runner"), "{error}");
    assert!(host.requests().iter().any(|request| request.starts_with("DELETE ")), "the trigger token stays");
}
