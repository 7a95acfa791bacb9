//! `publish:bitbucketServer`: a new repository with the files of the workspace.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{BitbucketServer, common};
use crate::action::schema::{boolean, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::inputs::{first_commit, published};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{
    First, Hosts, check_first, host_action, path, publish_first, refuse_signing, spec,
};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("description", string("The repository's description")),
        ("repoVisibility", one_of(&["private", "public"], "Who sees it. The default is private")),
        ("defaultBranch", string("The default branch of the repository. The default is master")),
        ("enableLFS", boolean("Whether large files are stored aside")),
    ]);
    members.extend(first_commit());
    let output = object(&[], published());
    let described = spec(
        "publish:bitbucketServer",
        "Creates a repository at Bitbucket Server and pushes the content of the workspace as its first commit.",
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
    let server = BitbucketServer::open(hosts, context).await?;
    let body = json!({
        "name": server.repo,
        "description": context.text("description"),
        "defaultBranch": branch,
        "public": context.text("repoVisibility") == Some("public"),
    });
    let (all, one) = (server.repositories(&[])?, server.repositories(&[&server.repo])?);
    let created = create_once(
        context,
        "repository",
        async { server.api.post(&all, &body).await.map(|answer| links(&answer)) },
        async { server.api.get(&one).await.map(|answer| links(&answer)) },
    )
    .await?;
    let text = |name: &str| created[name].as_str().unwrap_or_default().to_owned();
    let remote_url = text("clone");
    let first = First {
        integration: server.integration,
        remote_url: &remote_url,
        authorization: server.credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: hosts.message(context.text("gitCommitMessage")),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    let commit = publish_first(hosts, context, first).await?;
    if context.flag("enableLFS") == Some(true) {
        let mut admin = server.api.clone();
        admin.base = format!("{}/rest/git-lfs/admin", server.base());
        let target = path(&["projects", &server.project, "repos", &server.repo, "enabled"])?;
        admin.put(&target, &json!({})).await?;
    }
    context.output("commitHash", commit);
    context.output("repoContentsUrl", text("page"));
    context.output("remoteUrl", remote_url);
    Ok(())
}

fn links(repository: &Value) -> Value {
    let mut clones = repository.pointer("/links/clone").and_then(Value::as_array).into_iter().flatten();
    let http = clones.find(|link| link.get("name").and_then(Value::as_str) == Some("http"));
    json!({
        "clone": http.and_then(|link| link.get("href")),
        "page": repository.pointer("/links/self/0/href"),
    })
}
