//! `gitlab:repo:push`: a commit on a branch of a project.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Gitlab, common};
use super::commits::{FileAction, actions};
use crate::action::schema::{boolean, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{HostError, Hosts, collect, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("branchName", string("The branch to commit to; it is made if it isn't there")),
        ("commitMessage", string("The commit's message")),
        ("sourcePath", string("The directory of the workspace whose files are taken")),
        ("targetPath", string("The directory of the repository in which they are put")),
        (
            "commitAction",
            one_of(
                &["create", "update", "delete", "auto"],
                "What happens to each file. The default is create; auto looks at what the branch has",
            ),
        ),
        ("allowEmpty", boolean("Whether a commit without changes is made")),
    ]);
    let output = object(
        &["projectid", "projectPath"],
        [
            ("projectid", string("The project's id or path")),
            ("projectPath", string("The project's path")),
            ("commitHash", string("The git commit hash of the commit")),
        ],
    );
    let described = spec(
        "gitlab:repo:push",
        "Commits the files of the workspace to a branch of a project at GitLab.",
        object(&["repoUrl", "branchName", "commitMessage"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let branch = context.text("branchName").unwrap_or_default().to_owned();
    callboard_scm::git::RefName::branch(&branch)?;
    let files = collect(context, context.text("sourcePath")).await?;
    let gitlab = Gitlab::open(hosts, context).await?;
    ensure_branch(&gitlab, &branch).await?;
    let action = FileAction::of(context.text("commitAction"), FileAction::Fixed("create"));
    let actions = actions(&gitlab, context, files, &branch, action).await?;
    let id = gitlab.project_id()?;
    if actions.is_empty() && context.flag("allowEmpty") != Some(true) {
        context.log.info("Nothing changes, so nothing is committed");
    } else {
        let message = context.text("commitMessage").unwrap_or_default();
        let commit = commit(&gitlab, context, &branch, message, actions).await?;
        context.output("commitHash", commit);
    }
    context.output("projectid", id.clone());
    context.output("projectPath", id);
    Ok(())
}

async fn ensure_branch(gitlab: &Gitlab<'_>, branch: &str) -> Result<(), ActionError> {
    match gitlab.api.get(&gitlab.project(&["repository", "branches", branch])?).await {
        Ok(_) => return Ok(()),
        Err(error) if error.status == 404 => {}
        Err(error) => {
            return Err(ActionError::Input(format!(
                "Failed to check status of branch '{branch}'. Please make sure that branch already exists or Backstage has \
                 permissions to create one. {}",
                error.text
            )));
        }
    }
    let project = gitlab.api.get(&gitlab.project(&[])?).await?;
    let body = json!({"branch": branch, "ref": project.get("default_branch")});
    gitlab.api.post(&gitlab.project(&["repository", "branches"])?, &body).await.map_err(|error| {
        ActionError::Input(format!(
            "The branch '{branch}' was not found and creation failed with error. Please make sure that branch already \
             exists or Backstage has permissions to create one. {}",
            error.text
        ))
    })?;
    Ok(())
}

/// Commits once; its id.
pub(super) async fn commit(
    gitlab: &Gitlab<'_>,
    context: &ActionContext,
    branch: &str,
    message: &str,
    actions: Vec<Value>,
) -> Result<String, ActionError> {
    let target = gitlab.project(&["repository", "commits"])?;
    let newest = gitlab.project(&["repository", "commits", branch])?;
    let body = json!({"branch": branch, "commit_message": message, "actions": actions});
    let id = create_once(
        context,
        "commit",
        async { gitlab.api.post(&target, &body).await.map(|made| made.get("id").cloned().unwrap_or_default()) },
        // GitLab refuses to create the files again; if the branch ends with this message, it is that commit.
        async {
            let found = gitlab.api.get(&newest).await?;
            let said = found.get("message").and_then(Value::as_str).unwrap_or_default();
            match said.trim_end() == message.trim_end() {
                true => Ok(found.get("id").cloned().unwrap_or_default()),
                false => Err(HostError { status: 404, said: String::new(), text: String::new() }),
            }
        },
    )
    .await
    .map_err(|error| {
        ActionError::Input(format!(
            "Committing the changes to {branch} failed. Please check that none of the files created by the template already \
             exists. {error}"
        ))
    })?;
    Ok(id.as_str().unwrap_or_default().to_owned())
}
