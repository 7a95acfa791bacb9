//! `github:environment:create`: a deployment environment with its rules, variables and secrets.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Github, copied, entity_name};
use super::schema::{self, texts};
use super::secrets::{set_secrets, set_variables};
use crate::action::schema::{boolean, list, number, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, path, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let policy = object(
        &["protected_branches", "custom_branch_policies"],
        [
            (
                "protected_branches",
                boolean("Whether only protected branches deploy; not with custom policies"),
            ),
            ("custom_branch_policies", boolean("Whether only branches that match a pattern deploy")),
        ],
    );
    let members = [
        schema::repo_url(),
        schema::token(),
        ("name", string("The environment's name")),
        ("deploymentBranchPolicy", policy),
        ("customBranchPolicyNames", list(string("A pattern"), "Branches that may deploy")),
        ("customTagPolicyNames", list(string("A pattern"), "Tags that may deploy")),
        ("environmentVariables", texts("Variables of the environment")),
        ("secrets", texts("Secrets of the environment")),
        ("waitTimer", number("Minutes to wait before a deployment")),
        ("preventSelfReview", boolean("Whether nobody may approve their own deployment")),
        ("reviewers", list(string("An entity reference"), "Users and groups of the catalog who may approve")),
    ];
    let described = spec(
        "github:environment:create",
        "Creates a deployment environment of a repository at GitHub.",
        object(&["repoUrl", "name"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let name = context.text("name").unwrap_or_default();
    let mut body = copied(
        &context.input,
        &[
            ("deploymentBranchPolicy", "deployment_branch_policy"),
            ("waitTimer", "wait_timer"),
            ("preventSelfReview", "prevent_self_review"),
        ],
    );
    let reviewers = reviewers(&github, context).await?;
    if !reviewers.is_empty() {
        body.insert("reviewers".to_owned(), reviewers.into());
    }
    github.api.put(&github.repo(&["environments", name])?, &body.into()).await?;
    let policies = github.repo(&["environments", name, "deployment-branch-policies"])?;
    for (member, kind) in [("customBranchPolicyNames", "branch"), ("customTagPolicyNames", "tag")] {
        for pattern in context.texts(member) {
            match github.api.post(&policies, &json!({"name": pattern, "type": kind})).await {
                // There already, from a run that was cut off.
                Err(error) if matches!(error.status, 303 | 409) => {}
                other => {
                    other?;
                }
            }
        }
    }
    let variables = github.repo(&["environments", name, "variables"])?;
    set_variables(&github.api, &variables, context.input.get("environmentVariables")).await?;
    let secrets = github.repo(&["environments", name, "secrets"])?;
    set_secrets(&github.api, &secrets, context.input.get("secrets")).await
}

/// Users and teams by their entity references; one that GitHub doesn't know is left out, saying so.
async fn reviewers(github: &Github<'_>, context: &ActionContext) -> Result<Vec<Value>, ActionError> {
    let mut found = Vec::new();
    for reference in context.texts("reviewers") {
        let name = entity_name(reference);
        let kind = reference.split_once(':').map(|(kind, _)| kind.to_ascii_lowercase());
        let (target, kind) = match kind.as_deref() {
            Some("user") => (path(&["users", name])?, "User"),
            Some("group") => (path(&["orgs", &github.owner, "teams", name])?, "Team"),
            _ => {
                return Err(ActionError::Input(format!(
                    "the reviewer \"{reference}\" is no reference of a user or group: user:default/ada"
                )));
            }
        };
        match github.api.get(&target).await {
            Ok(answer) => found.push(json!({"type": kind, "id": answer.get("id")})),
            Err(error) => context.log.error(format!("{kind} {name} not found: {}", error.text)),
        }
    }
    Ok(found)
}
