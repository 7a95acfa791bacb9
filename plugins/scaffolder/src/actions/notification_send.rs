//! `notification:send`: a message to people, through the notifications plugin.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::notifications::{NotificationSender, Recipients};
use serde_json::{Map, Value, json};

use super::answered;
use crate::action::schema::{boolean, list, object, one_of, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

pub(super) struct NotificationSend {
    spec: ActionSpec,
    sender: Option<Arc<dyn NotificationSender>>,
}

impl NotificationSend {
    pub(super) fn new(sender: Option<Arc<dyn NotificationSender>>) -> Self {
        let spec = ActionSpec {
            id: "notification:send",
            description: "Sends a notification to everybody, or to users and the members of groups",
            examples: vec![ActionExample {
                description: "To the owners of what has been made",
                example: "steps:\n  - id: tell\n    action: notification:send\n    input:\n      recipients: entity\n      entityRefs: [group:default/harbour]\n      title: ${{ parameters.name }} is there\n      severity: normal\n",
            }],
            input: object(
                &["recipients", "title"],
                [
                    ("recipients", one_of(&["broadcast", "entity"], "Everybody, or those of entityRefs")),
                    ("entityRefs", list(json!({"type": "string"}), "Users and groups")),
                    ("title", string("What it is about")),
                    ("info", string("More about it")),
                    ("link", string("Where it leads")),
                    ("severity", one_of(&["low", "normal", "high", "critical"], "How much it matters")),
                    ("scope", string("One with the same scope replaces this one")),
                    ("topic", string("What it belongs to")),
                    ("optional", boolean("Whether the step ends well although nothing could be sent")),
                ],
            ),
            output: None,
            supports_dry_run: false,
            idempotent: false,
        };
        Self { spec, sender }
    }
}

#[async_trait]
impl Action for NotificationSend {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        match self.send(context).await {
            Err(error) if context.flag("optional") == Some(true) => {
                context.log.warn(format!("No notification was sent: {error}"));
                Ok(())
            }
            sent => sent,
        }
    }
}

impl NotificationSend {
    async fn send(&self, context: &ActionContext) -> Result<(), ActionError> {
        let recipients = match context.text("recipients") {
            Some("broadcast") => Recipients::Broadcast,
            _ => {
                let refs: Vec<String> = context.texts("entityRefs").into_iter().map(str::to_owned).collect();
                if refs.is_empty() {
                    return Err(ActionError::Input("Entity references must be provided".to_owned()));
                }
                Recipients::Entities(refs)
            }
        };
        let sender = self.sender.as_ref().ok_or_else(|| {
            ActionError::Failed(
                "This server has no notifications plugin, so nobody can be notified".to_owned(),
            )
        })?;
        let mut payload = Map::new();
        for (name, input) in [
            ("title", "title"),
            ("description", "info"),
            ("link", "link"),
            ("severity", "severity"),
            ("scope", "scope"),
            ("topic", "topic"),
        ] {
            if let Some(text) = context.text(input) {
                payload.insert(name.to_owned(), text.into());
            }
        }
        sender
            .send(&recipients, Value::Object(payload), &context.credentials)
            .await
            .map_err(|error| answered(&error))
    }
}
