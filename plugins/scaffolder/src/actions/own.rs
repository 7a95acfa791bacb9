//! Actions that the configuration declares (`scaffolder.actions`): a program of this machine or an HTTP endpoint, with a
//! schema. docs/actions.md describes them.

mod config;
mod endpoint;
mod limits;
mod mask;
mod process;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use config::{Declared, Runner};

/// All that the configuration declares. `taken` are the ids of the built-in ones.
///
/// # Errors
/// A declaration that can't work, with its place in the configuration.
pub(crate) fn all(
    config: &Config,
    egress: &Egress,
    taken: &[&str],
) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let mut ids: Vec<String> = taken.iter().map(|id| (*id).to_owned()).collect();
    let mut actions: Vec<Arc<dyn Action>> = Vec::new();
    for (index, section) in config.config_array("scaffolder.actions")?.iter().enumerate() {
        let declared = Declared::read(section)?;
        let id = declared.spec.id.to_owned();
        if ids.contains(&id) {
            let place = format!("scaffolder.actions[{index}].id");
            return Err(config.error(&place, format!("there is an action {id} already; choose another id")));
        }
        ids.push(id);
        let Declared { spec, output, runner } = declared;
        actions.push(Arc::new(OwnAction { spec, output, runner, egress: egress.clone() }));
    }
    Ok(actions)
}

struct OwnAction {
    spec: ActionSpec,
    /// Checks what comes out.
    output: Option<Validator>,
    runner: Runner,
    egress: Egress,
}

/// What a program or an endpoint is told. It holds the rendered input, and with it whatever secret the template put there.
fn told(spec: &ActionSpec, context: &ActionContext) -> Value {
    json!({
        "action": spec.id,
        "input": context.input,
        "task": {"id": context.task_id},
        "step": {"id": context.step.id, "name": context.step.name},
        "user": {"ref": context.user.entity_ref},
        "template": {"entityRef": context.template.entity_ref},
        "dryRun": context.dry_run,
    })
}

impl OwnAction {
    async fn answer(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let told = told(&self.spec, context);
        let output = match &self.runner {
            Runner::Program(program) => process::run(program, context, told).await?,
            Runner::Endpoint(endpoint) => endpoint::run(endpoint, &self.egress, context, &told).await?,
        };
        self.give_out(context, output)
    }

    fn give_out(&self, context: &mut ActionContext, output: Map<String, Value>) -> Result<(), ActionError> {
        let output = Value::Object(output);
        if let Some(validator) = &self.output
            && let Some(error) = validator.iter_errors(&output).next()
        {
            let place = match error.instance_path().to_string() {
                place if place.is_empty() => "the output".to_owned(),
                place => format!("the output at {place}"),
            };
            return Err(ActionError::Failed(format!(
                "{} ran, and {place} does not fit its outputSchema: {error}",
                self.spec.id
            )));
        }
        if let Value::Object(members) = output {
            for (name, value) in members {
                context.output(&name, value);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Action for OwnAction {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let cancelled = context.cancelled.clone();
        // What is dropped here kills the program, or closes the connection.
        tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(ActionError::Cancelled(format!("{} was cancelled", self.spec.id))),
            result = self.answer(context) => result,
        }
    }
}
