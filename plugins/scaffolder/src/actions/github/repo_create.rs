//! `github:repo:create`: a new repository without a push.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::Github;
use super::create::create;
use super::schema;
use crate::action::schema::{boolean, object, one_of, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = vec![
        schema::repo_url(),
        schema::token(),
        ("autoInit", with_default(boolean("Whether it starts with a commit of a README"), false)),
        (
            "workflowAccess",
            one_of(&["none", "organization", "user"], "Whose workflows may use this repository's actions"),
        ),
    ];
    members.extend(schema::repository());
    let described = spec(
        "github:repo:create",
        "Creates a repository at GitHub.",
        object(&["repoUrl"], members),
        Some(object(
            &["remoteUrl", "repoContentsUrl"],
            [
                ("remoteUrl", string("A URL to the repository with the provider")),
                ("repoContentsUrl", string("A URL to the root of the repository")),
            ],
        )),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let repository = create(&github, context).await?;
    if let Some(level) = context.text("workflowAccess") {
        let target = github.repo(&["actions", "permissions", "access"])?;
        github.api.put(&target, &json!({"access_level": level})).await?;
    }
    let member = |name: &str| repository.get(name).and_then(Value::as_str);
    let branch = member("default_branch").unwrap_or("master");
    context.output("repoContentsUrl", format!("{}/blob/{branch}", member("html_url").unwrap_or_default()));
    context.output("remoteUrl", member("clone_url").unwrap_or_default());
    Ok(())
}
