//! An action on a source host: a name, schemas and a function.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use serde_json::Value;

use super::Hosts;
use super::examples::examples;
use crate::action::{Action, ActionContext, ActionError, ActionSpec};

/// What an action does.
pub(crate) type Run = for<'a> fn(&'a Hosts, &'a mut ActionContext) -> BoxFuture<'a, Result<(), ActionError>>;

/// An action on a source host.
struct HostAction {
    spec: ActionSpec,
    hosts: Arc<Hosts>,
    run: Run,
}

/// The action that `run` is.
pub(crate) fn host_action(hosts: &Arc<Hosts>, spec: ActionSpec, run: Run) -> Arc<dyn Action> {
    Arc::new(HostAction { spec, hosts: hosts.clone(), run })
}

#[async_trait]
impl Action for HostAction {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let cancelled = context.cancelled.clone();
        // A request that is under way is dropped, which closes its connection.
        tokio::select! {
            biased;
            () = cancelled.cancelled() => {
                Err(ActionError::Cancelled(format!("{} was cancelled", self.spec.id)))
            }
            result = (self.run)(&self.hosts, context) => result,
        }
    }
}

/// A description with its examples, of an action that neither runs in a dry run nor runs twice.
pub(crate) fn spec(
    id: &'static str,
    description: &'static str,
    input: Value,
    output: Option<Value>,
) -> ActionSpec {
    ActionSpec {
        id,
        description,
        examples: examples(id),
        input,
        output,
        supports_dry_run: false,
        idempotent: false,
    }
}
