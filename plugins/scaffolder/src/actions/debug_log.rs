//! `debug:log`: a message, and what is in the workspace.

use std::path::Path;

use async_trait::async_trait;
use serde_json::json;

use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

/// Files that are listed.
const MOST_FILES: usize = 5_000;
/// Bytes of contents that are shown.
const MOST_BYTES: usize = 256 << 10;

pub(super) struct DebugLog {
    spec: ActionSpec,
}

impl DebugLog {
    pub(super) fn new() -> Self {
        let spec = ActionSpec {
            id: "debug:log",
            description: "Writes a message into the log, and lists the workspace if asked to",
            examples: vec![
                ActionExample {
                    description: "A message",
                    example: "steps:\n  - id: greet\n    action: debug:log\n    input:\n      message: Hello ${{ user.ref }}\n",
                },
                ActionExample {
                    description: "What has been made so far",
                    example: "steps:\n  - id: look\n    action: debug:log\n    input:\n      listWorkspace: with-contents\n",
                },
            ],
            input: object(
                &[],
                [
                    ("message", string("What to say")),
                    (
                        "listWorkspace",
                        json!({
                            "anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["with-filenames", "with-contents"]}],
                            "description": "Whether to list the files, and what is in them",
                        }),
                    ),
                ],
            ),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec }
    }
}

#[async_trait]
impl Action for DebugLog {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let input = serde_json::to_string_pretty(&context.input).unwrap_or_default();
        context.log.info(input);
        if let Some(message) = context.text("message") {
            context.log.info(message);
        }
        let contents = context.text("listWorkspace") == Some("with-contents");
        if contents || context.text("listWorkspace").is_some() || context.flag("listWorkspace") == Some(true)
        {
            let root = context.workspace.root().to_owned();
            let listed = tokio::task::spawn_blocking(move || listing(&root, contents)).await;
            let listed = listed.map_err(|error| ActionError::Failed(error.to_string()))?;
            let listed = listed
                .map_err(|error| ActionError::Failed(format!("The workspace can't be listed: {error}")))?;
            context.log.info(format!("Workspace:\n{listed}"));
        }
        Ok(())
    }
}

/// The files below a directory. Links are named and never followed: they may lead anywhere.
fn listing(root: &Path, contents: bool) -> std::io::Result<String> {
    let mut waiting = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(&directory)? {
            let path = entry?.path();
            match path.symlink_metadata()? {
                metadata if metadata.is_dir() => waiting.push(path),
                metadata => files.push((path, metadata.is_file())),
            }
            if files.len() + waiting.len() > MOST_FILES {
                return Ok(format!(" - more than {MOST_FILES} files"));
            }
        }
    }
    files.sort();
    let mut left = MOST_BYTES;
    let mut lines = Vec::new();
    for (path, is_file) in files {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        if !contents {
            lines.push(format!(" - {name}"));
            continue;
        }
        let shown = match is_file {
            false => "(a link)".to_owned(),
            true if path.symlink_metadata()?.len() > left as u64 => "(too long to show)".to_owned(),
            true => match String::from_utf8(std::fs::read(&path)?) {
                Ok(text) => text,
                Err(_) => "(binary)".to_owned(),
            },
        };
        left = left.saturating_sub(shown.len());
        lines.push(format!(" - {name}:\n\n  {shown}"));
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cve_2026_24046_a_link_in_the_workspace_is_named_and_not_read() {
        let place = tempfile::tempdir().unwrap();
        let outside = place.path().join("outside");
        std::fs::write(&outside, "canary").unwrap();
        let root = place.path().join("workspace");
        std::fs::create_dir_all(root.join("docs")).unwrap();
        std::fs::write(root.join("docs/a.md"), "text").unwrap();
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        std::os::unix::fs::symlink(place.path(), root.join("docs/up")).unwrap();
        assert_eq!(listing(&root, false).unwrap(), " - docs/a.md\n - docs/up\n - link");
        let shown = listing(&root, true).unwrap();
        assert!(shown.contains(" - docs/a.md:\n\n  text") && !shown.contains("canary"), "{shown}");
    }
}
