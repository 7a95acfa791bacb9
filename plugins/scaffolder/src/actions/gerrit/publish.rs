//! `publish:gerrit`: a new project with the files of the workspace.

use std::sync::Arc;

use serde_json::json;

use super::{change_id, gerrit, project_path};
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::inputs::{first_commit, published};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{
    First, Hosts, check_first, host_action, path, publish_first, refuse_signing, spec,
};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        ("repoUrl", string("`gerrit.example.com?workspace=parent&owner=group&repo=project`")),
        ("description", string("The project's description")),
        ("defaultBranch", string("The default branch of the project. The default is master")),
    ];
    let output = object(&[], published());
    let described = spec(
        "publish:gerrit",
        "Creates a project at Gerrit and pushes the content of the workspace as its first commit.",
        object(&["repoUrl"], members.into_iter().chain(first_commit())),
        Some(output),
    );
    let described = ActionSpec { supports_dry_run: true, idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("defaultBranch").unwrap_or("master").to_owned();
    check_first(context, &branch, context.text("sourcePath"))?;
    let (integration, config, at) = gerrit(hosts, context)?;
    let parent = at.workspace()?;
    let page = format!("{}{}/+/refs/heads/{branch}", config.gitiles_base_url, project_path(&at.repo)?);
    let remote_url = format!("{}/a{}", config.clone_url, project_path(&at.repo)?);
    if context.dry_run {
        context.log.info(format!("Dry run: {remote_url} is not created"));
        context.output("remoteUrl", remote_url);
        context.output("commitHash", "abcd-dry-run-1234");
        context.output("repoContentsUrl", page);
        return Ok(());
    }
    let credential = hosts.credential(context, integration, &at).await?;
    let api = hosts.api(integration, "Gerrit", &format!("{}/a", config.base_url), &credential);
    let body = json!({
        "parent": parent,
        "description": context.text("description"),
        "owners": at.owner.iter().collect::<Vec<_>>(),
        "create_empty_commit": false,
    });
    let project = path(&["projects", &at.repo])?;
    create_once(context, "project", async { api.put(&project, &body).await.map(|_| json!(true)) }, async {
        api.get(&project).await.map(|_| json!(true))
    })
    .await?;
    let message = hosts.message(context.text("gitCommitMessage"));
    let first = First {
        integration,
        remote_url: &remote_url,
        authorization: credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: format!("{message}\n\nChange-Id: {}", change_id(context).await?),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    let commit = publish_first(hosts, context, first).await?;
    context.output("remoteUrl", remote_url);
    context.output("commitHash", commit);
    context.output("repoContentsUrl", page);
    Ok(())
}
