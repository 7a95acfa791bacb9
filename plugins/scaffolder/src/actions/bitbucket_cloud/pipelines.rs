//! `bitbucket:pipelines:run`: runs a pipeline.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::BitbucketCloud;
use crate::action::schema::{boolean, list, number, object, string};
use crate::action::{Action, ActionContext, ActionError};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let text = |what: &'static str| string(what);
    let target = object(
        &[],
        [
            ("ref_type", text("branch or tag")),
            ("type", text("The target's type")),
            ("ref_name", text("The branch or tag")),
            ("source", text("The source branch of a pull request")),
            ("destination", text("Its destination branch")),
            ("destination_commit", object(&["hash"], [("hash", text("A commit"))])),
            ("commit", object(&["type", "hash"], [("type", text("commit")), ("hash", text("A commit"))])),
            (
                "selector",
                object(
                    &["type", "pattern"],
                    [("type", text("Which pipeline")), ("pattern", text("Its name"))],
                ),
            ),
            ("pull_request", object(&["id"], [("id", text("The pull request's number"))])),
        ],
    );
    let variable = object(
        &["key", "value", "secured"],
        [("key", text("A name")), ("value", text("A value")), ("secured", boolean("Whether it is hidden"))],
    );
    let body = object(&[], [("target", target), ("variables", list(variable, "The pipeline's variables"))]);
    let members = [
        ("workspace", string("The workspace")),
        ("repo_slug", string("The repository")),
        ("body", body),
        ("token", string("The token to use for authorization to Bitbucket Cloud")),
    ];
    let output = object(
        &[],
        [
            ("buildNumber", number("The number of the run")),
            ("repoUrl", string("The page of the repository")),
            ("pipelinesUrl", string("The page of its pipelines")),
        ],
    );
    let described = spec(
        "bitbucket:pipelines:run",
        "Runs a pipeline of a repository at Bitbucket Cloud.",
        object(&["workspace", "repo_slug"], members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let text = |name: &str| context.text(name).unwrap_or_default();
    let cloud = BitbucketCloud::named(hosts, context, text("workspace"), text("repo_slug")).await?;
    let body = context.input.get("body").cloned().unwrap_or_else(|| json!({}));
    let run = cloud.api.post(&cloud.repository(&["pipelines"])?, &body).await?;
    let page =
        run.pointer("/repository/links/html/href").and_then(Value::as_str).unwrap_or_default().to_owned();
    context.output("buildNumber", run.get("build_number").cloned().unwrap_or_default());
    context.output("pipelinesUrl", format!("{page}/pipelines"));
    context.output("repoUrl", page);
    Ok(())
}
