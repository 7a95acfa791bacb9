//! `github:pages:enable`: the repository serves a site.

use std::sync::Arc;

use serde_json::json;

use super::client::Github;
use super::schema;
use crate::action::schema::{object, one_of, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("buildType", with_default(one_of(&["legacy", "workflow"], "Who builds the site"), "workflow")),
        ("sourceBranch", with_default(string("The branch of a legacy site"), "main")),
        ("sourcePath", with_default(one_of(&["/", "/docs"], "The directory of a legacy site"), "/")),
    ];
    let described = spec(
        "github:pages:enable",
        "Enables GitHub Pages for a repository.",
        object(&["repoUrl"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let source = json!({
        "branch": context.text("sourceBranch").unwrap_or("main"),
        "path": context.text("sourcePath").unwrap_or("/"),
    });
    let body = json!({"build_type": context.text("buildType").unwrap_or("workflow"), "source": source});
    let target = github.repo(&["pages"])?;
    match github.api.post(&target, &body).await {
        // It has a site already, which gets these settings.
        Err(error) if error.status == 409 => github.api.put(&target, &body).await?,
        other => other?,
    };
    context.log.info(format!("GitHub Pages are on for {}/{}", github.owner, github.at.repo));
    Ok(())
}
