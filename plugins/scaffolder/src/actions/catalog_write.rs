//! `catalog:write`: a catalog-info.yaml in the workspace.

use async_trait::async_trait;
use callboard_model::entity::well_known::SOURCE_TEMPLATE;
use callboard_model::yaml::to_yaml;
use serde_json::{Map, Value, json};

use crate::action::schema::{object, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

const DEFAULT_PATH: &str = "catalog-info.yaml";

pub(super) struct CatalogWrite {
    spec: ActionSpec,
}

impl CatalogWrite {
    pub(super) fn new() -> Self {
        let spec = ActionSpec {
            id: "catalog:write",
            description: "Writes an entity into a file of the workspace",
            examples: vec![ActionExample {
                description: "A component",
                example: "steps:\n  - id: write\n    action: catalog:write\n    input:\n      entity:\n        apiVersion: backstage.io/v1alpha1\n        kind: Component\n        metadata:\n          name: ${{ parameters.name }}\n        spec:\n          type: service\n          lifecycle: production\n          owner: ${{ parameters.owner }}\n",
            }],
            input: object(
                &["entity"],
                [
                    ("filePath", with_default(string("Where the file goes"), DEFAULT_PATH)),
                    (
                        "entity",
                        json!({"type": "object", "additionalProperties": {}, "description": "The entity"}),
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
impl Action for CatalogWrite {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let file = context.text("filePath").unwrap_or(DEFAULT_PATH).to_owned();
        let path = context.workspace.join(&file).map_err(|error| ActionError::Input(error.to_string()))?;
        let entity = with_template(context.input["entity"].clone(), &context.template.entity_ref);
        context.log.info(format!("Writing {file}"));
        let failed =
            |error: std::io::Error| ActionError::Failed(format!("{file} could not be written: {error}"));
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(failed)?;
        }
        tokio::fs::write(&path, to_yaml(&entity)).await.map_err(failed)
    }
}

/// The entity with the annotation that says which template has made it.
fn with_template(mut entity: Value, template: &str) -> Value {
    if template.is_empty() {
        return entity;
    }
    if let Some(members) = entity.as_object_mut() {
        let metadata = members.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        if let Some(metadata) = metadata.as_object_mut() {
            let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
            if let Some(annotations) = annotations.as_object_mut() {
                annotations.insert(SOURCE_TEMPLATE.to_owned(), template.into());
            }
        }
    }
    entity
}
