//! Azure DevOps (`plugin-scaffolder-backend-module-azure` 0.2.26).

use std::sync::Arc;

use callboard_scm::Integration;
use serde_json::{Value, json};

use super::hosts::inputs::{first_commit, published};
use super::hosts::once::create_once;
use super::hosts::{First, Hosts, check_first, host_action, path, publish_first, refuse_signing, spec};
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};

/// All actions on Azure DevOps.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![publish(hosts)]
}

fn publish(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        ("repoUrl", string("`dev.azure.com?organization=organization&project=project&repo=reponame`")),
        ("description", string("Azure DevOps has no place for it")),
        ("defaultBranch", string("The default branch of the repository. The default is master")),
        ("token", string("The token to use for authorization to Azure DevOps")),
    ];
    let id = ("repositoryId", string("The Id of the created repository"));
    let output = object(&[], published().into_iter().chain([id]));
    let described = spec(
        "publish:azure",
        "Creates a repository at Azure DevOps and pushes the content of the workspace as its first commit.",
        object(&["repoUrl"], members.into_iter().chain(first_commit())),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("defaultBranch").unwrap_or("master").to_owned();
    check_first(context, &branch, context.text("sourcePath"))?;
    let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
    let Integration::Azure(config) = integration else {
        return Err(ActionError::Input(format!("{} is no Azure DevOps host", at.host)));
    };
    let organization = at.organization()?;
    let credential = hosts.credential(context, integration, &at).await?;
    let base = format!("{}{}", config.base_url, path(&[organization])?);
    let api = hosts.api(integration, "Azure DevOps", &base, &credential);
    let all = path(&[at.project()?, "_apis", "git", "repositories"])?;
    let (create, one) =
        (format!("{all}?api-version=6.0"), format!("{all}{}?api-version=6.0", path(&[&at.repo])?));
    let kept = |repository: &Value| {
        let member = |name: &str| repository.get(name).cloned().unwrap_or_default();
        json!({"remoteUrl": member("remoteUrl"), "id": member("id"), "webUrl": member("webUrl")})
    };
    let created = create_once(
        context,
        "repository",
        async { api.post(&create, &json!({"name": at.repo})).await.map(|made| kept(&made)) },
        async { api.get(&one).await.map(|found| kept(&found)) },
    )
    .await?;
    let remote_url = created["remoteUrl"].as_str().filter(|url| !url.is_empty()).ok_or_else(|| {
        ActionError::Failed("No remote URL returned from create repository for Azure".to_owned())
    })?;
    let first = First {
        integration,
        remote_url,
        authorization: credential.git.clone(),
        branch: &branch,
        source_path: context.text("sourcePath"),
        message: hosts.message(context.text("gitCommitMessage")),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    let commit = publish_first(hosts, context, first).await?;
    context.output("commitHash", commit);
    context.output("remoteUrl", remote_url);
    context.output("repoContentsUrl", created["webUrl"].clone());
    context.output("repositoryId", created["id"].clone());
    Ok(())
}
