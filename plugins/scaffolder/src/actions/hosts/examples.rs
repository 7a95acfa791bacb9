//! Steps that show how actions are used, by the id of the action.

mod github;
mod gitlab;
mod others;

use crate::action::ActionExample;

/// One step.
struct Example {
    id: &'static str,
    shows: &'static str,
    /// YAML of the step's input, indented as it stands in a template.
    input: &'static str,
}

/// The examples of an action.
pub(crate) fn examples(id: &str) -> Vec<ActionExample> {
    let all = github::EXAMPLES.iter().chain(gitlab::EXAMPLES).chain(others::EXAMPLES);
    all.filter(|example| example.id == id)
        .map(|Example { id, shows, input }| ActionExample {
            description: shows,
            // Descriptions of actions live as long as the process does, and each is made once.
            example: format!("steps:\n  - id: step\n    action: {id}\n    input:\n{input}").leak(),
        })
        .collect()
}
