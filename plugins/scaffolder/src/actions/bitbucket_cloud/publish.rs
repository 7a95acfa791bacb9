//! `publish:bitbucketCloud`: a new repository with the files of the workspace.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{BitbucketCloud, common};
use crate::action::schema::{object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::inputs::{commit_message, published, sign_commit, source_path};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{First, Hosts, check_first, host_action, publish_first, refuse_signing, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("description", string("The repository's description")),
        ("defaultBranch", string("The default branch of the repository. The default is master")),
        ("repoVisibility", one_of(&["private", "public"], "Who sees it. The default is private")),
    ]);
    members.extend([commit_message(), source_path(), sign_commit()]);
    let output = object(&[], published());
    let described = spec(
        "publish:bitbucketCloud",
        "Creates a repository at Bitbucket Cloud and pushes the content of the workspace as its first commit.",
        object(&["repoUrl"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("defaultBranch").unwrap_or("master").to_owned();
    check_first(context, &branch, context.text("sourcePath"))?;
    let cloud = BitbucketCloud::open(hosts, context).await?;
    let body = json!({
        "scm": "git",
        "description": context.text("description"),
        "is_private": context.text("repoVisibility").unwrap_or("private") == "private",
        "project": {"key": cloud.project},
    });
    let target = cloud.repository(&[])?;
    let created = create_once(
        context,
        "repository",
        async { cloud.api.post(&target, &body).await.map(|answer| links(&answer)) },
        async { cloud.api.get(&target).await.map(|answer| links(&answer)) },
    )
    .await?;
    let remote_url = created["clone"].as_str().unwrap_or_default().to_owned();
    let first = First {
        integration: cloud.integration,
        remote_url: &remote_url,
        authorization: cloud.credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: hosts.message(context.text("gitCommitMessage")),
        author_name: None,
        author_email: None,
    };
    let commit = publish_first(hosts, context, first).await?;
    context.output("commitHash", commit);
    context
        .output("repoContentsUrl", format!("{}/src/{branch}", created["page"].as_str().unwrap_or_default()));
    context.output("remoteUrl", remote_url);
    Ok(())
}

fn links(repository: &Value) -> Value {
    let clones = repository.pointer("/links/clone").and_then(Value::as_array).into_iter().flatten();
    let https = clones.clone().find(|link| link.get("name").and_then(Value::as_str) == Some("https"));
    json!({
        "clone": https.and_then(|link| link.get("href")),
        "page": repository.pointer("/links/html/href"),
    })
}
