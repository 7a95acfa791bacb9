//! `gitlab:projectAccessToken:create`, `gitlab:projectDeployToken:create` and `gitlab:projectVariable:create`.

use std::sync::Arc;

use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

use super::client::{Gitlab, below_project, common, id, id_of, renamed};
use crate::action::schema::{boolean, list, number, object, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, spec};

fn of_project() -> Vec<(&'static str, Value)> {
    let mut members = common();
    members.push(("projectId", id("The project's ID or path")));
    members
}

pub(super) fn access_token(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = of_project();
    members.extend([
        ("name", string("The token's name")),
        ("accessLevel", number("What it may do, as GitLab's number. The default is 40, a maintainer")),
        ("scopes", list(string("A scope"), "What it is for")),
        ("expiresAt", string("When it ends: 2026-12-31. The default is in a year")),
    ]);
    let described = spec(
        "gitlab:projectAccessToken:create",
        "Creates an access token of a project at GitLab.",
        object(&["projectId", "repoUrl"], members),
        Some(object(&["access_token"], [("access_token", string("The token"))])),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run_access_token(hosts, context)))
}

async fn run_access_token(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let mut body = renamed(
        context,
        &[
            ("name", "name"),
            ("accessLevel", "access_level"),
            ("scopes", "scopes"),
            ("expiresAt", "expires_at"),
        ],
    );
    if !body.contains_key("expires_at") {
        let end = Zoned::now().date().saturating_add(1.year());
        body.insert("expires_at".to_owned(), end.to_string().into());
    }
    let target = below_project(&id_of(context, "projectId")?, &["access_tokens"])?;
    let made = gitlab.api.post(&target, &body.into()).await?;
    let token = made.get("token").and_then(Value::as_str);
    let token = token.ok_or_else(|| ActionError::Failed("Could not create access token".to_owned()))?;
    context.output("access_token", token);
    Ok(())
}

pub(super) fn deploy_token(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = of_project();
    members.extend([
        ("name", string("The token's name")),
        ("username", string("The user name that goes with it")),
        ("scopes", list(string("A scope"), "What it is for")),
    ]);
    let output = object(
        &["deploy_token", "user"],
        [("deploy_token", string("The token")), ("user", string("The user name that goes with it"))],
    );
    let described = spec(
        "gitlab:projectDeployToken:create",
        "Creates a deploy token of a project at GitLab.",
        object(&["repoUrl", "projectId", "name", "scopes"], members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run_deploy_token(hosts, context)))
}

async fn run_deploy_token(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let body = renamed(context, &[("name", "name"), ("username", "username"), ("scopes", "scopes")]);
    let target = below_project(&id_of(context, "projectId")?, &["deploy_tokens"])?;
    let made = gitlab.api.post(&target, &body.into()).await?;
    let member = |name: &str| made.get(name).and_then(Value::as_str);
    let (Some(token), Some(user)) = (member("token"), member("username")) else {
        return Err(ActionError::Failed("Deploy Token not created".to_owned()));
    };
    context.output("deploy_token", token);
    context.output("user", user);
    Ok(())
}

pub(super) fn variable(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = of_project();
    members.extend([
        ("key", string("The variable's name")),
        ("value", string("Its value")),
        ("variableType", string("env_var or file")),
        ("variableProtected", with_default(boolean("Whether only protected branches get it"), false)),
        ("masked", with_default(boolean("Whether it is masked in logs"), false)),
        ("maskedAndHidden", with_default(boolean("Whether it is never shown again"), false)),
        ("raw", with_default(boolean("Whether no other variable is put into it"), false)),
        ("environmentScope", with_default(string("The environments that get it"), "*")),
    ]);
    let described = spec(
        "gitlab:projectVariable:create",
        "Creates a variable of a project's pipelines at GitLab.",
        object(&["repoUrl", "projectId", "key", "value", "variableType"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_variable(hosts, context)))
}

async fn run_variable(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let flag = |name: &str| context.flag(name).unwrap_or(false);
    let mut body = json!({
        "key": context.text("key"),
        "value": context.text("value"),
        "variable_type": context.text("variableType"),
        "protected": flag("variableProtected"),
        "masked": flag("masked"),
        "raw": flag("raw"),
        "environment_scope": context.text("environmentScope").unwrap_or("*"),
    });
    if flag("maskedAndHidden") {
        body["masked_and_hidden"] = true.into();
    }
    // Whether it was this step: a variable that is there belongs to somebody else.
    let target = below_project(&id_of(context, "projectId")?, &["variables"])?;
    let key = context.text("key").unwrap_or_default();
    let one = below_project(&id_of(context, "projectId")?, &["variables", key])?;
    crate::actions::hosts::once::create_once(
        context,
        "variable",
        async { gitlab.api.post(&target, &body).await.map(|_| json!(true)) },
        async { gitlab.api.get(&one).await.map(|_| json!(true)) },
    )
    .await?;
    Ok(())
}
