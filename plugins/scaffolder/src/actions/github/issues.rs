//! `github:issues:create` and `github:issues:label`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Github, copied};
use super::schema;
use crate::action::schema::{list, number, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{HostError, Hosts, host_action, spec};

pub(super) fn create(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("title", string("The title")),
        ("body", string("The text")),
        ("assignees", list(string("A user"), "Who is assigned")),
        ("milestone", json!({"type": ["string", "number"], "description": "Number of the milestone"})),
        ("labels", list(string("A label"), "Its labels")),
    ];
    let output = object(
        &["issueUrl", "issueNumber"],
        [("issueUrl", string("A URL to the issue")), ("issueNumber", number("The issue's number"))],
    );
    let described = spec(
        "github:issues:create",
        "Creates an issue at GitHub.",
        object(&["repoUrl", "title"], members),
        Some(output),
    );
    let described = ActionSpec { supports_dry_run: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_create(hosts, context)))
}

async fn run_create(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    if context.dry_run {
        let (_, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
        context.log.info("Dry run: no issue is created");
        context.output("issueUrl", format!("https://{}/{}/{}/issues/42", at.host, at.owner()?, at.repo));
        context.output("issueNumber", 42);
        return Ok(());
    }
    let github = Github::open(hosts, context).await?;
    let mut body = copied(
        &context.input,
        &[("title", "title"), ("body", "body"), ("assignees", "assignees"), ("labels", "labels")],
    );
    if let Some(milestone) = context.input.get("milestone") {
        // The API wants the number; a template may have it as text.
        let number = milestone.as_str().and_then(|text| text.trim().parse::<u64>().ok());
        body.insert("milestone".to_owned(), number.map_or_else(|| milestone.clone(), Value::from));
    }
    let (target, body) = (github.repo(&["issues"])?, Value::from(body));
    let created = create_once(
        context,
        "issue",
        async {
            let issue = github.api.post(&target, &body).await?;
            Ok(json!({"url": issue.get("html_url"), "number": issue.get("number")}))
        },
        // Two issues may have one title, so nobody can tell whether it was created.
        async { Err(HostError { status: 404, said: String::new(), text: String::new() }) },
    )
    .await?;
    context.output("issueUrl", created["url"].clone());
    context.output("issueNumber", created["number"].clone());
    Ok(())
}

pub(super) fn label(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("number", number("The number of the issue or pull request")),
        ("labels", list(string("A label"), "Labels to add")),
    ];
    let described = spec(
        "github:issues:label",
        "Adds labels to an issue or a pull request at GitHub.",
        object(&["repoUrl", "number", "labels"], members),
        None,
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run_label(hosts, context)))
}

async fn run_label(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let number = context
        .input
        .get("number")
        .and_then(Value::as_u64)
        .ok_or_else(|| ActionError::Input("number is not the number of an issue".to_owned()))?;
    let target = github.repo(&["issues", &number.to_string(), "labels"])?;
    match github.api.post(&target, &json!({"labels": context.texts("labels")})).await {
        Ok(_) => {}
        // As in Backstage, an issue without its labels is no reason to stop.
        Err(error) => context.log.warn(format!("Failed: adding labels to issue: '{number}', {}", error.text)),
    }
    Ok(())
}
