//! Adds the annotations that say where an entity comes from and where it can be seen and edited.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_model::entity::well_known::{
    EDIT_URL, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, SOURCE_LOCATION, VIEW_URL,
};
use callboard_model::{Entity, LocationRef};
use callboard_scm::Integrations;

use super::{Context, Processor};
use crate::processing::cache::ProcessorCache;
use crate::processing::emitted::Emitted;
use crate::processing::failure::Failure;

/// Annotations of the entity's own win over those that are added here.
pub(super) struct AnnotateLocationEntityProcessor {
    integrations: Arc<Integrations>,
}

impl AnnotateLocationEntityProcessor {
    pub(super) fn new(integrations: Arc<Integrations>) -> Self {
        Self { integrations }
    }

    fn annotations(&self, location: &LocationRef, origin: &LocationRef) -> Vec<(&'static str, String)> {
        let mut found = vec![
            (MANAGED_BY_LOCATION, location.to_string()),
            (MANAGED_BY_ORIGIN_LOCATION, origin.to_string()),
        ];
        if location.kind != "url" {
            return found;
        }
        found.push((VIEW_URL, location.target.clone()));
        if let Some(url) = self.integrations.resolve_edit_url(&location.target) {
            found.push((EDIT_URL, url));
        }
        if let Some(url) = self.integrations.source_location(&location.target) {
            found.push((SOURCE_LOCATION, format!("url:{url}")));
        }
        found
    }
}

#[async_trait]
impl Processor for AnnotateLocationEntityProcessor {
    fn name(&self) -> &'static str {
        "AnnotateLocationEntityProcessor"
    }

    async fn pre_process(
        &self,
        entity: &mut Entity,
        context: &Context<'_>,
        _emitted: &mut Emitted,
        _cache: &mut ProcessorCache,
    ) -> Result<(), Failure> {
        for (key, value) in self.annotations(context.location, context.origin) {
            if entity.annotations().is_none_or(|own| own.get(key).is_none_or(serde_json::Value::is_null)) {
                entity.set_annotation(key, value);
            }
        }
        Ok(())
    }
}
