//! `workspace:template` and `workspace:template:file`: renders what is in the workspace already.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_template::backstage::BackstageHost;

use super::blocking;
use super::fetch_template::{rendering_inputs, report, tree_inputs};
use super::place::Place;
use super::render::Rendering;
use crate::action::schema::{object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

const SOURCE: &str = "What in the workspace is rendered";
const TARGET: &str = "Where in the workspace the result goes";

pub(super) struct WorkspaceTemplate {
    spec: ActionSpec,
    filters: Arc<BackstageHost>,
}

impl WorkspaceTemplate {
    pub(super) fn new(filters: Arc<BackstageHost>) -> Self {
        let mut inputs = vec![("sourcePath", string(SOURCE)), ("targetPath", string(TARGET))];
        inputs.extend(rendering_inputs());
        inputs.extend(tree_inputs());
        let spec = ActionSpec {
            id: "workspace:template",
            description: "Renders a directory of the workspace into another",
            examples: vec![ActionExample {
                description: "What an earlier step has fetched",
                example: "steps:\n  - id: render\n    action: workspace:template\n    input:\n      sourcePath: ./fetched\n      targetPath: ./rendered\n      copyWithoutTemplating: []\n      values:\n        name: ${{ parameters.name }}\n",
            }],
            input: object(&["sourcePath", "targetPath"], inputs),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, filters }
    }
}

#[async_trait]
impl Action for WorkspaceTemplate {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let rendering = Rendering::new(context, &self.filters)?;
        let source = context.text("sourcePath").unwrap_or_default().to_owned();
        let target = context.text("targetPath").unwrap_or_default().to_owned();
        let place = Place::new(&context.workspace);
        let done = blocking(move || {
            place.resolve(&target)?;
            let mut entries = place.tree(&source)?;
            entries.retain(|entry| entry.path != ".git" && !entry.path.starts_with(".git/"));
            rendering.tree(entries, &place, &target)
        })
        .await?;
        report(context, done);
        Ok(())
    }
}

pub(super) struct WorkspaceTemplateFile {
    spec: ActionSpec,
    filters: Arc<BackstageHost>,
}

impl WorkspaceTemplateFile {
    pub(super) fn new(filters: Arc<BackstageHost>) -> Self {
        let mut inputs = vec![("sourcePath", string(SOURCE)), ("targetPath", string(TARGET))];
        inputs.extend(rendering_inputs());
        let spec = ActionSpec {
            id: "workspace:template:file",
            description: "Renders a file of the workspace into another",
            examples: vec![ActionExample {
                description: "A README",
                example: "steps:\n  - id: render\n    action: workspace:template:file\n    input:\n      sourcePath: ./README.md.njk\n      targetPath: ./README.md\n      values:\n        name: ${{ parameters.name }}\n",
            }],
            input: object(&["sourcePath", "targetPath"], inputs),
            output: None,
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, filters }
    }
}

#[async_trait]
impl Action for WorkspaceTemplateFile {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let rendering = Rendering::new(context, &self.filters)?;
        let source = context.text("sourcePath").unwrap_or_default().to_owned();
        let target = context.text("targetPath").unwrap_or_default().to_owned();
        let place = Place::new(&context.workspace);
        let shown = target.clone();
        let written = blocking(move || {
            let file = place.read(&source)?;
            rendering.file(&file, &source, &place, &target)
        })
        .await?;
        if !written {
            context.log.info(format!("{shown} is there already and stays; `replace: true` replaces it"));
        }
        Ok(())
    }
}
