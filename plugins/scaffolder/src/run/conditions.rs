//! Whether a step runs: its `if`, and what has failed before it.

use serde_json::Value;

use super::render::{Renderer, StatusCalls};

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It runs.
    Runs,
    /// Its `if` says no.
    Falsy,
    /// Something failed before, and its `if` does not ask for that.
    AfterFailure,
}

/// Decides. After a failure only those steps run whose `if` calls `always()` or `failure()`.
pub(super) fn verdict(
    renderer: &Renderer,
    condition: Option<&Value>,
    context: &Value,
    failed: bool,
) -> Verdict {
    let (truth, calls) = match condition {
        None => (true, StatusCalls::default()),
        Some(Value::String(text)) => {
            let (value, calls) = renderer.condition(text, context, failed);
            (truthy(value.as_ref()), calls)
        }
        Some(value) => (truthy(Some(value)), StatusCalls::default()),
    };
    match (failed && !calls.any(), truth) {
        (true, _) => Verdict::AfterFailure,
        (false, true) => Verdict::Runs,
        (false, false) => Verdict::Falsy,
    }
}

/// As Backstage decides: lists by their length, everything else as JavaScript does.
pub(super) fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(_)) => true,
    }
}
