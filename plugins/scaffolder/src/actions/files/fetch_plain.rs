//! `fetch:plain` and `fetch:plain:file`: files as they are.

use async_trait::async_trait;

use super::blocking;
use super::place::Place;
use super::source::Sources;
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

pub(super) const URL: &str =
    "Relative path or absolute URL of what is fetched; a relative one starts where the template lies";
pub(super) const TARGET: &str = "Where it goes in the workspace";
pub(super) const TOKEN: &str = "A token to read with";

pub(super) struct FetchPlain {
    spec: ActionSpec,
    sources: Sources,
}

impl FetchPlain {
    pub(super) fn new(sources: Sources) -> Self {
        let spec = ActionSpec {
            id: "fetch:plain",
            description: "Fetches a directory and puts it into the workspace as it is",
            examples: vec![ActionExample {
                description: "What lies beside the template",
                example: "steps:\n  - id: fetch\n    action: fetch:plain\n    input:\n      url: ./content\n      targetPath: ./docs\n",
            }],
            input: object(
                &["url"],
                [("url", string(URL)), ("targetPath", string(TARGET)), ("token", string(TOKEN))],
            ),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, sources }
    }
}

#[async_trait]
impl Action for FetchPlain {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        context.log.info("Fetching plain content from remote URL");
        let target = context.text("targetPath").unwrap_or("./").to_owned();
        let place = Place::new(&context.workspace);
        place.resolve(&target)?;
        let entries = self.sources.tree(context).await?;
        let count = entries.len();
        blocking(move || {
            place.make_directory(&target)?;
            entries.iter().try_for_each(|entry| {
                place.write(&format!("{}/{}", target.trim_end_matches('/'), entry.path), &entry.kind)
            })
        })
        .await?;
        context.log.info(format!("Fetched {count} files and directories"));
        Ok(())
    }
}

pub(super) struct FetchPlainFile {
    spec: ActionSpec,
    sources: Sources,
}

impl FetchPlainFile {
    pub(super) fn new(sources: Sources) -> Self {
        let spec = ActionSpec {
            id: "fetch:plain:file",
            description: "Fetches one file and puts it into the workspace as it is",
            examples: vec![ActionExample {
                description: "A licence",
                example: "steps:\n  - id: fetch\n    action: fetch:plain:file\n    input:\n      url: https://github.com/acme/legal/blob/main/LICENSE\n      targetPath: ./LICENSE\n",
            }],
            input: object(
                &["url", "targetPath"],
                [("url", string(URL)), ("targetPath", string(TARGET)), ("token", string(TOKEN))],
            ),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, sources }
    }
}

#[async_trait]
impl Action for FetchPlainFile {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        context.log.info("Fetching plain content from remote URL");
        let target = context.text("targetPath").unwrap_or_default().to_owned();
        let place = Place::new(&context.workspace);
        place.resolve(&target)?;
        let file = self.sources.file(context).await?;
        blocking(move || place.write(&target, &file)).await
    }
}
