//! `publish:gitlab:merge-request`: the files of the workspace as a merge request.

use std::sync::Arc;
use std::time::Duration;

use callboard_scm::encode_query;
use serde_json::{Value, json};

use super::client::{Gitlab, common};
use super::commits::{FileAction, actions};
use super::repo_push::commit;
use crate::action::schema::{boolean, list, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::{create_once, was_begun};
use crate::actions::hosts::{Hosts, collect, host_action, spec};

/// How often is asked whether GitLab has finished looking at a new merge request.
const MAX_LOOKS: u32 = 30;

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("title", string("The title")),
        ("description", string("The text")),
        ("branchName", string("The branch that is made")),
        ("targetBranchName", string("The branch to merge into; the default branch without it")),
        ("sourcePath", string("The directory of the workspace whose files are taken; targetPath without it")),
        ("targetPath", string("The directory of the repository in which they are put")),
        (
            "commitAction",
            one_of(
                &["create", "delete", "update", "skip", "auto"],
                "What happens to each file. The default, auto, looks at what the target branch has",
            ),
        ),
        ("projectid", string("Not used any more: the project stands in repoUrl")),
        ("removeSourceBranch", boolean("Whether the branch is deleted when it is merged")),
        ("assignee", string("The user who is assigned")),
        ("reviewers", list(string("A user"), "Users who are asked for a review")),
        (
            "assignReviewersFromApprovalRules",
            boolean("Whether those whom the approval rules name are asked for a review"),
        ),
        (
            "labels",
            json!({"type": ["string", "array"], "items": {"type": "string"}, "description": "Its labels"}),
        ),
        ("autoMerge", boolean("Whether it merges by itself when the pipeline succeeds")),
    ]);
    let output = object(
        &["targetBranchName", "projectid", "projectPath", "mergeRequestUrl"],
        [
            ("targetBranchName", string("The branch to merge into")),
            ("projectid", string("The project's id or path")),
            ("projectPath", string("The project's path")),
            ("mergeRequestUrl", string("The page of the merge request")),
        ],
    );
    let described = spec(
        "publish:gitlab:merge-request",
        "Opens a merge request at GitLab with the files of the workspace.",
        object(&["repoUrl", "title", "branchName"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let branch = context.text("branchName").unwrap_or_default().to_owned();
    callboard_scm::git::RefName::branch(&branch)?;
    let given = |name: &str| context.text(name).filter(|text| !text.is_empty());
    let source = given("sourcePath").or_else(|| given("targetPath"));
    let files = collect(context, source).await?;
    let gitlab = Gitlab::open(hosts, context).await?;
    let assignee = match given("assignee") {
        Some(name) => user(&gitlab, context, name, "assignee").await,
        None => None,
    };
    let mut reviewers = Vec::new();
    for name in context.texts("reviewers") {
        reviewers.extend(user(&gitlab, context, name, "reviewer").await);
    }
    let target = match given("targetBranchName") {
        Some(name) => name.to_owned(),
        None => default_branch(&gitlab).await?,
    };
    let actions = match context.text("commitAction") {
        Some("skip") => Vec::new(),
        text => actions(&gitlab, context, files, &target, FileAction::of(text, FileAction::Auto)).await?,
    };
    make_branch(&gitlab, context, &branch, &target, !actions.is_empty()).await?;
    if !actions.is_empty() {
        commit(&gitlab, context, &branch, context.text("title").unwrap_or_default(), actions).await?;
    }
    let opened = open(&gitlab, context, &branch, &target, assignee, &reviewers).await?;
    let iid = opened["iid"].to_string();
    if context.flag("assignReviewersFromApprovalRules") == Some(true)
        && let Err(error) = from_rules(&gitlab, &iid, reviewers).await
    {
        context.log.warn(format!("Failed to assign reviewers from approval rules: {error}."));
    }
    if context.flag("autoMerge") == Some(true) {
        let merge = gitlab.project(&["merge_requests", &iid, "merge"])?;
        let body = json!({"auto_merge": true, "merge_when_pipeline_succeeds": true});
        if let Err(error) = gitlab.api.put(&merge, &body).await {
            context.log.warn(format!("The merge request does not merge by itself: {}", error.text));
        }
    }
    let id = gitlab.project_id()?;
    context.output("projectid", id.clone());
    context.output("targetBranchName", target);
    context.output("projectPath", id);
    context.output("mergeRequestUrl", opened["url"].clone());
    Ok(())
}

/// The id of a user; one whom GitLab doesn't know is left out, saying so.
async fn user(gitlab: &Gitlab<'_>, context: &ActionContext, name: &str, role: &str) -> Option<Value> {
    let found = gitlab.api.get(&format!("/users?username={}", encode_query(name))).await;
    let id = found.as_ref().ok().and_then(|users| users.pointer("/0/id")).cloned();
    if id.is_none() {
        let why = found.err().map(|error| error.text).unwrap_or_else(|| "there is no such user".to_owned());
        context.log.warn(format!(
            "Failed to find gitlab user id for {name}: {why}. Proceeding with MR creation without this {role}."
        ));
    }
    id
}

async fn default_branch(gitlab: &Gitlab<'_>) -> Result<String, ActionError> {
    let project = gitlab.api.get(&gitlab.project(&[])?).await?;
    let name = project.get("default_branch").and_then(Value::as_str).filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| {
        ActionError::Input(
            "The branch creation failed. Target branch was not provided, and could not find default branch from project \
             settings"
                .to_owned(),
        )
    })
}

/// Makes the branch. One that is there is an error, unless an earlier run of this step made it or there is nothing to
/// commit.
async fn make_branch(
    gitlab: &Gitlab<'_>,
    context: &ActionContext,
    branch: &str,
    target: &str,
    has_changes: bool,
) -> Result<(), ActionError> {
    let by_name = gitlab.project(&["repository", "branches", branch])?;
    if !was_begun(context, "branch").await?
        && let Ok(there) = gitlab.api.get(&by_name).await
    {
        if !has_changes {
            context.log.info(format!("Using existing branch {branch} without modification."));
            return Ok(());
        }
        let page = there.get("web_url").and_then(Value::as_str).unwrap_or(branch);
        let open = format!("{}?source_branch={}", gitlab.project(&["merge_requests"])?, encode_query(branch));
        let open = gitlab.api.get(&open).await.ok();
        let request = open.as_ref().and_then(|open| open.pointer("/0/web_url")).and_then(Value::as_str);
        return Err(ActionError::Input(match request {
            Some(request) => format!(
                "The branch creation failed because the branch already exists at: {page}. Additionally, there is a Merge \
                 Request for this branch: {request}"
            ),
            None => format!("The branch creation failed because the branch already exists at: {page}."),
        }));
    }
    let branches = gitlab.project(&["repository", "branches"])?;
    create_once(
        context,
        "branch",
        async { gitlab.api.post(&branches, &json!({"branch": branch, "ref": target})).await.map(|_| json!(true)) },
        async { gitlab.api.get(&by_name).await.map(|_| json!(true)) },
    )
    .await
    .map_err(|error| {
        ActionError::Input(format!(
            "The branch creation failed. Please check that your repo does not already contain a branch named '{branch}'. \
             {error}"
        ))
    })?;
    Ok(())
}

async fn open(
    gitlab: &Gitlab<'_>,
    context: &ActionContext,
    branch: &str,
    target: &str,
    assignee: Option<Value>,
    reviewers: &[Value],
) -> Result<Value, ActionError> {
    let mut body = json!({
        "source_branch": branch,
        "target_branch": target,
        "title": context.text("title"),
        "description": context.text("description"),
        "remove_source_branch": context.flag("removeSourceBranch").unwrap_or(false),
    });
    if let Some(id) = assignee {
        body["assignee_id"] = id;
    }
    if !reviewers.is_empty() {
        body["reviewer_ids"] = json!(reviewers);
    }
    match context.input.get("labels") {
        Some(Value::String(labels)) => body["labels"] = labels.clone().into(),
        Some(Value::Array(_)) => body["labels"] = context.texts("labels").join(",").into(),
        _ => {}
    }
    let requests = gitlab.project(&["merge_requests"])?;
    let listed = format!("{requests}?state=opened&source_branch={}", encode_query(branch));
    let kept = |request: &Value| json!({"iid": request.get("iid"), "url": request.get("web_url")});
    create_once(
        context,
        "merge request",
        async { gitlab.api.post(&requests, &body).await.map(|request| kept(&request)) },
        async {
            let all = gitlab.api.get(&listed).await?;
            Ok(kept(all.get(0).unwrap_or(&Value::Null)))
        },
    )
    .await
    .map_err(|error| ActionError::Input(format!("Merge request creation failed. {error}")))
}

/// Asks those whom the rules name, which GitLab knows a moment after the merge request was opened.
async fn from_rules(gitlab: &Gitlab<'_>, iid: &str, mut reviewers: Vec<Value>) -> Result<(), ActionError> {
    let request = gitlab.project(&["merge_requests", iid])?;
    for _ in 0..MAX_LOOKS {
        let now = gitlab.api.get(&request).await?;
        let status = now.get("detailed_merge_status").and_then(Value::as_str).unwrap_or_default();
        if !matches!(status, "preparing" | "approvals_syncing" | "checking") {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let rules = gitlab.api.get(&format!("{request}/approval_rules")).await?;
    let approvers = rules
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|rule| rule.get("eligible_approvers").and_then(Value::as_array))
        .flatten()
        .filter_map(|user| user.get("id").cloned());
    let before = reviewers.len();
    for id in approvers {
        if !reviewers.contains(&id) {
            reviewers.push(id);
        }
    }
    if reviewers.len() > before {
        gitlab.api.put(&request, &json!({"reviewer_ids": reviewers})).await?;
    }
    Ok(())
}
