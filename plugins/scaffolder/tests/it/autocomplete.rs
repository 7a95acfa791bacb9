//! What pickers offer, asked of hosts with the user's own token.

use std::sync::Arc;

use callboard_config::Config;
use callboard_kit::error::ApiError;
use callboard_plugin_scaffolder::autocomplete::providers;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;
use callboard_testkit::GitHost;
use serde_json::{Value, json};

const TOKEN: &str = "the-users-own-token";

async fn complete(host: &GitHost, provider: &str, resource: &str, context: Value) -> Result<Value, ApiError> {
    let config = Config::from_value(json!({"integrations": {
        "github": [{"host": "github.com", "apiBaseUrl": format!("{}/gh", host.url()), "token": "the-servers"}],
        "gitlab": [{"host": "gitlab.com", "apiBaseUrl": format!("{}/gl", host.url())}],
        "bitbucketCloud": [{"host": "bitbucket.org", "apiBaseUrl": format!("{}/bb", host.url())}],
    }}));
    let integrations = Arc::new(Integrations::from_config(&config).unwrap());
    let all = providers(&integrations, &Egress::new().unwrap());
    let found = all.iter().find(|known| known.id() == provider).unwrap();
    found.complete(resource, TOKEN, context.as_object().unwrap()).await.map(Value::from)
}

#[tokio::test]
async fn github_gives_owners_repositories_and_branches() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.answer("GET /gh/user/orgs?per_page=100&page=1", 200, json!([{"login": "acme"}]));
    host.answer("GET /gh/user", 200, json!({"login": "ada"}));
    let names: Vec<Value> = (0..100).map(|number| json!({"full_name": format!("acme/r{number}")})).collect();
    host.answer("GET /gh/user/repos?per_page=100&page=1", 200, names.into());
    host.answer("GET /gh/user/repos?per_page=100&page=2", 200, json!([{"full_name": "acme/last"}]));
    host.answer("GET /gh/repos/acme/r/branches?per_page=100&page=1", 200, json!([{"name": "main"}]));
    assert_eq!(
        complete(&host, "github", "owners", json!({})).await.unwrap(),
        json!([{"id": "acme"}, {"id": "ada"}])
    );
    let all = complete(&host, "github", "repositoriesWithOwner", json!({})).await.unwrap();
    assert_eq!((all.as_array().unwrap().len(), &all[100]), (101, &json!({"id": "acme/last"})));
    let context = json!({"owner": "acme", "repository": "r"});
    assert_eq!(complete(&host, "github", "branches", context).await.unwrap(), json!([{"id": "main"}]));
}

#[tokio::test]
async fn gitlab_gives_groups_with_the_user_and_their_repositories() {
    let host = GitHost::start(TOKEN).await.unwrap();
    host.answer("GET /gl/groups?per_page=100&page=1", 200, json!([{"id": 3, "full_path": "team/sub"}]));
    host.answer("GET /gl/user", 200, json!({"id": 9, "username": "ada"}));
    host.answer("GET /gl/groups/3/projects?per_page=100&page=1", 200, json!([{"id": 1, "name": " one "}]));
    host.answer("GET /gl/users/9/projects?per_page=100&page=1", 200, json!([{"id": 2, "name": "two"}]));
    assert_eq!(
        complete(&host, "gitlab", "groups", json!({})).await.unwrap(),
        json!([{"id": "3", "title": "team/sub"}, {"id": "9", "title": "ada"}])
    );
    for (id, expected) in
        [("3", json!([{"id": "1", "title": "one"}])), ("9", json!([{"id": "2", "title": "two"}]))]
    {
        assert_eq!(complete(&host, "gitlab", "repositories", json!({"id": id})).await.unwrap(), expected);
    }
    let error = complete(&host, "gitlab", "repositories", json!({})).await.unwrap_err();
    assert_eq!(error.message, "Missing groupId and userId context parameter");
}

#[tokio::test]
async fn bitbucket_cloud_gives_workspaces_projects_repositories_and_branches() {
    let host = GitHost::start(TOKEN).await.unwrap();
    let page = |name: &str, value: &str, next: bool| match next {
        true => json!({"values": [{name: value}], "next": "x"}),
        false => json!({"values": [{name: value}]}),
    };
    host.answer("GET /bb/workspaces?pagelen=100&page=1", 200, page("slug", "ws", true));
    host.answer("GET /bb/workspaces?pagelen=100&page=2", 200, page("slug", "other", false));
    host.answer("GET /bb/workspaces/ws/projects?pagelen=100&page=1", 200, page("key", "PRJ", false));
    let query = "GET /bb/repositories/ws?q=project.key%3D%22PRJ%22&pagelen=100&page=1";
    host.answer(query, 200, page("slug", "repo", false));
    host.answer(
        "GET /bb/repositories/ws/repo/refs/branches?pagelen=100&page=1",
        200,
        page("name", "main", false),
    );
    let context = json!({"workspace": "ws", "project": "PRJ", "repository": "repo"});
    for (resource, expected) in [
        ("workspaces", json!([{"id": "ws", "title": "ws"}, {"id": "other", "title": "other"}])),
        ("projects", json!([{"id": "PRJ", "title": "PRJ"}])),
        ("repositories", json!([{"id": "repo", "title": "repo"}])),
        ("branches", json!([{"id": "main", "title": "main"}])),
    ] {
        assert_eq!(complete(&host, "bitbucket-cloud", resource, context.clone()).await.unwrap(), expected);
    }
    let quoted = json!({"workspace": "ws", "project": "\" or \"1\"=\"1"});
    assert!(complete(&host, "bitbucket-cloud", "repositories", quoted).await.is_err());
    let climbing = json!({"workspace": ".."});
    assert!(complete(&host, "bitbucket-cloud", "projects", climbing).await.is_err());
}

#[tokio::test]
async fn a_token_goes_to_a_configured_host_only_and_what_is_unknown_is_said() {
    let host = GitHost::start("another-token").await.unwrap();
    let error = complete(&host, "github", "owners", json!({"host": "evil.example.com"})).await.unwrap_err();
    assert!(error.message.starts_with("No matching integration configuration"), "{}", error.message);
    let error = complete(&host, "github", "planets", json!({})).await.unwrap_err();
    assert_eq!((error.status.as_u16(), error.message.as_str()), (400, "Invalid resource: planets"));
    let error = complete(&host, "github", "owners", json!({})).await.unwrap_err();
    assert!(error.message.contains("401") && !error.message.contains(TOKEN), "{}", error.message);
}
