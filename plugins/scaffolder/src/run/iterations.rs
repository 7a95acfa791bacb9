//! The inputs of a step: one, or one for each item of its `each`; all rendered, checked and allowed before any runs.

use serde_json::{Value, json};

use super::conditions::{Verdict, verdict};
use super::context::{Each, Facts};
use super::render::Renderer;
use super::state::State;
use crate::action::{Action, ActionError, Secrets};
use crate::permissions::actions::ActionFilter;
use crate::template::check_input;
use crate::template::step::Step;

/// Items of one `each`.
const MOST: usize = 10_000;

/// One run of an action.
#[derive(Debug, Clone)]
pub(super) struct Iteration {
    pub(super) each: Option<Each>,
    pub(super) input: Value,
    /// Its `if` says whether.
    pub(super) runs: bool,
}

/// What inputs are made from.
pub(super) struct Inputs<'a> {
    pub(super) renderer: &'a Renderer,
    pub(super) facts: &'a Facts,
    pub(super) secrets: &'a Secrets,
    pub(super) allowed: &'a ActionFilter,
    pub(super) state: &'a State,
}

impl Inputs<'_> {
    fn context(&self, each: Option<&Each>) -> Value {
        self.facts.with_secrets(self.state, self.secrets, each)
    }

    /// Whether a step runs at all. Where `if` looks at the items of `each`, every item decides for itself.
    pub(super) fn verdict(&self, step: &Step) -> Verdict {
        let failed = self.state.failure.is_some();
        let verdict = verdict(self.renderer, step.condition.as_ref(), &self.context(None), failed);
        match verdict {
            Verdict::Falsy if step.each.is_some() && matches!(step.condition, Some(Value::String(_))) => {
                Verdict::Runs
            }
            verdict => verdict,
        }
    }

    /// All iterations of a step.
    pub(super) fn all(&self, step: &Step, action: &dyn Action) -> Result<Vec<Iteration>, ActionError> {
        let Some(each) = &step.each else { return Ok(vec![self.one(step, action, None)?]) };
        let items = self.renderer.value(each, &self.context(None));
        let items: Vec<Each> = match items {
            Some(Value::Array(items)) => {
                let item = |(at, value): (usize, Value)| Each { key: at.to_string(), value };
                items.into_iter().enumerate().map(item).collect()
            }
            Some(Value::Object(members)) => {
                members.into_iter().map(|(key, value)| Each { key, value }).collect()
            }
            _ => {
                return Err(ActionError::Input(format!(
                    "Invalid value on action {}.each parameter, \"{}\" cannot be resolved to a value",
                    step.action,
                    each.as_str().map_or_else(|| each.to_string(), str::to_owned)
                )));
            }
        };
        if items.len() > MOST {
            let message = format!("'each' has {} items, more than the limit of {MOST}", items.len());
            return Err(ActionError::Input(message));
        }
        items.into_iter().map(|each| self.one(step, action, Some(each))).collect()
    }

    fn one(&self, step: &Step, action: &dyn Action, each: Option<Each>) -> Result<Iteration, ActionError> {
        let context = self.context(each.as_ref());
        let runs = match (&each, &step.condition) {
            (Some(_), Some(condition @ Value::String(_))) => {
                let failed = self.state.failure.is_some();
                verdict(self.renderer, Some(condition), &context, failed) == Verdict::Runs
            }
            _ => true,
        };
        let mut input = self.renderer.value(&step.input, &context).unwrap_or_else(|| json!({}));
        if runs {
            let name = match &each {
                Some(each) => format!("{}[{}]", step.action, each.key),
                None => step.action.clone(),
            };
            check_input(action.spec(), &mut input).map_err(|faults| {
                ActionError::Input(format!("Invalid input passed to action {name}, {faults}"))
            })?;
            if !self.allowed.allows(&step.action, &input) {
                return Err(ActionError::NotAllowed(format!(
                    "Unauthorized action: {name}. The action is not allowed."
                )));
            }
        }
        Ok(Iteration { each, input, runs })
    }
}
