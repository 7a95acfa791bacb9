//! `github:actions:dispatch`: runs a workflow.

use std::sync::Arc;

use serde_json::json;

use super::client::Github;
use super::schema::{self, texts};
use crate::action::schema::{boolean, number, object, string};
use crate::action::{Action, ActionContext, ActionError};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        schema::repo_url(),
        schema::token(),
        ("workflowId", string("The workflow's id or its file name: ci.yaml")),
        ("branchOrTagName", string("The branch or tag on which it runs")),
        ("workflowInputs", texts("The workflow's inputs")),
        ("returnWorkflowRunDetails", boolean("Whether the run is given out")),
    ];
    let output = object(
        &[],
        [
            ("workflowRunId", number("The id of the run")),
            ("workflowRunUrl", string("The URL of the run in the API")),
            ("workflowRunHtmlUrl", string("The page of the run")),
        ],
    );
    let described = spec(
        "github:actions:dispatch",
        "Starts a workflow of a repository at GitHub.",
        object(&["repoUrl", "workflowId", "branchOrTagName"], members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let workflow = context.text("workflowId").unwrap_or_default().to_owned();
    let wants_details = context.flag("returnWorkflowRunDetails") == Some(true);
    let mut body =
        json!({"ref": context.text("branchOrTagName"), "inputs": context.input.get("workflowInputs")});
    if wants_details {
        body["return_run_details"] = true.into();
    }
    let target = github.repo(&["actions", "workflows", &workflow, "dispatches"])?;
    context.log.info(format!("Dispatching workflow {workflow} for repo {}/{}", github.owner, github.at.repo));
    let answer = github.api.post(&target, &body).await?;
    if wants_details {
        for (name, member) in [
            ("workflowRunId", "workflow_run_id"),
            ("workflowRunUrl", "run_url"),
            ("workflowRunHtmlUrl", "html_url"),
        ] {
            if let Some(value) = answer.get(member).filter(|value| !value.is_null()) {
                context.output(name, value.clone());
            }
        }
    }
    context.log.info(format!("Workflow {workflow} dispatched successfully"));
    Ok(())
}
