//! `catalog:register`: a new location of the catalog, and the entity that it brings.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::catalog::CatalogApi;
use callboard_scm::Integrations;
use serde_json::{Value, json};

use super::answered;
use crate::action::schema::{boolean, object, string};
use crate::action::{Action, ActionContext, ActionError, ActionExample, ActionSpec};

const DEFAULT_PATH: &str = "/catalog-info.yaml";

pub(super) struct CatalogRegister {
    spec: ActionSpec,
    catalog: Arc<dyn CatalogApi>,
    integrations: Arc<Integrations>,
}

impl CatalogRegister {
    pub(super) fn new(catalog: Arc<dyn CatalogApi>, integrations: Arc<Integrations>) -> Self {
        let optional = || boolean("Whether the step ends well although nothing could be registered");
        let spec = ActionSpec {
            id: "catalog:register",
            description: "Registers a catalog-info.yaml in the catalog",
            examples: vec![ActionExample {
                description: "What an earlier step has published",
                example: "steps:\n  - id: register\n    action: catalog:register\n    input:\n      repoContentsUrl: ${{ steps.publish.output.repoContentsUrl }}\n      catalogInfoPath: /catalog-info.yaml\n",
            }],
            input: json!({"anyOf": [
                object(
                    &["catalogInfoUrl"],
                    [("catalogInfoUrl", string("URL of the file")), ("optional", optional())]
                ),
                object(
                    &["repoContentsUrl"],
                    [
                        ("repoContentsUrl", string("URL of the root of a repository")),
                        ("catalogInfoPath", string("Path of the file in the repository; /catalog-info.yaml if it is left out")),
                        ("optional", optional()),
                    ]
                ),
            ]}),
            output: Some(object(
                &["catalogInfoUrl"],
                [
                    ("entityRef", string("The entity that the file describes")),
                    ("catalogInfoUrl", string("URL of the file")),
                ],
            )),
            supports_dry_run: false,
            // A second run finds the location there already.
            idempotent: false,
        };
        Self { spec, catalog, integrations }
    }

    fn url(&self, context: &ActionContext) -> Result<String, ActionError> {
        if let Some(url) = context.text("catalogInfoUrl") {
            return Ok(url.to_owned());
        }
        let base = context.text("repoContentsUrl").unwrap_or_default();
        let path = context.text("catalogInfoPath").unwrap_or(DEFAULT_PATH);
        if self.integrations.by_url(base).is_none() {
            return Err(ActionError::Input(format!("No integration found for host of {base}")));
        }
        self.integrations.resolve_url(path, base, None).map_err(|error| ActionError::Input(error.to_string()))
    }
}

#[async_trait]
impl Action for CatalogRegister {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let url = self.url(context)?;
        let optional = context.flag("optional") == Some(true);
        context.log.info(format!("Registering {url} in the catalog"));
        context.output("catalogInfoUrl", url.as_str());
        match self.catalog.add_location("url", &url, &context.credentials).await {
            Ok(()) => {}
            Err(error) if optional => {
                context.log.warn(format!("Nothing was registered: {}", error.message));
            }
            Err(error) => return Err(answered(&error)),
        }
        match self.catalog.preview_location("url", &url, &context.credentials).await {
            Ok(entities) => {
                if let Some(entity_ref) = choose(&entities) {
                    context.output("entityRef", entity_ref);
                }
            }
            Err(error) if optional => {
                context.log.warn(format!("The file can't be read yet: {}", error.message));
            }
            Err(error) => return Err(answered(&error)),
        }
        Ok(())
    }
}

/// The first component with a name of its own, else the first entity with one, else the first.
fn choose(entities: &[Value]) -> Option<String> {
    let named =
        |entity: &&Value| !entity["metadata"]["name"].as_str().unwrap_or_default().starts_with("generated-");
    let component =
        |entity: &&Value| entity["kind"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("component"));
    let entity = entities
        .iter()
        .find(|entity| named(entity) && component(entity))
        .or_else(|| entities.iter().find(named))
        .or_else(|| entities.first())?;
    let namespace = entity["metadata"]["namespace"].as_str().unwrap_or("default");
    let kind = entity["kind"].as_str()?;
    Some(format!("{kind}:{namespace}/{}", entity["metadata"]["name"].as_str()?).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_component_wins_over_what_stands_before_it() {
        let entity = |kind: &str, name: &str| json!({"kind": kind, "metadata": {"name": name}});
        let location = entity("Location", "generated-1");
        let all = [location.clone(), entity("API", "a"), entity("Component", "C")];
        assert_eq!(choose(&all).as_deref(), Some("component:default/c"));
        assert_eq!(choose(&all[..2]).as_deref(), Some("api:default/a"));
        assert_eq!(choose(&[location]).as_deref(), Some("location:default/generated-1"));
        assert_eq!(choose(&[]), None);
    }
}
