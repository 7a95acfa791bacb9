//! `gitlab:pipeline:trigger`: runs a pipeline with a trigger token that lives only that long.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::{Gitlab, below_project, common, id_of};
use crate::action::schema::{number, object, string};
use crate::action::{Action, ActionContext, ActionError};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let mut members = common();
    members.extend([
        ("projectId", number("The project's ID")),
        ("tokenDescription", string("The description of the trigger token")),
        ("branch", string("The branch on which it runs")),
        (
            "variables",
            json!({"type": "object", "additionalProperties": {"type": "string"}, "description": "The pipeline's variables"}),
        ),
    ]);
    let described = spec(
        "gitlab:pipeline:trigger",
        "Runs a pipeline of a project at GitLab.",
        object(&["repoUrl", "projectId", "tokenDescription", "branch"], members),
        Some(object(&["pipelineUrl"], [("pipelineUrl", string("The page of the pipeline"))])),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let gitlab = Gitlab::open_host(hosts, context).await?;
    let project = id_of(context, "projectId")?;
    let triggers = below_project(&project, &["triggers"])?;
    let made = gitlab.api.post(&triggers, &json!({"description": context.text("tokenDescription")})).await?;
    let body = json!({
        "token": made.get("token"),
        "ref": context.text("branch"),
        "variables": context.input.get("variables").cloned().unwrap_or_else(|| json!({})),
    });
    let started = gitlab.api.post(&below_project(&project, &["trigger", "pipeline"])?, &body).await;
    // The token goes whatever became of the pipeline.
    if let Some(id) = made.get("id").and_then(Value::as_u64)
        && let Err(error) = gitlab.api.delete(&format!("{triggers}/{id}")).await
    {
        context
            .log
            .error(format!("Failed to delete pipeline trigger token with token id: {id}. {}", error.text));
    }
    let pipeline =
        started.map_err(|error| ActionError::Input(format!("Failed to trigger Pipeline: {}", error.text)))?;
    context.output("pipelineUrl", pipeline.get("web_url").cloned().unwrap_or_default());
    Ok(())
}
