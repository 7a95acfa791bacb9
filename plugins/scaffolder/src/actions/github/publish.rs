//! `publish:github`: a new repository with the files of the workspace.

use std::sync::Arc;

use serde_json::Value;

use super::client::Github;
use super::create::create;
use super::protect::protect;
use super::schema::{self, first_push, protection, repository};
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{First, Hosts, check_first, host_action, publish_first, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members =
        [vec![schema::repo_url(), schema::token()], repository(), first_push(), protection()].concat();
    let described = spec(
        "publish:github",
        "Creates a repository at GitHub and pushes the content of the workspace as its first commit.",
        object(&["repoUrl"], members),
        Some(pushed_output()),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

/// What a push gives out.
pub(super) fn pushed_output() -> Value {
    object(
        &["remoteUrl", "repoContentsUrl", "commitHash"],
        [
            ("remoteUrl", string("A URL to the repository with the provider")),
            ("repoContentsUrl", string("A URL to the root of the repository")),
            ("commitHash", string("The git commit hash of the initial commit")),
        ],
    )
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    check_first(context, context.text("defaultBranch").unwrap_or("master"), context.text("sourcePath"))?;
    let github = Github::open(hosts, context).await?;
    let repository = create(&github, context).await?;
    push(hosts, &github, context, &repository).await
}

/// Pushes the workspace to a repository, protects its branch and gives out where it is.
pub(super) async fn push(
    hosts: &Hosts,
    github: &Github<'_>,
    context: &mut ActionContext,
    repository: &Value,
) -> Result<(), ActionError> {
    let member = |name: &str| repository.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (remote_url, page) = (member("clone_url"), member("html_url"));
    let branch = context.text("defaultBranch").unwrap_or("master").to_owned();
    let first = First {
        integration: github.integration,
        remote_url: &remote_url,
        authorization: github.credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: hosts.message(context.text("gitCommitMessage")),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    let commit = publish_first(hosts, context, first).await?;
    if context.flag("protectDefaultBranch").unwrap_or(true) {
        let enforce_admins = context.flag("protectEnforceAdmins").unwrap_or(true);
        if let Err(error) = protect(github, context, &branch, enforce_admins).await {
            let repo = &github.at.repo;
            context.log.warn(format!("Skipping: default branch protection on '{repo}', {error}"));
        }
    }
    context.output("remoteUrl", remote_url);
    context.output("repoContentsUrl", format!("{page}/blob/{branch}"));
    context.output("commitHash", commit);
    Ok(())
}
