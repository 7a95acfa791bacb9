//! `debug:wait`: a pause.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::action::schema::{number, object};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

const LONGEST: Duration = Duration::from_secs(600);

pub(super) struct DebugWait {
    spec: ActionSpec,
}

impl DebugWait {
    pub(super) fn new() -> Self {
        let spec = ActionSpec {
            id: "debug:wait",
            description: "Waits for some time, ten minutes at most",
            examples: vec![ActionExample {
                description: "Half a minute",
                example: "steps:\n  - id: wait\n    action: debug:wait\n    input:\n      seconds: 30\n",
            }],
            input: object(
                &[],
                [
                    ("minutes", number("Minutes to wait")),
                    ("seconds", number("Seconds to wait, on top")),
                    ("milliseconds", number("Milliseconds to wait, on top")),
                ],
            ),
            output: None,
            supports_dry_run: false,
            idempotent: true,
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for DebugWait {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let of = |name: &str| context.input.get(name).and_then(Value::as_f64).unwrap_or_default();
        let seconds = of("minutes") * 60.0 + of("seconds") + of("milliseconds") / 1000.0;
        let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| *time <= LONGEST);
        let time = time.ok_or_else(|| {
            ActionError::Input(format!("Waiting {seconds} s is not possible; ten minutes are the longest"))
        })?;
        context.log.info(format!("Waiting for {} s", time.as_secs_f64()));
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = context.cancelled.cancelled() => Err(ActionError::Cancelled("The wait was ended".to_owned())),
        }
    }
}
