//! What a running action is given.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::credentials::Credentials;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{ActionError, Secrets, StepLog, Workspace};

/// Which step it is.
#[derive(Debug, Clone)]
pub struct StepInfo {
    /// `id` of the step.
    pub id: String,
    /// `name` of the step, or its action.
    pub name: String,
}

/// Where the template comes from.
#[derive(Debug, Clone)]
pub struct TemplateInfo {
    /// `template:default/rust-service`
    pub entity_ref: String,
    /// The URL that relative `fetch:*` URLs are resolved against: `https://…` or `file:///…`.
    pub base_url: Option<String>,
    /// For a dry run, the directory whose files stand at `base_url`.
    pub local_base: Option<PathBuf>,
    /// `{metadata}` of the template's entity.
    pub entity: Option<Value>,
}

/// Who started the task.
#[derive(Debug, Clone, Default)]
pub struct UserInfo {
    /// The user's entity reference.
    pub entity_ref: Option<String>,
    /// The user's entity as it was then.
    pub entity: Option<Value>,
}

/// Remembers inside a step what has been done, so that a step that runs again does not do it twice.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// What was stored under a key in an earlier run of this step.
    async fn get(&self, key: &str) -> Result<Option<Value>, ActionError>;

    /// Stores it, before anything else is done.
    async fn set(&self, key: &str, value: &Value) -> Result<(), ActionError>;
}

/// What a running action is given, and where it leaves its output.
pub struct ActionContext {
    /// The rendered input; an object that fits the action's schema.
    pub input: Value,
    /// The directory of the task.
    pub workspace: Workspace,
    /// What the step says.
    pub log: StepLog,
    /// The task's secrets.
    pub secrets: Secrets,
    /// On whose behalf: the caller who created the task.
    pub credentials: Credentials,
    /// Who started the task.
    pub user: UserInfo,
    /// Where the template comes from.
    pub template: TemplateInfo,
    /// Which step.
    pub step: StepInfo,
    /// The id of the task.
    pub task_id: String,
    /// Whether this is a dry run: nothing outside of the workspace may change.
    pub dry_run: bool,
    /// Cancelled when the task is cancelled or the step's time is over.
    pub cancelled: CancellationToken,
    /// What has been done in an earlier run of this step.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// What the action gave out so far.
    pub outputs: Map<String, Value>,
}

impl ActionContext {
    /// Gives out a value as `steps.<id>.output.<name>`.
    pub fn output(&mut self, name: &str, value: impl Into<Value>) {
        self.outputs.insert(name.to_owned(), value.into());
    }

    /// A string of the input.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.input.get(name).and_then(Value::as_str)
    }

    /// A boolean of the input.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.input.get(name).and_then(Value::as_bool)
    }

    /// The strings of a list in the input.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.input
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}
