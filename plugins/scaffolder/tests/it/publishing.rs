//! From a task to a repository: the engine, the actions and a real git server together.

use std::os::unix::fs::PermissionsExt;

use callboard_testkit::{GitHost, for_each_database};
use serde_json::json;

use crate::support::World;

const TOKEN: &str = "canary-0123456789-of-the-user";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_publishes_its_workspace_with_the_users_token_and_no_secret_is_seen() {
    for_each_database(|database| async move {
        let host = GitHost::start(TOKEN).await.unwrap();
        let mut world = World::new(database);
        let (github, gitea) = (host.github_host(), host.gitea_host());
        world.integrations = json!({
            "github": [{"host": github, "apiBaseUrl": format!("http://{github}/api/v3")}],
            "gitea": [{"host": gitea, "baseUrl": format!("http://{gitea}"), "username": "u", "password": TOKEN}],
        });
        let program = world.directory.path().join("tag");
        std::fs::write(&program, "#!/bin/sh\ncat > told.json\necho 'tagging' >&2\necho '{\"tag\": \"v1\"}'\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        world.template_with(json!({
            "steps": [
                {"id": "write", "action": "test:write", "input": {"name": "README.md", "content": "# ${{ parameters.name }}"}},
                {"id": "describe", "action": "catalog:write", "input": {"entity": {
                    "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "${{ parameters.name }}"},
                }}},
                {"id": "publish", "action": "publish:github", "input": {
                    "repoUrl": format!("{github}?owner=acme&repo=${{{{ parameters.name }}}}"), "defaultBranch": "main",
                    "description": "${{ secrets.token }}", "token": "${{ secrets.token }}",
                }},
                {"id": "tag", "action": "acme:tag", "input": {"commit": "${{ steps.publish.output.commitHash }}"}},
                {"id": "mirror", "action": "publish:gitea", "input": {
                    "repoUrl": format!("{gitea}?owner=mirror&repo=${{{{ parameters.name }}}}"), "description": "d",
                }},
            ],
            "output": {
                "remoteUrl": "${{ steps.publish.output.remoteUrl }}", "tag": "${{ steps.tag.output.tag }}",
                "contents": "${{ steps.mirror.output.repoContentsUrl }}",
            },
        }));
        let process = world.start(json!({"actions": [{
            "id": "acme:tag", "command": [program], "idempotent": true,
            "inputSchema": {"type": "object", "required": ["commit"], "properties": {"commit": {"type": "string"}}},
        }]})).await;
        let id = process
            .create_with(json!({
                "templateRef": "template:default/t", "values": {"name": "quay"}, "secrets": {"token": TOKEN},
            }))
            .await;
        process.until_said(&id, "Run completed").await;
        let output = process.end(&id).await["output"].clone();
        let messages = process.messages(&id).await.join("\n");
        assert_eq!(output, json!({
            "remoteUrl": format!("http://{github}/acme/quay.git"), "tag": "v1",
            "contents": format!("http://{gitea}/mirror/quay/src/branch/main/"),
        }), "{messages}");
        assert_eq!(
            host.git("acme", "quay", &["ls-tree", "--name-only", "main"]).await.unwrap(),
            "README.md\ncatalog-info.yaml"
        );
        assert_eq!(
            host.git("mirror", "quay", &["ls-tree", "--name-only", "main"]).await.unwrap(),
            "README.md\ncatalog-info.yaml\ntold.json"
        );
        let told = host.git("mirror", "quay", &["show", "main:told.json"]).await.unwrap();
        let commit = host.git("acme", "quay", &["rev-parse", "main"]).await.unwrap();
        assert!(told.contains(&commit), "{told}");
        assert!(messages.contains("tagging") && messages.contains("Pushed main"), "{messages}");
        let task = process.get(&format!("/v2/tasks/{id}")).await.text;
        assert!(!messages.contains("canary") && !task.contains("canary"), "{messages}\n{task}");
        process.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_does_not_fit_and_a_host_that_is_unknown_fail_their_step() {
    let world = World::new(callboard_testkit::TestDatabase::sqlite().await);
    for (input, expected) in [
        (json!({"repoUrl": "git.example.com?owner=a&repo=b"}), "No matching integration configuration"),
        (
            json!({"repoUrl": "github.com?owner=a&repo=b", "repoVisibility": "secret"}),
            "Invalid input passed to action publish:github",
        ),
        (
            json!({"repoUrl": "github.com?owner=a&repo=b"}),
            "No token available for host: github.com, with owner a, and repo b",
        ),
    ] {
        world.template(json!([{"id": "publish", "action": "publish:github", "input": input}]));
        let process = world.start(json!({})).await;
        let id = process.create(json!({})).await;
        process.until(&id, "failed").await;
        let messages = process.messages(&id).await.join("\n");
        assert!(messages.contains(expected), "{messages}");
        process.lifecycle.stop().await;
    }
}
