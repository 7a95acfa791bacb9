//! Creating a repository with everything that belongs to it.

use serde_json::{Map, Value, json};

use super::client::{Github, copied, entity_name};
use super::secrets;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{HostError, path};

/// Input members and their names in the API.
const SETTINGS: [(&str, &str); 5] = [
    ("description", "description"),
    ("homepage", "homepage"),
    ("hasProjects", "has_projects"),
    ("allowUpdateBranch", "allow_update_branch"),
    ("autoInit", "auto_init"),
];
/// The same, with the value of a missing one.
const SWITCHES: [(&str, &str, bool); 7] = [
    ("deleteBranchOnMerge", "delete_branch_on_merge", false),
    ("allowMergeCommit", "allow_merge_commit", true),
    ("allowSquashMerge", "allow_squash_merge", true),
    ("allowRebaseMerge", "allow_rebase_merge", true),
    ("allowAutoMerge", "allow_auto_merge", false),
    ("hasWiki", "has_wiki", true),
    ("hasIssues", "has_issues", true),
];

/// Creates it; `{html_url, clone_url, default_branch}`.
pub(super) async fn create(github: &Github<'_>, context: &ActionContext) -> Result<Value, ActionError> {
    let owner = &github.owner;
    let account = github.api.get(&path(&["users", owner])?).await.map_err(|error| match error.status {
        404 => ActionError::NotFound(format!("{} has no user or organization {owner}", github.at.host)),
        _ => error.into(),
    })?;
    let is_organization = account.get("type").and_then(Value::as_str) == Some("Organization");
    let access = context.text("access").filter(|access| !access.is_empty());
    let team = access.and_then(|access| access.strip_prefix(&format!("{owner}/")));
    if let Some(team) = team {
        github.api.get(&path(&["orgs", owner, "teams", team])?).await.map_err(|error| match error.status {
            404 => ActionError::NotFound(format!(
                "Received 'Not Found' from the API; one of org: {owner} or team: {team} was not found within GitHub."
            )),
            _ => error.into(),
        })?;
    }
    let (target, kind) = match is_organization {
        true => (path(&["orgs", owner, "repos"])?, "Organization"),
        false => ("/user/repos".to_owned(), "User"),
    };
    let body = Value::from(settings(context, &github.at.repo, is_organization));
    let repository = github.repo(&[])?;
    let created = create_once(
        context,
        "repository",
        async {
            let created = github.api.post(&target, &body).await;
            created.map(|answer| kept(&answer)).map_err(|error| explain(error, kind, github))
        },
        async { github.api.get(&repository).await.map(|answer| kept(&answer)) },
    )
    .await?;
    context.log.info(format!("Repository {owner}/{} is there", github.at.repo));
    furnish(github, context, access, team).await?;
    Ok(created)
}

fn kept(answer: &Value) -> Value {
    let member = |name: &str| answer.get(name).cloned().unwrap_or_default();
    json!({
        "html_url": member("html_url"), "clone_url": member("clone_url"), "default_branch": member("default_branch"),
    })
}

fn explain(mut error: HostError, kind: &str, github: &Github<'_>) -> HostError {
    if error.status != 0 {
        error.text = format!(
            "Failed to create the {kind} repository {}/{}, {}",
            github.owner, github.at.repo, error.text
        );
    }
    error
}

fn settings(context: &ActionContext, name: &str, in_organization: bool) -> Map<String, Value> {
    let input = &context.input;
    let visibility = context.text("repoVisibility").unwrap_or("private");
    let mut body = copied(input, &SETTINGS);
    body.insert("name".to_owned(), name.into());
    body.insert("private".to_owned(), (visibility == "private").into());
    for (from, to, missing) in SWITCHES {
        body.insert(to.to_owned(), context.flag(from).unwrap_or(missing).into());
    }
    let text = |name: &str, missing: &str| Value::from(context.text(name).unwrap_or(missing));
    body.insert("squash_merge_commit_title".to_owned(), text("squashMergeCommitTitle", "COMMIT_OR_PR_TITLE"));
    body.insert(
        "squash_merge_commit_message".to_owned(),
        text("squashMergeCommitMessage", "COMMIT_MESSAGES"),
    );
    if in_organization {
        body.insert("visibility".to_owned(), visibility.into());
        body.extend(copied(input, &[("customProperties", "custom_properties")]));
    }
    body
}

/// Access, topics, variables, secrets: each of them can be set again.
async fn furnish(
    github: &Github<'_>,
    context: &ActionContext,
    access: Option<&str>,
    team: Option<&str>,
) -> Result<(), ActionError> {
    let (owner, repo, api, input) = (&github.owner, &github.at.repo, &github.api, &context.input);
    let team_path = |team: &str| path(&["orgs", owner, "teams", team, "repos", owner, repo]);
    match (team, access) {
        (Some(team), _) => {
            api.put(&team_path(team)?, &json!({"permission": "admin"})).await?;
        }
        (None, Some(user)) if user != owner => {
            api.put(&github.repo(&["collaborators", user])?, &json!({"permission": "admin"})).await?;
        }
        _ => {}
    }
    for collaborator in input.get("collaborators").and_then(Value::as_array).into_iter().flatten() {
        let member = |name: &str| collaborator.get(name).and_then(Value::as_str);
        let permission = member("access").unwrap_or("pull");
        let (who, target) = match (member("user"), member("team")) {
            (Some(user), _) => (user, github.repo(&["collaborators", entity_name(user)])?),
            (None, Some(team)) => (team, team_path(entity_name(team))?),
            (None, None) => continue,
        };
        if let Err(error) = api.put(&target, &json!({"permission": permission})).await {
            context.log.warn(format!("Skipping {permission} access for {who}, {}", error.text));
        }
    }
    let topics: Vec<String> = context.texts("topics").into_iter().map(str::to_lowercase).collect();
    if !topics.is_empty()
        && let Err(error) = api.put(&github.repo(&["topics"])?, &json!({"names": topics})).await
    {
        context.log.warn(format!("Skipping topics {}, {}", topics.join(" "), error.text));
    }
    let variables = github.repo(&["actions", "variables"])?;
    secrets::set_variables(api, &variables, input.get("repoVariables")).await?;
    secrets::set_secrets(api, &github.repo(&["actions", "secrets"])?, input.get("secrets")).await?;
    if let Some(custom) = input.get("oidcCustomization") {
        let mut body = copied(custom, &[("includeClaimKeys", "include_claim_keys")]);
        let uses_default = custom.get("useDefault").and_then(Value::as_bool).unwrap_or(true);
        body.insert("use_default".to_owned(), uses_default.into());
        api.put(&github.repo(&["actions", "oidc", "customization", "sub"])?, &body.into()).await?;
    }
    if context.flag("subscribe") == Some(true) {
        let body = json!({"subscribed": true, "ignored": false});
        api.put(&github.repo(&["subscription"])?, &body).await?;
    }
    Ok(())
}
