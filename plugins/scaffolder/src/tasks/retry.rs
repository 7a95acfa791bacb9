//! Running a task once more: from the beginning, or from one of its steps.

use callboard_kit::credentials::Credentials;
use serde_json::{Map, Value, json};

use super::create::secrets_of;
use super::see::CREATES;
use crate::core::Core;
use crate::db::changes::{self, Retry};
use crate::db::events::NewEvent;
use crate::db::tasks::Status;
use crate::error::ScaffolderError;
use crate::run::{Kept, State};
use crate::template::step::Step;

impl Core {
    /// Opens a task that has ended again. Its secrets are gone, so they are sent again.
    pub(crate) async fn retry(
        &self,
        id: &str,
        secrets: &Map<String, Value>,
        from_step: Option<&str>,
        credentials: &Credentials,
    ) -> Result<(), ScaffolderError> {
        let task = self.readable(id, CREATES, credentials).await?;
        let vault = self.vault().await?;
        let (sealed, commits) = changes::ended_state(&self.database, id).await?;
        let state = match from_step {
            None => None,
            Some(step) => {
                Some(rewound(&task.spec, sealed.map(|sealed| State::open(vault, id, &sealed)), step)?)
            }
        };
        let strategy = if state.is_some() { "resume" } else { "startOver" };
        let mut events = vec![NewEvent::new("recovered", json!({"recoverStrategy": strategy}))];
        if let Some(state) = &state {
            events.extend(state.kept_steps(&task.spec));
        }
        let kept = Kept { secrets: secrets_of(secrets)?, credentials: credentials.clone() };
        let retry = Retry {
            commits,
            secrets: kept.seal(vault, id)?,
            state: state.map(|state| state.seal(vault, id)).transpose()?,
            events,
        };
        changes::retry(&self.database, id, retry).await?;
        self.announce(id, Status::Open);
        Ok(())
    }
}

/// The state with which a step comes next.
fn rewound(
    spec: &Value,
    state: Option<Result<State, ScaffolderError>>,
    from_step: &str,
) -> Result<State, ScaffolderError> {
    let steps = spec["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let ids: Vec<String> =
        steps.iter().filter_map(|step| Step::read(step).ok()).map(|step| step.id).collect();
    let at = ids.iter().position(|id| id == from_step);
    let at = at.ok_or_else(|| ScaffolderError::Input(format!("The task has no step '{from_step}'")))?;
    if at == 0 {
        return Ok(State::default());
    }
    let mut state = state.transpose()?.ok_or_else(|| {
        ScaffolderError::Conflict(
            "What the earlier steps left is no longer kept; the task can only be retried from its beginning"
                .to_owned(),
        )
    })?;
    if at > state.resumable() {
        let last = ids.get(state.resumable()).map_or("", String::as_str);
        let message = format!(
            "The task has not come as far as step '{from_step}'; it can be retried from step '{last}' or an earlier one"
        );
        return Err(ScaffolderError::Input(message));
    }
    state.rewind(at, &ids);
    Ok(state)
}
