//! `fetch:template` and `fetch:template:file`: skeletons, rendered with values.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_template::backstage::BackstageHost;
use serde_json::{Value, json};

use super::blocking;
use super::fetch_plain::{TARGET, TOKEN, URL};
use super::place::Place;
use super::render::{Done, Rendering};
use super::source::Sources;
use crate::action::schema::{boolean, list, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

/// The inputs that say how something is rendered.
pub(super) fn rendering_inputs() -> Vec<(&'static str, Value)> {
    vec![
        (
            "values",
            json!({"type": "object", "additionalProperties": {}, "description": "What templates see as `values`"}),
        ),
        (
            "cookiecutterCompat",
            boolean("Whether files are written for Cookiecutter: {{ cookiecutter.name }}"),
        ),
        ("replace", boolean("Whether files that are there already are replaced")),
        ("trimBlocks", boolean("Whether the line break behind a tag is removed")),
        ("lstripBlocks", boolean("Whether the indentation before a tag is removed")),
    ]
}

/// The inputs that say which files of a skeleton are rendered.
pub(super) fn tree_inputs() -> Vec<(&'static str, Value)> {
    let patterns = || json!({"type": "string"});
    vec![
        ("copyWithoutRender", list(patterns(), "The old name of copyWithoutTemplating")),
        (
            "copyWithoutTemplating",
            list(patterns(), "Patterns of files that are copied as they are; their names are still rendered"),
        ),
        (
            "templateFileExtension",
            json!({
                "anyOf": [{"type": "string"}, {"type": "boolean"}],
                "description": "If it is given, only files with this ending are rendered, and lose it; true means .njk",
            }),
        ),
    ]
}

/// Says in the log what became of a skeleton.
pub(super) fn report(context: &ActionContext, done: Done) {
    context.log.info(format!("Wrote {} files", done.written));
    if done.kept > 0 {
        context
            .log
            .info(format!("{} files were there already and stay; `replace: true` replaces them", done.kept));
    }
    if done.skipped > 0 {
        context
            .log
            .info(format!("{} files are left out, because their rendered name is empty", done.skipped));
    }
}

pub(super) struct FetchTemplate {
    spec: ActionSpec,
    sources: Sources,
    filters: Arc<BackstageHost>,
}

impl FetchTemplate {
    pub(super) fn new(sources: Sources, filters: Arc<BackstageHost>) -> Self {
        let mut inputs = vec![("url", string(URL)), ("targetPath", string(TARGET)), ("token", string(TOKEN))];
        inputs.extend(rendering_inputs());
        inputs.extend(tree_inputs());
        let spec = ActionSpec {
            id: "fetch:template",
            description: "Fetches a skeleton, renders its files and their names, and puts them into the workspace",
            examples: vec![ActionExample {
                description: "The skeleton beside the template",
                example: "steps:\n  - id: fetch\n    action: fetch:template\n    input:\n      url: ./skeleton\n      values:\n        name: ${{ parameters.name }}\n        owner: ${{ parameters.owner }}\n",
            }],
            input: object(&["url"], inputs),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, sources, filters }
    }
}

#[async_trait]
impl Action for FetchTemplate {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let rendering = Rendering::new(context, &self.filters)?;
        let target = context.text("targetPath").unwrap_or("./").to_owned();
        let place = Place::new(&context.workspace);
        place.resolve(&target)?;
        context.log.info("Fetching template content from remote URL");
        let entries = self.sources.tree(context).await?;
        context.log.info(format!("Processing {} template files and directories", entries.len()));
        let done = blocking(move || rendering.tree(entries, &place, &target)).await?;
        report(context, done);
        Ok(())
    }
}

pub(super) struct FetchTemplateFile {
    spec: ActionSpec,
    sources: Sources,
    filters: Arc<BackstageHost>,
}

impl FetchTemplateFile {
    pub(super) fn new(sources: Sources, filters: Arc<BackstageHost>) -> Self {
        let mut inputs = vec![("url", string(URL)), ("targetPath", string(TARGET)), ("token", string(TOKEN))];
        inputs.extend(rendering_inputs());
        let spec = ActionSpec {
            id: "fetch:template:file",
            description: "Fetches one file, renders it, and puts it into the workspace",
            examples: vec![ActionExample {
                description: "A README",
                example: "steps:\n  - id: readme\n    action: fetch:template:file\n    input:\n      url: ./README.md.njk\n      targetPath: ./README.md\n      values:\n        name: ${{ parameters.name }}\n",
            }],
            input: object(&["url", "targetPath"], inputs),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, sources, filters }
    }
}

#[async_trait]
impl Action for FetchTemplateFile {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let rendering = Rendering::new(context, &self.filters)?;
        let target = context.text("targetPath").unwrap_or_default().to_owned();
        let place = Place::new(&context.workspace);
        place.resolve(&target)?;
        context.log.info("Fetching template file content from remote URL");
        let file = self.sources.file(context).await?;
        let name = context.text("url").unwrap_or_default().to_owned();
        let shown = target.clone();
        if !blocking(move || rendering.file(&file, &name, &place, &target)).await? {
            context.log.info(format!("{shown} is there already and stays; `replace: true` replaces it"));
        }
        Ok(())
    }
}
