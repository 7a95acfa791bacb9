//! `publish:github:pull-request`: the files of the workspace as a pull request.

use std::sync::Arc;

use serde_json::{Value, json};

use super::changes::{self, Commit};
use super::client::Github;
use super::schema;
use crate::action::schema::{boolean, list, number, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once;
use crate::actions::hosts::{Hosts, collect, host_action, path, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let names = |what| list(string("A name"), what);
    let members = [
        schema::repo_url(),
        schema::token(),
        ("branchName", string("The branch that is made")),
        ("targetBranchName", string("The branch to merge into; the default branch without it")),
        ("title", string("The title")),
        ("description", string("The text")),
        ("filesToDelete", list(string("A path"), "Files that are taken away")),
        ("draft", boolean("Whether it is a draft")),
        ("sourcePath", string("The directory of the workspace whose files are taken")),
        ("targetPath", string("The directory of the repository in which they are put")),
        ("reviewers", names("Users who are asked for a review")),
        ("assignees", names("Users who are assigned")),
        ("teamReviewers", names("Teams that are asked for a review")),
        ("commitMessage", string("The commit's message; the title without it")),
        ("update", boolean("Whether an open pull request of this branch is updated")),
        ("forceFork", boolean("Whether the branch is made in a fork")),
        ("gitAuthorName", string("The commit's author; the token's own without it")),
        ("gitAuthorEmail", string("The author's address")),
        (
            "forceEmptyGitAuthor",
            boolean("Whether the commit is the token's own whatever the configuration says"),
        ),
        (
            "createWhenEmpty",
            boolean("Whether a pull request that changes nothing is made. The default is true"),
        ),
    ];
    let output = object(
        &["targetBranchName", "remoteUrl", "pullRequestNumber"],
        [
            ("targetBranchName", string("The branch to merge into")),
            ("remoteUrl", string("The page of the pull request")),
            ("pullRequestNumber", number("Its number")),
        ],
    );
    let described = spec(
        "publish:github:pull-request",
        "Opens a pull request at GitHub with the files of the workspace.",
        object(&["repoUrl", "branchName", "title", "description"], members),
        Some(output),
    );
    let described = ActionSpec { supports_dry_run: true, idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let branch = context.text("branchName").unwrap_or_default().to_owned();
    callboard_scm::git::RefName::branch(&branch)?;
    if context.dry_run {
        let repo_url = context.text("repoUrl").unwrap_or_default().to_owned();
        hosts.repository(&repo_url)?;
        context.log.info("Dry run: no pull request is opened");
        context.output("targetBranchName", branch);
        context.output("remoteUrl", repo_url);
        context.output("pullRequestNumber", 43);
        return Ok(());
    }
    let files = collect(context, context.text("sourcePath")).await?;
    let github = Github::open(hosts, context).await?;
    let api = &github.api;
    let repository = api.get(&github.repo(&[])?).await?;
    let base = match context.text("targetBranchName").filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => repository.get("default_branch").and_then(Value::as_str).unwrap_or("main").to_owned(),
    };
    let may_push = repository.pointer("/permissions/push").and_then(Value::as_bool).unwrap_or(true);
    let (head_owner, home) = match context.flag("forceFork") == Some(true) || !may_push {
        false => (github.owner.clone(), github.repo(&[])?),
        true => fork(&github, context).await?,
    };
    let found = api.get(&github.repo(&["branches", &base])?).await?;
    let text = |pointer: &str| found.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let open = open_pull(&github, &head_owner, &branch).await?;
    let (mut base_commit, mut base_tree) = (text("/commit/sha"), text("/commit/commit/tree/sha"));
    let is_update = context.flag("update") == Some(true) && open.is_some();
    if is_update {
        // On top of what the pull request has.
        let there = api.get(&format!("{home}{}", path(&["branches", &branch])?)).await?;
        let text =
            |pointer: &str| there.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        (base_commit, base_tree) = (text("/commit/sha"), text("/commit/commit/tree/sha"));
    }
    let title = context.text("title").unwrap_or_default();
    let commit = Commit {
        repository: &home,
        base_commit: &base_commit,
        base_tree: &base_tree,
        message: context.text("commitMessage").filter(|text| !text.is_empty()).unwrap_or(title),
        author: author(context),
    };
    let made = changes::commit(&github, context, files, &commit).await?;
    if made.is_none() && context.flag("createWhenEmpty") == Some(false) {
        context.log.info("Nothing changes, so no pull request is opened");
        return Ok(());
    }
    let to = made.unwrap_or(base_commit);
    move_branch(&github, context, &home, &branch, &to, is_update).await?;
    let pull = match open.filter(|_| is_update) {
        Some(pull) => pull,
        None => open_new(&github, context, &head_owner, &branch, &base).await?,
    };
    let number = pull.get("number").cloned().unwrap_or_default();
    ask(&github, context, &number).await?;
    context.output("targetBranchName", pull.pointer("/base/ref").cloned().unwrap_or_else(|| json!(base)));
    context.output("remoteUrl", pull.get("html_url").cloned().unwrap_or_default());
    context.output("pullRequestNumber", number);
    Ok(())
}

/// The author that the step names; without one the commit is the token's own, and GitHub signs it.
fn author(context: &ActionContext) -> Option<Value> {
    if context.flag("forceEmptyGitAuthor") == Some(true) {
        return None;
    }
    let (name, email) = (context.text("gitAuthorName"), context.text("gitAuthorEmail"));
    (name.is_some() || email.is_some()).then(|| {
        json!({
            "name": name.unwrap_or("Scaffolder"),
            "email": email.unwrap_or("scaffolder@backstage.io"),
        })
    })
}

/// A fork of the token's own; GitHub answers the one that is there.
async fn fork(github: &Github<'_>, context: &ActionContext) -> Result<(String, String), ActionError> {
    let made = github.api.post(&github.repo(&["forks"])?, &json!({})).await?;
    let text = |pointer: &str| made.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (owner, name) = (text("/owner/login"), text("/name"));
    context.log.info(format!("The branch is made in the fork {owner}/{name}"));
    let home = path(&["repos", &owner, &name])?;
    Ok((owner, home))
}

async fn open_pull(
    github: &Github<'_>,
    head_owner: &str,
    branch: &str,
) -> Result<Option<Value>, ActionError> {
    let head = callboard_scm::encode_query(&format!("{head_owner}:{branch}"));
    let list = github.api.get(&format!("{}?head={head}&state=open", github.repo(&["pulls"])?)).await?;
    Ok(list.as_array().and_then(|pulls| pulls.first()).cloned())
}

/// Makes the branch, or moves the one of an update. A branch that an earlier run of this step made is moved too.
async fn move_branch(
    github: &Github<'_>,
    context: &ActionContext,
    home: &str,
    branch: &str,
    to: &str,
    is_update: bool,
) -> Result<(), ActionError> {
    let update = format!("{home}/git/refs/heads/{}", callboard_scm::encode_path(branch));
    if is_update {
        github.api.patch(&update, &json!({"sha": to, "force": false})).await?;
        return Ok(());
    }
    let is_again = once::was_begun(context, "branch").await?;
    once::begin(context, "branch").await?;
    let body = json!({"ref": format!("refs/heads/{branch}"), "sha": to});
    match github.api.post(&format!("{home}/git/refs"), &body).await {
        Err(error) if is_again && error.status == 422 => {
            github.api.patch(&update, &json!({"sha": to, "force": true})).await?;
        }
        Err(error) => {
            if error.status != 0 {
                once::forget(context, "branch").await?;
            }
            return Err(match error.said.contains("already exists") {
                true => ActionError::Conflict(format!(
                    "the branch {branch} exists already; choose another branchName, or set update for an open pull request"
                )),
                false => error.into(),
            });
        }
        Ok(_) => {}
    }
    Ok(())
}

/// Opens it, unless an earlier run of this step did.
async fn open_new(
    github: &Github<'_>,
    context: &ActionContext,
    head_owner: &str,
    branch: &str,
    base: &str,
) -> Result<Value, ActionError> {
    if let Some(pull) = open_pull(github, head_owner, branch).await? {
        return Ok(pull);
    }
    let body = json!({
        "title": context.text("title"),
        "body": context.text("description"),
        "head": format!("{head_owner}:{branch}"),
        "base": base,
        "draft": context.flag("draft").unwrap_or(false),
    });
    Ok(github.api.post(&github.repo(&["pulls"])?, &body).await?)
}

/// Asks for reviews and assigns; what GitHub refuses there does not undo the pull request.
async fn ask(github: &Github<'_>, context: &ActionContext, number: &Value) -> Result<(), ActionError> {
    let number = number.to_string();
    let unique = |name: &str| {
        let mut names: Vec<&str> = context.texts(name);
        names.sort_unstable();
        names.dedup();
        names
    };
    let (users, teams, assignees) = (unique("reviewers"), unique("teamReviewers"), unique("assignees"));
    if !users.is_empty() || !teams.is_empty() {
        let target = github.repo(&["pulls", &number, "requested_reviewers"])?;
        match github.api.post(&target, &json!({"reviewers": users, "team_reviewers": teams})).await {
            Ok(_) => context.log.info(format!(
                "Added users [{}] and teams [{}] as reviewers to Pull request {number}",
                users.join(", "),
                teams.join(", ")
            )),
            Err(error) => context
                .log
                .error(format!("Failure when adding reviewers to Pull request {number}: {}", error.text)),
        }
    }
    if !assignees.is_empty() {
        let target = github.repo(&["issues", &number, "assignees"])?;
        if let Err(error) = github.api.post(&target, &json!({"assignees": assignees})).await {
            context
                .log
                .error(format!("Failure when adding assignees to Pull request {number}: {}", error.text));
        }
    }
    Ok(())
}
