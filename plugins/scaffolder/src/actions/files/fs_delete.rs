//! `fs:delete`: files and directories of the workspace go.

use async_trait::async_trait;
use serde_json::json;

use super::blocking;
use super::globs::{Globs, is_pattern};
use super::place::Place;
use crate::action::schema::{list, object};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

pub(super) struct FsDelete {
    spec: ActionSpec,
}

impl FsDelete {
    pub(super) fn new() -> Self {
        let spec = ActionSpec {
            id: "fs:delete",
            description: "Deletes files and directories of the workspace",
            examples: vec![ActionExample {
                description: "By name and by pattern",
                example: "steps:\n  - id: clean\n    action: fs:delete\n    input:\n      files: [temporary, '**/*.bak']\n",
            }],
            input: object(
                &["files"],
                [("files", list(json!({"type": "string"}), "Paths and patterns of what is deleted"))],
            ),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for FsDelete {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let files: Vec<String> = context.texts("files").into_iter().map(str::to_owned).collect();
        let place = Place::new(&context.workspace);
        let deleted = blocking(move || delete(&place, &files)).await?;
        for path in deleted {
            context.log.info(format!("File {path} deleted successfully"));
        }
        Ok(())
    }
}

fn delete(place: &Place, files: &[String]) -> Result<Vec<String>, ActionError> {
    // Everything is looked at before anything is deleted.
    let mut doomed = Vec::new();
    for file in files {
        if is_pattern(file) {
            let globs = Globs::new(&[file])?;
            let entries = place.list(".", true)?;
            doomed.extend(entries.into_iter().map(|entry| entry.path).filter(|path| globs.matches(path)));
        } else {
            place.resolve(file)?;
            doomed.push(file.clone());
        }
    }
    let mut deleted = Vec::new();
    for path in doomed {
        if place.remove(&path)? {
            deleted.push(path);
        }
    }
    Ok(deleted)
}
