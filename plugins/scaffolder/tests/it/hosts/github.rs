//! GitHub: what the other actions ask of its API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_testkit::GitHost;
use crypto_box::SecretKey;
use crypto_box::aead::OsRng;
use serde_json::{Value, json};

use super::support::Step;

const TOKEN: &str = "ghp-0123456789abcdef";
const REPO: &str = "/api/v3/repos/acme/service";

async fn github() -> (GitHost, Step, String) {
    let host = GitHost::start(TOKEN).await.unwrap();
    let step = Step::new(json!({"integrations": host.integrations()}));
    let repo_url = format!("{}?owner=acme&repo=service", host.github_host());
    (host, step, repo_url)
}

#[tokio::test]
async fn collaborators_variables_and_secrets_of_a_new_repository() {
    let (host, step, repo_url) = github().await;
    let key = SecretKey::generate(&mut OsRng);
    let public = json!({"key_id": "k1", "key": STANDARD.encode(key.public_key().as_bytes())});
    host.answer("GET /api/v3/orgs/acme/teams/admins", 200, json!({}));
    host.answer("PUT /api/v3/orgs/acme/teams/admins/repos/acme/service", 204, Value::Null);
    host.answer("PUT /api/v3/orgs/acme/teams/team-a/repos/acme/service", 204, Value::Null);
    host.answer(&format!("PUT {REPO}/collaborators/bob"), 404, json!({"message": "Not Found"}));
    host.answer(&format!("POST {REPO}/actions/variables"), 409, json!({"message": "exists"}));
    host.answer(&format!("PATCH {REPO}/actions/variables/V"), 204, Value::Null);
    host.answer(&format!("GET {REPO}/actions/secrets/public-key"), 200, public);
    host.answer(&format!("PUT {REPO}/actions/secrets/S"), 201, Value::Null);
    let input = json!({
        "repoUrl": repo_url, "access": "acme/admins", "repoVariables": {"V": "v"}, "secrets": {"S": "hunter2"},
        "repoVisibility": "internal", "hasWiki": false,
        "collaborators": [{"team": "group:default/team-a", "access": "push"}, {"user": "user:default/bob", "access": "pull"}],
    });
    step.run("github:repo:create", input).await.unwrap();
    let created = host.body_of("POST /api/v3/orgs/acme/repos").unwrap();
    assert_eq!(
        (&created["visibility"], &created["private"], &created["has_wiki"], &created["allow_merge_commit"]),
        (&json!("internal"), &json!(false), &json!(false), &json!(true))
    );
    assert_eq!(
        host.body_of("PUT /api/v3/orgs/acme/teams/team-a/repos/acme/service").unwrap(),
        json!({"permission": "push"})
    );
    assert!(step.left.log().contains("Skipping pull access for user:default/bob"), "{}", step.left.log());
    let sealed = host.body_of(&format!("PUT {REPO}/actions/secrets/S")).unwrap();
    assert_eq!(sealed["key_id"], "k1");
    let sealed = STANDARD.decode(sealed["encrypted_value"].as_str().unwrap()).unwrap();
    assert_eq!(key.unseal(&sealed).unwrap(), b"hunter2");
    let all: String = host.requests().join("\n") + &step.left.log() + &format!("{:?}", step.left.kept());
    assert!(!all.contains("hunter2"), "{all}");
}

#[tokio::test]
async fn a_branch_is_protected_as_the_input_says_and_a_plan_that_can_not_is_no_failure() {
    let (host, step, repo_url) = github().await;
    host.create("acme", "service").await.unwrap();
    let protection = format!("PUT {REPO}/branches/main/protection");
    host.answer(&protection, 200, json!({}));
    host.answer(&format!("POST {REPO}/branches/main/protection/required_signatures"), 200, json!({}));
    let input = json!({
        "repoUrl": repo_url, "requiredApprovingReviewCount": 2, "requiredStatusCheckContexts": ["build"],
        "requiredCommitSigning": true, "requiredLinearHistory": true, "enforceAdmins": false,
    });
    step.run("github:branch-protection:create", input.clone()).await.unwrap();
    assert_eq!(
        host.body_of(&protection).unwrap(),
        json!({
            "required_status_checks": {"strict": true, "contexts": ["build"]}, "restrictions": null,
            "enforce_admins": false,
            "required_pull_request_reviews": {
                "required_approving_review_count": 2, "require_code_owner_reviews": false,
                "dismiss_stale_reviews": false, "require_last_push_approval": false,
            },
            "required_conversation_resolution": false, "required_linear_history": true, "block_creations": false,
        })
    );
    assert!(host.requests().iter().any(|request| request.ends_with("/required_signatures")));
    let message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
    host.answer(&protection, 403, json!({"message": message}));
    step.run("github:branch-protection:create", input).await.unwrap();
    assert!(step.left.log().contains("requires GitHub Pro"));
}

#[tokio::test]
async fn an_environment_gets_reviewers_policies_variables_and_secrets() {
    let (host, step, repo_url) = github().await;
    let environment = format!("{REPO}/environments/prod");
    host.answer("GET /api/v3/users/ada", 200, json!({"id": 5}));
    host.answer("GET /api/v3/orgs/acme/teams/team-a", 200, json!({"id": 6}));
    host.answer(&format!("PUT {environment}"), 200, json!({}));
    host.answer(&format!("POST {environment}/deployment-branch-policies"), 200, json!({}));
    host.answer(&format!("POST {environment}/variables"), 201, json!({}));
    let input = json!({
        "repoUrl": repo_url, "name": "prod", "waitTimer": 5, "reviewers": ["user:default/ada", "group:default/team-a"],
        "deploymentBranchPolicy": {"protected_branches": false, "custom_branch_policies": true},
        "customTagPolicyNames": ["v*"], "environmentVariables": {"A": "b"},
    });
    step.run("github:environment:create", input).await.unwrap();
    assert_eq!(
        host.body_of(&format!("PUT {environment}")).unwrap(),
        json!({
            "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true},
            "wait_timer": 5, "reviewers": [{"type": "User", "id": 5}, {"type": "Team", "id": 6}],
        })
    );
    assert_eq!(
        host.body_of(&format!("POST {environment}/deployment-branch-policies")).unwrap(),
        json!({"name": "v*", "type": "tag"})
    );
}

#[tokio::test]
async fn webhooks_issues_labels_dispatches_autolinks_keys_and_pages() {
    let (host, step, repo_url) = github().await;
    host.answer(&format!("POST {REPO}/hooks"), 201, json!({"id": 1}));
    let input = json!({
        "repoUrl": repo_url, "webhookUrl": "https://ci.example.com/x", "webhookSecret": "hook-secret", "events": ["push", "release"],
        "contentType": "json",
    });
    step.run("github:webhook", input).await.unwrap();
    assert_eq!(
        host.body_of(&format!("POST {REPO}/hooks")).unwrap(),
        json!({"name": "web", "active": true, "events": ["push", "release"], "config": {
            "url": "https://ci.example.com/x", "content_type": "json", "secret": "hook-secret", "insecure_ssl": "0"}})
    );

    host.answer(&format!("POST {REPO}/issues"), 201, json!({"html_url": "https://x/1", "number": 1}));
    let input = json!({"repoUrl": repo_url, "title": "t", "milestone": "3", "labels": ["bug"]});
    let outputs = step.run("github:issues:create", input.clone()).await.unwrap();
    assert_eq!(Value::from(outputs), json!({"issueUrl": "https://x/1", "issueNumber": 1}));
    assert_eq!(
        host.body_of(&format!("POST {REPO}/issues")).unwrap(),
        json!({"title": "t", "labels": ["bug"], "milestone": 3})
    );
    step.run("github:issues:create", input).await.unwrap();
    let posted = host.requests().iter().filter(|request| **request == format!("POST {REPO}/issues")).count();
    assert_eq!(posted, 1, "the second run of the step makes no second issue");

    host.answer(&format!("POST {REPO}/issues/1/labels"), 410, json!({"message": "Issues are disabled"}));
    step.run("github:issues:label", json!({"repoUrl": repo_url, "number": 1, "labels": ["x"]}))
        .await
        .unwrap();
    assert!(step.left.log().contains("Issues are disabled"));

    let run = json!({"workflow_run_id": 7, "run_url": "https://api/7", "html_url": "https://x/7"});
    host.answer(&format!("POST {REPO}/actions/workflows/ci.yaml/dispatches"), 200, run);
    let input = json!({
        "repoUrl": repo_url, "workflowId": "ci.yaml", "branchOrTagName": "main", "workflowInputs": {"a": "b"},
        "returnWorkflowRunDetails": true,
    });
    let outputs = step.run("github:actions:dispatch", input).await.unwrap();
    assert_eq!(outputs["workflowRunHtmlUrl"], "https://x/7");

    host.answer(&format!("POST {REPO}/autolinks"), 201, json!({"id": 1}));
    let input = json!({"repoUrl": repo_url, "keyPrefix": "T-", "urlTemplate": "https://t/<num>", "isAlphanumeric": false});
    step.run("github:autolinks:create", input).await.unwrap();

    let key = SecretKey::generate(&mut OsRng);
    let public = json!({"key_id": "k1", "key": STANDARD.encode(key.public_key().as_bytes())});
    host.answer(&format!("POST {REPO}/keys"), 201, json!({"id": 1}));
    host.answer(&format!("GET {REPO}/actions/secrets/public-key"), 200, public);
    host.answer(&format!("PUT {REPO}/actions/secrets/DEPLOY_IT_PRIVATE_KEY"), 201, Value::Null);
    let input = json!({"repoUrl": repo_url, "publicKey": "ssh-ed25519 AAA x", "privateKey": "p", "deployKeyName": "deploy it"});
    let outputs = step.run("github:deployKey:create", input).await.unwrap();
    assert_eq!(outputs["privateKeySecretName"], "DEPLOY_IT_PRIVATE_KEY");

    host.answer(&format!("POST {REPO}/pages"), 409, json!({"message": "exists"}));
    host.answer(&format!("PUT {REPO}/pages"), 204, Value::Null);
    step.run("github:pages:enable", json!({"repoUrl": repo_url})).await.unwrap();
    assert_eq!(
        host.body_of(&format!("PUT {REPO}/pages")).unwrap(),
        json!({"build_type": "workflow", "source": {"branch": "main", "path": "/"}})
    );
}

#[tokio::test]
async fn dry_runs_of_webhooks_and_issues_ask_nobody() {
    let (host, mut step, repo_url) = github().await;
    step.dry_run = true;
    step.run("github:webhook", json!({"repoUrl": repo_url, "webhookUrl": "https://x"})).await.unwrap();
    let outputs = step.run("github:issues:create", json!({"repoUrl": repo_url, "title": "t"})).await.unwrap();
    assert_eq!(outputs["issueNumber"], 42);
    assert!(host.requests().is_empty());
}
