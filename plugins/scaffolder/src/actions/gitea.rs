//! Gitea and Forgejo (`plugin-scaffolder-backend-module-gitea` 0.2.25).

use std::sync::Arc;
use std::time::Duration;

use callboard_scm::Integration;
use serde_json::json;

use super::hosts::inputs::{first_commit, published};
use super::hosts::once::{create_once, remembered};
use super::hosts::{Api, First, Hosts, check_first, host_action, path, publish_first, refuse_signing, spec};
use crate::action::schema::{object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};

/// How long is waited for the page of a new repository.
const PAGE_TRIES: u32 = 20;

/// All actions on Gitea.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![publish(hosts)]
}

fn publish(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        ("repoUrl", string("`gitea.example.com?repo=reponame&owner=organization`")),
        ("description", string("The repository's description")),
        ("defaultBranch", string("The default branch of the repository. The default is main")),
        ("repoVisibility", one_of(&["private", "public"], "Who sees it. The default is public")),
    ];
    let output = object(&[], published());
    let described = spec(
        "publish:gitea",
        "Creates a repository of an organization at Gitea and pushes the content of the workspace as its first commit.",
        object(&["repoUrl", "description"], members.into_iter().chain(first_commit())),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("defaultBranch").unwrap_or("main").to_owned();
    check_first(context, &branch, context.text("sourcePath"))?;
    let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
    let Integration::Gitea(config) = integration else {
        return Err(ActionError::Input(format!("{} is no Gitea host", at.host)));
    };
    let owner = at.owner()?;
    let credential = hosts.credential(context, integration, &at).await?;
    let api = hosts.api(integration, "Gitea", &format!("{}/api/v1", config.base_url), &credential);
    api.get(&path(&["orgs", owner])?).await.map_err(|error| match error.status {
        404 => ActionError::NotFound(format!("Organization {owner} do not exist. Please create it first !")),
        _ => error.into(),
    })?;
    let body = json!({
        "name": at.repo,
        "description": context.text("description"),
        "private": context.text("repoVisibility") == Some("private"),
    });
    let (organization, repository) = (path(&["orgs", owner, "repos"])?, path(&["repos", owner, &at.repo])?);
    create_once(
        context,
        "repository",
        async { api.post(&organization, &body).await.map(|_| json!(true)) },
        async { api.get(&repository).await.map(|_| json!(true)) },
    )
    .await?;
    let page = format!("{}{}", config.base_url, path(&[owner, &at.repo])?);
    let remote_url = format!("{page}.git");
    let change = remembered(context, "change id", || json!(change_id())).await?;
    let message = hosts.message(context.text("gitCommitMessage"));
    let first = First {
        integration,
        remote_url: &remote_url,
        authorization: credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: format!("{message}\n\nChange-Id: {}", change.as_str().unwrap_or_default()),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    let commit = publish_first(hosts, context, first).await?;
    wait_for_branch(&api, context, &format!("{repository}/branches/{}", callboard_scm::encode_path(&branch)))
        .await;
    context.output("remoteUrl", remote_url);
    context.output("repoContentsUrl", format!("{page}/src/branch/{branch}/"));
    context.output("commitHash", commit);
    Ok(())
}

/// What Gerrit wants to see in a message, and Backstage writes for Gitea as well.
pub(super) fn change_id() -> String {
    format!("I{}", hex::encode(rand::random::<[u8; 20]>()))
}

/// Gitea may not show a branch for a moment after it was pushed, and the next step may read it.
async fn wait_for_branch(api: &Api, context: &ActionContext, branch: &str) {
    for _ in 0..PAGE_TRIES {
        match api.get(branch).await {
            Err(error) if error.status == 404 => tokio::time::sleep(Duration::from_secs(1)).await,
            _ => return,
        }
    }
    context.log.warn("Gitea does not show the branch yet; it was pushed all the same");
}
