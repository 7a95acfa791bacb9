//! Reading templates from the catalog, with the eyes of the caller.

use std::sync::Arc;

use callboard_kit::catalog::CatalogApi;
use callboard_kit::credentials::Credentials;
use callboard_model::EntityRef;
use callboard_model::entity::RefContext;
use serde_json::Value;

use super::parse::Template;
use crate::error::ScaffolderError;

/// The templates that a caller may read.
#[derive(Clone)]
pub(crate) struct TemplateSource {
    catalog: Arc<dyn CatalogApi>,
}

impl TemplateSource {
    pub(crate) fn new(catalog: Arc<dyn CatalogApi>) -> Self {
        Self { catalog }
    }

    /// The template that a reference means; kind `template` where it names none.
    pub(crate) async fn find(
        &self,
        template_ref: &str,
        credentials: &Credentials,
    ) -> Result<Template, ScaffolderError> {
        let context = RefContext { default_kind: Some("template"), ..RefContext::default() };
        let reference = EntityRef::parse_in(template_ref, context).map_err(|error| {
            ScaffolderError::Input(format!("'{template_ref}' is not a reference: {error}"))
        })?;
        let reference = reference.to_string().to_lowercase();
        match self.entity(&reference, credentials).await? {
            Some(entity) => Template::read(entity),
            None => Err(ScaffolderError::NotFound(format!("Template {reference} not found"))),
        }
    }

    /// Any entity.
    pub(crate) async fn entity(
        &self,
        entity_ref: &str,
        credentials: &Credentials,
    ) -> Result<Option<Value>, ScaffolderError> {
        let found = self.catalog.entities(&[entity_ref.to_owned()], credentials).await?;
        Ok(found.into_iter().next().flatten())
    }
}
