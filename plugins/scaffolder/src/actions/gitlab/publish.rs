//! `publish:gitlab`: a new project with the files of the workspace.

use std::sync::Arc;

use callboard_scm::encode_query;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::client::{Gitlab, below_project, common};
use crate::action::schema::{boolean, list, number, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::inputs::{author, commit_message, published, sign_commit};
use crate::actions::hosts::once::{create_once, was_begun};
use crate::actions::hosts::{
    Api, First, HostError, Hosts, check_first, host_action, path, publish_first, refuse_signing, spec,
};

/// `access_level` of an owner.
const OWNER: u32 = 50;

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let visibility = || one_of(&["private", "public", "internal"], "Who sees it. The default is private");
    let settings = object(
        &[],
        [
            ("name", string("The project's name")),
            ("path", string("The project's path; made of the name without it")),
            ("auto_devops_enabled", boolean("Whether Auto DevOps is on")),
            ("ci_config_path", string("Where the pipeline's file is")),
            ("description", string("The project's description")),
            ("merge_method", one_of(&["merge", "rebase_merge", "ff"], "How is merged")),
            (
                "squash_option",
                one_of(&["default_off", "default_on", "never", "always"], "Whether is squashed"),
            ),
            ("topics", list(string("A topic"), "Its topics")),
            ("visibility", visibility()),
            (
                "only_allow_merge_if_all_discussions_are_resolved",
                boolean("Whether discussions must be resolved"),
            ),
            ("only_allow_merge_if_pipeline_succeeds", boolean("Whether the pipeline must succeed")),
            ("allow_merge_on_skipped_pipeline", boolean("Whether a skipped pipeline counts as a success")),
        ],
    );
    let branch = object(
        &["name"],
        [
            ("name", string("The branch")),
            ("protect", boolean("Whether it is protected")),
            ("create", boolean("Whether it is made")),
            ("ref", string("What it is made of. The default is master")),
        ],
    );
    let variable = object(
        &["key", "value"],
        [
            ("key", string("The variable's name")),
            ("value", string("Its value")),
            ("description", string("What it is for")),
            ("variable_type", one_of(&["env_var", "file"], "How a job gets it")),
            ("protected", boolean("Whether only protected branches get it")),
            ("masked", boolean("Whether it is masked in logs")),
            ("masked_and_hidden", boolean("Whether it is never shown again")),
            ("raw", boolean("Whether no other variable is put into it")),
            ("environment_scope", string("The environments that get it. The default is *")),
        ],
    );
    let either = |description: &str| json!({"type": ["string", "boolean"], "description": description});
    let mut members = common();
    members.extend([
        ("repoVisibility", visibility()),
        ("defaultBranch", string("The default branch of the project. The default is master")),
        (
            "sourcePath",
            either(
                "The directory of the workspace that becomes the repository's root; `false` pushes nothing",
            ),
        ),
        ("skipExisting", boolean("Whether a project that is there is left as it is")),
        ("setUserAsOwner", boolean("Whether the token's user becomes owner, by the integration's own token")),
        ("ownerUsername", string("Who becomes owner instead of the token's user")),
        ("topics", list(string("A topic"), "Its topics; settings.topics wins")),
        ("settings", settings),
        ("branches", list(branch, "Further branches")),
        ("projectVariables", list(variable, "Variables of its pipelines")),
    ]);
    members.extend([commit_message(), sign_commit()]);
    members.extend(author());
    let project = [
        ("projectId", number("The ID of the project")),
        ("created", boolean("Whether the project was created by this step")),
    ];
    let output = object(
        &["remoteUrl", "repoContentsUrl", "projectId", "commitHash", "created"],
        published().into_iter().chain(project),
    );
    let described = spec(
        "publish:gitlab",
        "Creates a project at GitLab and pushes the content of the workspace as its first commit.",
        object(&["repoUrl"], members),
        Some(output),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    refuse_signing(context.flag("signCommit"))?;
    let branch = context.text("defaultBranch").unwrap_or("master").to_owned();
    check_first(context, &branch, context.text("sourcePath"))?;
    let gitlab = Gitlab::open(hosts, context).await?;
    let (api, owner) = (&gitlab.api, gitlab.at.owner()?);
    let namespace = api.get(&path(&["namespaces", owner])?).await.map_err(|error| match error.status {
        404 => ActionError::Input(format!(
            "The namespace {owner} is not found or the user doesn't have permissions to access it"
        )),
        _ => error.into(),
    })?;
    let settings = settings(context, &gitlab.at.repo, &namespace);
    let by_path = below_project(&format!("{owner}/{}", name_in_url(&settings, &gitlab.at.repo)), &[])?;
    if context.flag("skipExisting") == Some(true)
        && !was_begun(context, "project").await?
        && let Ok(project) = api.get(&by_path).await
    {
        context.log.info("The project is there already and is left as it is");
        let remote_url = project.get("http_url_to_repo").and_then(Value::as_str).unwrap_or_default();
        let project_id = project.get("id").cloned().unwrap_or_default();
        give_out(context, remote_url, &branch, project_id, "", false);
        return Ok(());
    }
    let settings = Value::from(settings);
    let kept = |project: Value| json!({"id": project.get("id"), "url": project.get("http_url_to_repo")});
    let project =
        create_once(context, "project", async { api.post("/projects", &settings).await.map(kept) }, async {
            api.get(&by_path).await.map(kept)
        })
        .await?;
    let id = project["id"].to_string();
    let remote_url = project["url"].as_str().unwrap_or_default().to_owned();
    make_owner(&gitlab, context, &id).await?;
    let mut commit = String::new();
    if context.flag("sourcePath") != Some(false) {
        let first = First {
            integration: gitlab.integration,
            remote_url: &remote_url,
            authorization: gitlab.credential.git.clone(),
            branch: &branch,
            source_path: context.text("sourcePath"),
            message: hosts.message(context.text("gitCommitMessage")),
            author_name: context.text("gitAuthorName"),
            author_email: context.text("gitAuthorEmail"),
        };
        commit = publish_first(hosts, context, first).await?;
    }
    branches(api, context, &id).await?;
    variables(api, context, &id).await?;
    give_out(context, &remote_url, &branch, project["id"].clone(), &commit, true);
    Ok(())
}

fn give_out(
    context: &mut ActionContext,
    remote_url: &str,
    branch: &str,
    project_id: Value,
    commit: &str,
    created: bool,
) {
    let page = remote_url.strip_suffix(".git").unwrap_or(remote_url);
    context.output("repoContentsUrl", format!("{page}/-/blob/{branch}"));
    context.output("remoteUrl", page);
    context.output("projectId", project_id);
    if !commit.is_empty() {
        context.output("commitHash", commit);
    }
    context.output("created", created);
}

/// The last part of the project's path.
fn name_in_url<'a>(settings: &'a Map<String, Value>, repo: &'a str) -> &'a str {
    settings.get("path").and_then(Value::as_str).unwrap_or(repo)
}

fn settings(context: &ActionContext, name: &str, namespace: &Value) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("namespace_id".to_owned(), namespace.get("id").cloned().unwrap_or_default());
    body.insert("name".to_owned(), name.into());
    body.insert("visibility".to_owned(), context.text("repoVisibility").unwrap_or("private").into());
    let topics = context.texts("topics");
    if !topics.is_empty() {
        body.insert("topics".to_owned(), json!(topics));
    }
    if let Some(Value::Object(settings)) = context.input.get("settings") {
        body.extend(settings.clone());
    }
    body
}

/// Whoever may create a project may not always push its protected branch; an owner may. Only the integration's own token
/// can make somebody owner.
async fn make_owner(gitlab: &Gitlab<'_>, context: &ActionContext, id: &str) -> Result<(), ActionError> {
    if context.flag("setUserAsOwner") != Some(true) {
        return Ok(());
    }
    let Some(token) = &gitlab.config.token else { return Ok(()) };
    let user = match context.text("ownerUsername") {
        Some(name) => {
            let found = gitlab.api.get(&format!("/users?username={}", encode_query(name))).await?;
            let first = found.as_array().and_then(|users| users.first()).cloned();
            first.ok_or_else(|| ActionError::Input(format!("GitLab has no user {name}")))?
        }
        None => gitlab.api.get("/user").await?,
    };
    let mut own = gitlab.api.clone();
    own.authorization = Some(format!("Bearer {}", token.expose_secret()).into());
    let body = json!({"user_id": user.get("id"), "access_level": OWNER});
    match own.post(&below_project(id, &["members"])?, &body).await {
        // A member already.
        Err(error) if error.status == 409 => Ok(()),
        other => Ok(other.map(|_| ())?),
    }
}

/// What is there already stays: an earlier run of this step made it.
fn unless_there(result: Result<Value, HostError>, what: &str) -> Result<(), ActionError> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.status == 409 => Ok(()),
        Err(error) if error.said.contains("already") => Ok(()),
        Err(error) => Err(ActionError::Input(format!("{what}. {}", error.text))),
    }
}

async fn branches(api: &Api, context: &ActionContext, id: &str) -> Result<(), ActionError> {
    for branch in context.input.get("branches").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| branch.get(name).and_then(Value::as_str);
        let flag = |name: &str| branch.get(name).and_then(Value::as_bool) == Some(true);
        let name = text("name").unwrap_or_default();
        if flag("create") {
            let body = json!({"branch": name, "ref": text("ref").unwrap_or("master")});
            let made = api.post(&below_project(id, &["repository", "branches"])?, &body).await;
            unless_there(made, &format!("Branch creation failed for {name}"))?;
            context.log.info(format!("Branch {name} created for {id}"));
        }
        if flag("protect") {
            let made = api.post(&below_project(id, &["protected_branches"])?, &json!({"name": name})).await;
            unless_there(made, &format!("Branch protection failed for {name}"))?;
            context.log.info(format!("Branch {name} protected for {id}"));
        }
    }
    Ok(())
}

async fn variables(api: &Api, context: &ActionContext, id: &str) -> Result<(), ActionError> {
    for variable in context.input.get("projectVariables").and_then(Value::as_array).into_iter().flatten() {
        let mut body = json!({
            "variable_type": "env_var", "protected": false, "masked": false, "raw": false, "environment_scope": "*",
        });
        if let (Some(body), Some(given)) = (body.as_object_mut(), variable.as_object()) {
            body.extend(given.clone());
        }
        let key = variable.get("key").and_then(Value::as_str).unwrap_or_default();
        let made = api.post(&below_project(id, &["variables"])?, &body).await;
        unless_there(made, &format!("Environment variable creation failed for {key}"))?;
    }
    Ok(())
}
