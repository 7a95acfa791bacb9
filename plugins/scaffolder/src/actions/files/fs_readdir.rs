//! `fs:readdir`: what is in directories of the workspace.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::blocking;
use super::entry::EntryKind;
use super::place::Place;
use crate::action::schema::{boolean, list, object, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

pub(super) struct FsReaddir {
    spec: ActionSpec,
}

impl FsReaddir {
    pub(super) fn new() -> Self {
        let item = || {
            object(
                &["name", "path", "fullPath"],
                [
                    ("name", string("Its name")),
                    ("path", string("Its path in the workspace")),
                    ("fullPath", string("Its path on the machine")),
                ],
            )
        };
        let spec = ActionSpec {
            id: "fs:readdir",
            description: "Lists the files and directories in directories of the workspace",
            examples: vec![ActionExample {
                description: "All that is there",
                example: "steps:\n  - id: list\n    action: fs:readdir\n    input:\n      paths: [.]\n      recursive: true\n",
            }],
            input: object(
                &["paths"],
                [
                    ("paths", list(json!({"type": "string", "minLength": 1}), "The directories")),
                    ("recursive", with_default(boolean("Whether to list directories in them, too"), false)),
                ],
            ),
            output: Some(object(
                &["files", "folders"],
                [("files", list(item(), "The files")), ("folders", list(item(), "The directories"))],
            )),
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for FsReaddir {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let paths: Vec<String> = context.texts("paths").into_iter().map(str::to_owned).collect();
        let recursive = context.flag("recursive") == Some(true);
        let place = Place::new(&context.workspace);
        let root = context.workspace.root().display().to_string();
        let (files, folders) = blocking(move || read(&place, &paths, recursive, &root)).await?;
        context.output("files", files);
        context.output("folders", folders);
        Ok(())
    }
}

fn read(
    place: &Place,
    paths: &[String],
    recursive: bool,
    root: &str,
) -> Result<(Vec<Value>, Vec<Value>), ActionError> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in paths {
        let below = place.resolve(path)?.display().to_string();
        for entry in place.list(path, recursive)? {
            let path = if below.is_empty() { entry.path } else { format!("{below}/{}", entry.path) };
            let name = path.rsplit('/').next().unwrap_or_default();
            let item = json!({ "name": name, "path": path, "fullPath": format!("{root}/{path}") });
            match entry.kind {
                EntryKind::File { .. } => files.push(item),
                EntryKind::Directory => folders.push(item),
                EntryKind::Link(_) => {}
            }
        }
    }
    Ok((files, folders))
}
