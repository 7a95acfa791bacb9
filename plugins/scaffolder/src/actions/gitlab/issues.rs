//! `gitlab:issues:create` and `gitlab:issue:edit`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Gitlab, below_project, common, id, id_of, renamed};
use crate::action::schema::{boolean, list, number, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{HostError, Hosts, host_action, spec};

const TYPES: [&str; 4] = ["issue", "incident", "test_case", "task"];

/// Input members and their names in the API, of both actions.
const SHARED: [(&str, &str); 10] = [
    ("title", "title"),
    ("assignees", "assignee_ids"),
    ("confidential", "confidential"),
    ("description", "description"),
    ("dueDate", "due_date"),
    ("epicId", "epic_id"),
    ("labels", "labels"),
    ("issueType", "issue_type"),
    ("milestoneId", "milestone_id"),
    ("weight", "weight"),
];

fn shared() -> Vec<(&'static str, Value)> {
    let mut members = common();
    members.extend([
        ("title", string("The title")),
        ("assignees", list(number("An ID"), "The IDs of the users who are assigned")),
        ("confidential", boolean("Whether it is confidential")),
        ("description", string("The text")),
        ("dueDate", string("When it is due: 2026-12-31")),
        ("epicId", number("The ID of its epic")),
        ("labels", string("Its labels, with commas between")),
        ("issueType", one_of(&TYPES, "What it is")),
        ("milestoneId", number("The ID of its milestone")),
        ("weight", number("Its weight")),
    ]);
    members
}

pub(super) fn create(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = shared();
    members.extend([
        ("projectId", id("The project's ID or path")),
        ("createdAt", string("When it was created")),
        ("discussionToResolve", string("The ID of a discussion that it resolves")),
        (
            "mergeRequestToResolveDiscussionsOf",
            number("The number of a merge request of which it resolves the discussions"),
        ),
    ]);
    let output = object(
        &["issueUrl", "issueId", "issueIid"],
        [
            ("issueUrl", string("The page of the issue")),
            ("issueId", number("Its ID")),
            ("issueIid", number("Its number in the project")),
        ],
    );
    let described = spec(
        "gitlab:issues:create",
        "Creates an issue of a project at GitLab.",
        object(&["repoUrl", "title"], members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run_create(hosts, context)))
}

async fn run_create(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let mut body = renamed(context, &SHARED);
    body.extend(renamed(
        context,
        &[
            ("createdAt", "created_at"),
            ("discussionToResolve", "discussion_to_resolve"),
            ("mergeRequestToResolveDiscussionsOf", "merge_request_to_resolve_discussions_of"),
        ],
    ));
    let target = below_project(&id_of(context, "projectId")?, &["issues"])?;
    let body = Value::from(body);
    let issue = create_once(
        context,
        "issue",
        async {
            let made = gitlab.api.post(&target, &body).await?;
            Ok(json!({"url": made.get("web_url"), "id": made.get("id"), "iid": made.get("iid")}))
        },
        async { Err(HostError { status: 404, said: String::new(), text: String::new() }) },
    )
    .await?;
    for (name, member) in [("issueUrl", "url"), ("issueId", "id"), ("issueIid", "iid")] {
        context.output(name, issue[member].clone());
    }
    Ok(())
}

pub(super) fn edit(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = shared();
    members.extend([
        ("projectId", number("The project's ID")),
        ("issueIid", number("The issue's number in the project")),
        ("addLabels", string("Labels to add, with commas between")),
        ("removeLabels", string("Labels to remove, with commas between")),
        ("discussionLocked", boolean("Whether only members may comment")),
        ("stateEvent", one_of(&["close", "reopen"], "Whether it is closed or opened again")),
        ("updatedAt", string("When it was changed")),
    ]);
    let output = object(
        &["issueUrl", "projectId", "issueId", "issueIid", "state", "title", "updatedAt"],
        [
            ("issueUrl", string("The page of the issue")),
            ("projectId", number("The project's ID")),
            ("issueId", number("The issue's ID")),
            ("issueIid", number("Its number in the project")),
            ("state", string("Whether it is open")),
            ("title", string("The title")),
            ("updatedAt", string("When it was changed")),
        ],
    );
    let described = spec(
        "gitlab:issue:edit",
        "Changes an issue of a project at GitLab.",
        object(&["repoUrl", "projectId", "issueIid"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_edit(hosts, context)))
}

async fn run_edit(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let mut body = renamed(context, &SHARED);
    body.extend(renamed(
        context,
        &[
            ("addLabels", "add_labels"),
            ("removeLabels", "remove_labels"),
            ("discussionLocked", "discussion_locked"),
            ("stateEvent", "state_event"),
            ("updatedAt", "updated_at"),
        ],
    ));
    let (project, issue) = (id_of(context, "projectId")?, id_of(context, "issueIid")?);
    let changed = gitlab.api.put(&below_project(&project, &["issues", &issue])?, &body.into()).await?;
    for (name, member) in [
        ("issueUrl", "web_url"),
        ("projectId", "project_id"),
        ("issueId", "id"),
        ("issueIid", "iid"),
        ("state", "state"),
        ("title", "title"),
        ("updatedAt", "updated_at"),
    ] {
        context.output(name, changed.get(member).cloned().unwrap_or_default());
    }
    Ok(())
}
