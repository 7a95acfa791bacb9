//! `publish:gerrit:review`: the files of the workspace as a change to be reviewed.

use std::sync::Arc;

use callboard_scm::git::RefName;

use super::{change_id, gerrit, project_path};
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::branch::{OnTop, commit_on_top};
use crate::actions::hosts::inputs::{author, sign_commit};
use crate::actions::hosts::{Hosts, host_action, refuse_signing, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        ("repoUrl", string("`gerrit.example.com?repo=project`")),
        ("branch", string("The branch that the change is for. The default is master")),
        ("sourcePath", string("The directory of the workspace whose files are laid over the branch")),
        ("gitCommitMessage", string("The commit's message")),
    ];
    let members = members.into_iter().chain(author()).chain([sign_commit()]);
    let output = object(
        &[],
        [
            ("reviewUrl", string("A URL to the review")),
            ("repoContentsUrl", string("A URL to the root of the repository")),
        ],
    );
    let described = spec(
        "publish:gerrit:review",
        "Creates a change at Gerrit with the files of the workspace.",
        object(&["repoUrl"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("branch").unwrap_or("master").to_owned();
    let to = RefName::review_of(&branch)?;
    let message = context.text("gitCommitMessage").filter(|text| !text.is_empty());
    let message =
        message.ok_or_else(|| ActionError::Input("Missing gitCommitMessage input".to_owned()))?.to_owned();
    let (integration, config, at) = gerrit(hosts, context)?;
    let credential = hosts.credential(context, integration, &at).await?;
    let project = project_path(&at.repo)?;
    let url = format!("{}/a{project}", config.clone_url);
    let remote = hosts.remote(integration, &url, credential.git.clone())?;
    let change = change_id(context).await?;
    let on_top = OnTop {
        base: &branch,
        to,
        source_path: context.text("sourcePath"),
        message: format!("{message}\n\nChange-Id: {change}"),
        author_name: context.text("gitAuthorName"),
        author_email: context.text("gitAuthorEmail"),
    };
    match commit_on_top(hosts, context, &remote, on_top).await {
        // The same commit once more, from a run that was cut off.
        Err(ActionError::Conflict(text)) if text.contains("no new changes") => {}
        other => {
            other?;
        }
    }
    let review = format!("{}/#/q/{change}", config.base_url);
    context.log.info(format!("Review available on {review}"));
    context.output("repoContentsUrl", format!("{}{project}/+/refs/heads/{branch}", config.gitiles_base_url));
    context.output("reviewUrl", review);
    Ok(())
}
