//! `catalog:fetch`: entities of the catalog as outputs.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::catalog::CatalogApi;
use callboard_model::EntityRef;
use callboard_model::entity::RefContext;
use serde_json::{Value, json};

use super::answered;
use crate::action::schema::{boolean, list, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

/// References of one step.
const MOST: usize = 1_000;

pub(super) struct CatalogFetch {
    spec: ActionSpec,
    catalog: Arc<dyn CatalogApi>,
}

impl CatalogFetch {
    pub(super) fn new(catalog: Arc<dyn CatalogApi>) -> Self {
        let spec = ActionSpec {
            id: "catalog:fetch",
            description: "Reads one entity or several of the catalog, as the person may see them who runs the template",
            examples: vec![
                ActionExample {
                    description: "One entity",
                    example: "steps:\n  - id: owner\n    action: catalog:fetch\n    input:\n      entityRef: group:default/harbour\n",
                },
                ActionExample {
                    description: "Several; what is not there is null",
                    example: "steps:\n  - id: parts\n    action: catalog:fetch\n    input:\n      entityRefs: [component:ledger, component:quay]\n      optional: true\n",
                },
            ],
            input: object(
                &[],
                [
                    ("entityRef", string("Reference of one entity")),
                    ("entityRefs", list(json!({"type": "string"}), "References of several entities")),
                    ("optional", boolean("Whether an entity may be missing; it is null then")),
                    ("defaultKind", string("The kind of references that name none")),
                    ("defaultNamespace", string("The namespace of references that name none")),
                ],
            ),
            output: Some(object(
                &[],
                [
                    ("entity", json!({"description": "The entity of entityRef"})),
                    ("entities", list(json!({}), "The entities of entityRefs, in their order")),
                ],
            )),
            supports_dry_run: true,
            idempotent: true,
        };
        Self { spec, catalog }
    }
}

#[async_trait]
impl Action for CatalogFetch {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let one = context.text("entityRef").map(str::to_owned);
        let many: Vec<String> = context.texts("entityRefs").into_iter().map(str::to_owned).collect();
        let has_many = context.input.get("entityRefs").is_some_and(Value::is_array);
        if one.is_none() && !has_many {
            if context.flag("optional") == Some(true) {
                return Ok(());
            }
            return Err(ActionError::Input("Missing entity reference or references".to_owned()));
        }
        if many.len() > MOST {
            return Err(ActionError::Input(format!("More than {MOST} references are not fetched at once")));
        }
        let defaults = RefContext {
            default_kind: context.text("defaultKind"),
            default_namespace: context.text("defaultNamespace").unwrap_or("default"),
        };
        let whole = |reference: &String| {
            EntityRef::parse_in(reference, defaults)
                .map(|reference| reference.to_string())
                .map_err(|error| ActionError::Input(error.to_string()))
        };
        let refs: Vec<String> = one.iter().chain(&many).map(whole).collect::<Result<_, _>>()?;
        let found =
            self.catalog.entities(&refs, &context.credentials).await.map_err(|error| answered(&error))?;
        let missing = refs.iter().zip(&found).find(|(_, entity)| entity.is_none());
        if let Some((reference, _)) = missing
            && context.flag("optional") != Some(true)
        {
            return Err(ActionError::NotFound(format!("Entity {reference} not found")));
        }
        let mut found = found.into_iter().map(|entity| entity.unwrap_or(Value::Null));
        if one.is_some() {
            context.output("entity", found.next().unwrap_or(Value::Null));
        }
        if has_many {
            context.output("entities", found.collect::<Vec<_>>());
        }
        Ok(())
    }
}
