//! `fs:rename`: files and directories of the workspace get other places.

use async_trait::async_trait;
use serde_json::Value;

use super::blocking;
use super::place::Place;
use crate::action::schema::{boolean, list, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

pub(super) struct FsRename {
    spec: ActionSpec,
}

impl FsRename {
    pub(super) fn new() -> Self {
        let item = object(
            &["from", "to"],
            [
                ("from", string("What is moved")),
                ("to", string("Where it goes")),
                ("overwrite", boolean("Whether what is there already is replaced")),
            ],
        );
        let spec = ActionSpec {
            id: "fs:rename",
            description: "Moves files and directories of the workspace",
            examples: vec![ActionExample {
                description: "One file",
                example: "steps:\n  - id: move\n    action: fs:rename\n    input:\n      files:\n        - from: gitignore\n          to: .gitignore\n",
            }],
            input: object(&["files"], [("files", list(item, "What is moved, one after the other"))]),
            output: None,
            supports_dry_run: true,
            // The second time there is nothing left to move.
            idempotent: false,
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for FsRename {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let files: Vec<Value> = context.input["files"].as_array().cloned().unwrap_or_default();
        let place = Place::new(&context.workspace);
        let moved = blocking(move || {
            let text = |file: &Value, name: &str| file[name].as_str().unwrap_or_default().to_owned();
            let mut moved = Vec::new();
            for file in &files {
                place.resolve(&text(file, "from"))?;
                place.resolve(&text(file, "to"))?;
            }
            for file in &files {
                let (from, to) = (text(file, "from"), text(file, "to"));
                place.rename(&from, &to, file["overwrite"].as_bool() == Some(true))?;
                moved.push(format!("File {from} renamed to {to} successfully"));
            }
            Ok(moved)
        })
        .await?;
        for message in moved {
            context.log.info(message);
        }
        Ok(())
    }
}
