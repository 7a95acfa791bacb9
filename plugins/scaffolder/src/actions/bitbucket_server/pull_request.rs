//! `publish:bitbucketServer:pull-request`: the files of the workspace as a pull request.

use std::sync::Arc;

use callboard_scm::encode_query;
use callboard_scm::git::RefName;
use serde_json::{Value, json};

use super::client::{BitbucketServer, common};
use crate::action::schema::{list, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::branch::{OnTop, commit_on_top};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{Hosts, host_action, path, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("title", string("The title")),
        ("description", string("The text; also what the commit says")),
        ("targetBranch", string("The branch to merge into; the default branch without it")),
        (
            "sourceBranch",
            string("The branch to merge; without one of this name it is made of the workspace's files"),
        ),
        ("reviewers", list(string("A user"), "Users who are asked for a review")),
        ("gitAuthorName", string("The commit's author. The default is Scaffolder")),
        ("gitAuthorEmail", string("The author's address")),
    ]);
    let described = spec(
        "publish:bitbucketServer:pull-request",
        "Opens a pull request at Bitbucket Server with the files of the workspace.",
        object(&["repoUrl", "title", "sourceBranch"], members),
        Some(object(&[], [("pullRequestUrl", string("A URL to the pull request"))])),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

/// The branch with exactly this name; the server finds those that have it somewhere in theirs.
async fn branch(server: &BitbucketServer<'_>, name: &str) -> Result<Option<Value>, ActionError> {
    let branches = server.repositories(&[&server.repo, "branches"])?;
    let url = format!("{branches}?boostMatches=true&limit=100&filterText={}", encode_query(name));
    let found = server.api.get(&url).await?;
    let is_it = |branch: &&Value| branch.get("displayId").and_then(Value::as_str) == Some(name);
    Ok(found.get("values").and_then(Value::as_array).and_then(|all| all.iter().find(is_it)).cloned())
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let source = context.text("sourceBranch").unwrap_or_default().to_owned();
    let to = RefName::branch(&source)?;
    let server = BitbucketServer::open(hosts, context).await?;
    let place = format!("{}/{}", server.project, server.repo);
    let target = match context.text("targetBranch").filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => {
            let found = server.api.get(&server.repositories(&[&server.repo, "default-branch"])?).await?;
            let name = found.get("displayId").and_then(Value::as_str);
            name.map(str::to_owned)
                .ok_or_else(|| ActionError::NotFound(format!("Could not fetch default branch for {place}")))?
        }
    };
    let to_ref = branch(&server, &target).await?.ok_or_else(|| {
        ActionError::Input(format!(
            "Target branch '{target}' not found in repository {place}. Please ensure the branch exists before creating a \
             pull request."
        ))
    })?;
    let from_ref = match branch(&server, &source).await? {
        Some(found) => found,
        None => {
            context.log.info(format!("source branch not found -> creating branch named: {source}"));
            let url = format!("{}/scm{}.git", server.base(), path(&[&server.project, &server.repo])?);
            let remote = hosts.remote(server.integration, &url, server.credential.git.clone())?;
            let on_top = OnTop {
                base: &target,
                to: to.clone(),
                source_path: None,
                message: hosts.message(context.text("description")),
                author_name: context.text("gitAuthorName"),
                author_email: context.text("gitAuthorEmail"),
            };
            let commit = commit_on_top(hosts, context, &remote, on_top).await?;
            json!({"id": to.as_str(), "displayId": source, "type": "BRANCH", "latestCommit": commit})
        }
    };
    let mut body = json!({
        "title": context.text("title"),
        "description": context.text("description"),
        "state": "OPEN",
        "open": true,
        "closed": false,
        "locked": true,
        "toRef": to_ref,
        "fromRef": from_ref,
    });
    if context.input.get("reviewers").is_some() {
        let users = context.texts("reviewers").into_iter().map(|name| json!({"user": {"name": name}}));
        body["reviewers"] = users.collect();
    }
    let requests = server.repositories(&[&server.repo, "pull-requests"])?;
    let listed = format!("{requests}?state=OPEN&direction=OUTGOING&at={}", encode_query(to.as_str()));
    let kept = |request: &Value| request.pointer("/links/self/0/href").cloned().unwrap_or_default();
    let url = create_once(
        context,
        "pull request",
        async { server.api.post(&requests, &body).await.map(|request| kept(&request)) },
        async {
            server.api.get(&listed).await.map(|list| kept(list.pointer("/values/0").unwrap_or(&Value::Null)))
        },
    )
    .await?;
    context.output("pullRequestUrl", url);
    Ok(())
}
