//! What an action is: a name, schemas, and something to run in a step of a task.

mod context;
mod error;
mod log;
mod registry;
pub mod schema;
mod secrets;
mod workspace;

use async_trait::async_trait;
use serde_json::Value;

pub use context::{ActionContext, Checkpoints, StepInfo, TemplateInfo, UserInfo};
pub use error::ActionError;
pub use log::{LogLevel, LogSink, StepLog};
pub use registry::ActionRegistry;
pub use secrets::Secrets;
pub use workspace::{Workspace, WorkspaceError};

/// How an action presents itself; `GET /v2/actions` answers this.
#[derive(Debug, Clone)]
pub struct ActionSpec {
    /// `fetch:template`
    pub id: &'static str,
    /// What it does, one or two sentences.
    pub description: &'static str,
    /// Steps that show how it is used.
    pub examples: Vec<ActionExample>,
    /// JSON schema of the input; an input is checked against it before the action runs.
    pub input: Value,
    /// JSON schema of the output; `None` if there is none.
    pub output: Option<Value>,
    /// Whether it runs in a dry run. One that does not is skipped there, with an example of its output.
    pub supports_dry_run: bool,
    /// Whether it may run again after it was cut off, because a second run leaves what the first would have left.
    pub idempotent: bool,
}

/// One example of a step.
#[derive(Debug, Clone)]
pub struct ActionExample {
    /// What it shows.
    pub description: &'static str,
    /// YAML of a template's `steps`.
    pub example: &'static str,
}

/// An action.
#[async_trait]
pub trait Action: Send + Sync {
    /// How it presents itself. The same each time.
    fn spec(&self) -> &ActionSpec;

    /// Runs it. The input has been rendered and fits the schema. What it gives out goes to
    /// [`ActionContext::output`]. It stops soon after [`ActionContext::cancelled`]: dropping the future must be safe, too.
    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError>;
}
