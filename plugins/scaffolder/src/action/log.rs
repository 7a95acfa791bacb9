//! What a step says while it runs.

use std::sync::Arc;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// For whoever watches.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something failed.
    Error,
}

/// Takes lines; it masks secrets, stores them as events and tells those who follow the task.
pub trait LogSink: Send + Sync {
    /// One line of a step. Never waits; a flood is cut, saying so.
    fn line(&self, step_id: &str, level: LogLevel, text: &str);

    /// A secret that was not known before: it is masked from now on.
    fn hide(&self, secret: &str) {
        let _ = secret;
    }
}

/// The log of one step.
#[derive(Clone)]
pub struct StepLog {
    sink: Arc<dyn LogSink>,
    step_id: String,
}

impl std::fmt::Debug for StepLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepLog").field("step_id", &self.step_id).finish_non_exhaustive()
    }
}

impl StepLog {
    /// The log of the step with this id.
    pub fn new(sink: Arc<dyn LogSink>, step_id: impl Into<String>) -> Self {
        Self { sink, step_id: step_id.into() }
    }

    /// A line for whoever watches.
    pub fn info(&self, text: impl AsRef<str>) {
        self.sink.line(&self.step_id, LogLevel::Info, text.as_ref());
    }

    /// A warning.
    pub fn warn(&self, text: impl AsRef<str>) {
        self.sink.line(&self.step_id, LogLevel::Warn, text.as_ref());
    }

    /// Masks a secret from now on that the action has made or been given: a token of a new project, say.
    pub fn hide(&self, secret: impl AsRef<str>) {
        self.sink.hide(secret.as_ref());
    }

    /// An error that does not end the step by itself.
    pub fn error(&self, text: impl AsRef<str>) {
        self.sink.line(&self.step_id, LogLevel::Error, text.as_ref());
    }
}
