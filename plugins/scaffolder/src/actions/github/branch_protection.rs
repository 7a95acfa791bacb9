//! `github:branch-protection:create`: rules for a branch.

use std::sync::Arc;

use serde_json::Value;

use super::client::Github;
use super::protect::protect;
use super::schema;
use crate::action::schema::{boolean, object, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = vec![
        schema::repo_url(),
        schema::token(),
        ("branch", string("The branch to protect; the default branch without it")),
        ("enforceAdmins", with_default(boolean("Whether the rules hold for administrators too"), true)),
        ("blockCreations", with_default(boolean("Whether branches that match can't be created"), false)),
    ];
    members.extend(schema::protection());
    let described = spec(
        "github:branch-protection:create",
        "Protects a branch at GitHub.",
        object(&["repoUrl"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let branch = match context.text("branch") {
        Some(branch) => branch.to_owned(),
        None => {
            let repository = github.api.get(&github.repo(&[])?).await?;
            repository.get("default_branch").and_then(Value::as_str).unwrap_or("main").to_owned()
        }
    };
    let enforce_admins = context.flag("enforceAdmins").unwrap_or(true);
    protect(&github, context, &branch, enforce_admins).await
}
