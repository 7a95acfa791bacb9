//! `bitbucketCloud:branchRestriction:create`: a rule for branches.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{BitbucketCloud, common};
use crate::action::schema::{list, number, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError};
use crate::actions::hosts::{Hosts, host_action, spec};

const KINDS: [&str; 16] = [
    "push",
    "force",
    "delete",
    "restrict_merges",
    "require_tasks_to_be_completed",
    "require_approvals_to_merge",
    "require_default_reviewer_approvals_to_merge",
    "require_no_changes_requested",
    "require_passing_builds_to_merge",
    "require_commits_behind",
    "reset_pullrequest_approvals_on_change",
    "smart_reset_pullrequest_approvals",
    "reset_pullrequest_changes_requested_on_change",
    "require_all_dependencies_merged",
    "enforce_merge_checks",
    "allow_auto_merge_when_builds_pass",
];
const TYPES: [&str; 6] = ["feature", "bugfix", "release", "hotfix", "development", "production"];

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("kind", one_of(&KINDS, "The rule")),
        (
            "branchMatchKind",
            one_of(&["glob", "branching_model"], "How branches are named. The default is branching_model"),
        ),
        ("branchType", one_of(&TYPES, "The branches of a branching model. The default is development")),
        ("pattern", string("The branches of a glob")),
        ("value", json!({"type": ["number", "null"], "description": "The rule's number. The default is 1"})),
        ("users", list(object(&["uuid"], [("uuid", string("An UUID"))]), "Users for whom it does not hold")),
        (
            "groups",
            list(object(&["slug"], [("slug", string("A name"))]), "Groups for which it does not hold"),
        ),
    ]);
    let output = object(
        &[],
        [("json", string("What Bitbucket answered")), ("statusCode", number("The status of the answer"))],
    );
    let described = spec(
        "bitbucketCloud:branchRestriction:create",
        "Creates a rule for branches of a repository at Bitbucket Cloud.",
        object(&["repoUrl", "kind"], members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let cloud = BitbucketCloud::open(hosts, context).await?;
    let input = &context.input;
    let kind = context.text("kind").unwrap_or_default();
    let by = context.text("branchMatchKind").unwrap_or("branching_model");
    let typed = |name: &str, kind: &str| -> Vec<Value> {
        let entries = input.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        entries
            .into_iter()
            .map(|mut entry| {
                entry["type"] = kind.into();
                entry
            })
            .collect()
    };
    let mut body = json!({
        "type": "branchrestriction",
        "kind": kind,
        "branch_match_kind": by,
        "users": typed("users", "user"),
        "groups": typed("groups", "group"),
        "value": if kind == "push" { Value::Null } else { input.get("value").cloned().unwrap_or_else(|| json!(1)) },
    });
    match by {
        "glob" => body["pattern"] = context.text("pattern").unwrap_or_default().into(),
        _ => body["branch_type"] = context.text("branchType").unwrap_or("development").into(),
    }
    let answer = cloud.api.post(&cloud.repository(&["branch-restrictions"])?, &body).await?;
    context.output("statusCode", 201);
    context.output("json", answer.to_string());
    Ok(())
}
