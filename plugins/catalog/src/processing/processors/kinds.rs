//! The kinds that the model knows: their order of references, their validation, their relations.

use async_trait::async_trait;
use callboard_model::kinds::{self, KindError};
use callboard_model::{Entity, relations};

use super::{Context, Processor};
use crate::processing::cache::ProcessorCache;
use crate::processing::emitted::Emitted;
use crate::processing::failure::Failure;
use crate::processing::outcome::EmittedRelation;

/// The kinds of `@backstage/catalog-model`.
pub(super) const BUILTIN_KINDS: KindsProcessor =
    KindsProcessor { name: "BuiltinKindsEntityProcessor", templates: false };
/// The kind of the scaffolder, which Backstage has in a module of its own.
pub(super) const SCAFFOLDER_ENTITIES: KindsProcessor =
    KindsProcessor { name: "ScaffolderEntitiesProcessor", templates: true };

/// Whether a processor of this name is one of those above.
pub(super) fn is_one(name: &str) -> bool {
    [BUILTIN_KINDS.name, SCAFFOLDER_ENTITIES.name].contains(&name)
}

/// Validates kinds through the model; the name is what errors say.
#[derive(Debug, Clone, Copy)]
pub(super) struct KindsProcessor {
    name: &'static str,
    templates: bool,
}

impl KindsProcessor {
    fn is_mine(&self, entity: &Entity) -> bool {
        (entity.kind() == "Template") == self.templates
    }
}

#[async_trait]
impl Processor for KindsProcessor {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn pre_process(
        &self,
        entity: &mut Entity,
        _context: &Context<'_>,
        _emitted: &mut Emitted,
        _cache: &mut ProcessorCache,
    ) -> Result<(), Failure> {
        if self.is_mine(entity) {
            kinds::sort_references(entity);
        }
        Ok(())
    }

    fn validate_kind(&self, entity: &Entity) -> Result<bool, Failure> {
        if !self.is_mine(entity) {
            return Ok(false);
        }
        match kinds::validate(entity) {
            Ok(()) => Ok(true),
            Err(KindError::Unrecognized { .. }) => Ok(false),
            Err(KindError::Invalid(faults)) => Err(Failure::fault("TypeError", &faults)),
        }
    }

    fn relations(&self, entity: &Entity) -> Result<Vec<EmittedRelation>, Failure> {
        if !self.is_mine(entity) {
            return Ok(Vec::new());
        }
        let relations = relations::emit(entity)
            .map_err(|error| Failure::type_error(error.to_string()).at_field(error.field))?;
        let convert = |relation: relations::Relation| EmittedRelation {
            source_ref: relation.source,
            relation_type: relation.relation_type.to_owned(),
            target_ref: relation.target,
        };
        Ok(relations.into_iter().map(convert).collect())
    }
}
