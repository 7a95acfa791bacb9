//! How far a task has come: what a process needs to know to go on where another was cut off.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::db::events::NewEvent;
use crate::error::ScaffolderError;
use crate::secrets::Vault;

/// Bytes that the outputs of all steps together may have.
pub(super) const MOST_BYTES: usize = 8 << 20;

/// The state of a task between two commits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct State {
    /// The step that comes next.
    pub(crate) next: usize,
    /// `next` has begun and is not known to have ended.
    pub(crate) running: bool,
    /// Somebody decides when `next` begins, by an approval or a retry: whoever goes on has not been cut off.
    pub(crate) paused: bool,
    /// `steps` of the expressions: `{<id>: {output: {…}}}`.
    pub(crate) steps: Map<String, Value>,
    /// What became of the steps so far, in their order.
    pub(crate) outcomes: Vec<Outcome>,
    /// Outputs of the finished iterations of `next`.
    pub(crate) iterations: Vec<Map<String, Value>>,
    /// The first error.
    pub(crate) failure: Option<Failure>,
    /// Secrets that actions have made.
    pub(crate) hidden: Vec<String>,
    /// Lines and bytes of the log.
    pub(crate) log: (u64, u64),
    /// The workspace as it was archived last.
    pub(crate) fingerprint: Option<u64>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It ran.
    Completed,
    /// It was not to run.
    Skipped,
    /// It failed.
    Failed,
}

impl Outcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// Why a task fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The step, by its number.
    pub(crate) step: usize,
    pub(crate) name: String,
    pub(crate) message: String,
}

impl State {
    fn place(task_id: &str) -> String {
        format!("{task_id} state")
    }

    /// Encrypts it.
    pub(crate) fn seal(&self, vault: &Vault, task_id: &str) -> Result<Vec<u8>, ScaffolderError> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        vault.seal(&Self::place(task_id), &bytes)
    }

    /// Reads one back.
    pub(crate) fn open(vault: &Vault, task_id: &str, sealed: &[u8]) -> Result<Self, ScaffolderError> {
        let bytes = vault.open(&Self::place(task_id), sealed)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| ScaffolderError::Sealed(format!("the state of the task can't be read: {error}")))
    }

    /// The last step from which the task can be retried: the one that failed, or the one that comes next.
    pub(crate) fn resumable(&self) -> usize {
        self.failure.as_ref().map_or(self.next, |failure| failure.step).min(self.next)
    }

    /// Forgets everything from a step on, and so does what comes of `ids`, the steps in order.
    pub(crate) fn rewind(&mut self, to: usize, ids: &[String]) {
        self.next = to;
        self.running = false;
        self.paused = true;
        self.iterations.clear();
        self.failure = None;
        self.outcomes.truncate(to);
        for id in ids.iter().skip(to) {
            self.steps.remove(id);
        }
    }

    /// Events that say what the steps so far came to, behind one that has reset them for those who follow.
    pub(crate) fn kept_steps(&self, spec: &Value) -> Vec<NewEvent> {
        let steps = spec["steps"].as_array().into_iter().flatten();
        let event = |(step, outcome): (&Value, &Outcome)| {
            let name = step["name"].as_str().unwrap_or_default();
            let status = outcome.as_str();
            let message = format!("Step {name} stays as it was: {status}");
            NewEvent::log(json!({"message": message, "stepId": step["id"], "status": status}))
        };
        steps.zip(&self.outcomes).map(event).collect()
    }

    /// Whether there is room for more outputs.
    pub(crate) fn takes(&self, outputs: &Map<String, Value>) -> bool {
        let length = |value: &Map<String, Value>| serde_json::to_vec(value).map_or(0, |bytes| bytes.len());
        let iterations: usize = self.iterations.iter().map(length).sum();
        length(&self.steps) + iterations + length(outputs) <= MOST_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_kept_sealed_and_goes_back_to_any_step_it_has_come_to() {
        let mut state = State {
            next: 3,
            outcomes: vec![Outcome::Completed, Outcome::Failed, Outcome::Completed],
            failure: Some(Failure { step: 1, name: "Error".to_owned(), message: "no".to_owned() }),
            ..State::default()
        };
        for id in ["a", "b", "c"] {
            state.steps.insert(id.to_owned(), json!({"output": {"token": "canary-of-the-state"}}));
        }
        let vault = Vault::new(b"key");
        let sealed = state.seal(&vault, "t").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"canary"));
        assert_eq!(State::open(&vault, "t", &sealed).unwrap(), state);
        assert_eq!(state.resumable(), 1);
        state.rewind(1, &["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        assert_eq!((state.next, state.outcomes.len(), state.failure.is_none()), (1, 1, true));
        assert_eq!(state.steps.keys().collect::<Vec<_>>(), ["a"]);
    }
}
