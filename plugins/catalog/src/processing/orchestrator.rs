//! Takes one entity through all steps: processors, policy, kind, targets of a location, relations, rules.

use std::sync::Arc;

use callboard_model::entity::well_known::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION};
use callboard_model::{Entity, LocationRef, policy};
use callboard_scm::Integrations;
use futures::StreamExt;
use serde_json::Value;

use super::cache::ProcessorCache;
use super::emitted::{Emitted, distinct};
use super::failure::Failure;
use super::limits::{
    FILES_READ_AT_ONCE, MAX_CHILDREN, MAX_LOCATION_BYTES, MAX_TARGETS, PART_CHILDREN, TARGETS_READ_AT_ONCE,
};
use super::outcome::{
    Deferred, EmittedRelation, ProcessingError, ProcessingInput, ProcessingOutcome, TakesChildren,
};
use super::place::Places;
use super::processors::{self, Context, Processor};
use super::targets::{self, Target};
use crate::rules::CatalogRules;

/// Processes entities. What one leaves for its next run is in its outcome, nothing is kept here.
pub struct Orchestrator {
    /// In the order in which they run.
    pub(super) processors: Vec<Box<dyn Processor>>,
    pub(super) rules: CatalogRules,
    pub(super) integrations: Arc<Integrations>,
    /// Types that a location may name besides the type that it was itself read by.
    pub(super) allowed_location_types: Vec<String>,
    pub(super) places: Places,
}

/// What one run gave, with the failures still in their own form and duplicate children not yet resolved.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) entity: Option<Entity>,
    pub(crate) children: Vec<Deferred>,
    pub(crate) relations: Vec<EmittedRelation>,
    pub(crate) refresh_keys: Vec<String>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) cache: Option<Value>,
}

impl Orchestrator {
    /// Processes one entity. Never fails as a whole: whatever is wrong stands in the outcome's errors.
    pub async fn process(&self, input: ProcessingInput) -> ProcessingOutcome {
        self.process_with(input, None).await
    }

    /// As [`Self::process`]. If there are many children, `taker` takes them part by part while the entity is still
    /// being read, and those of the last part are in the outcome. What was taken stays taken if the rest fails.
    pub(crate) async fn process_with(
        &self,
        input: ProcessingInput,
        taker: Option<&mut dyn TakesChildren>,
    ) -> ProcessingOutcome {
        let run = self.run(input.entity, input.cache, taker).await;
        let ok = run.failures.is_empty();
        ProcessingOutcome {
            ok,
            completed: run.entity.filter(|_| ok).map(Entity::into_value),
            deferred: distinct(run.children),
            relations: run.relations,
            refresh_keys: run.refresh_keys,
            errors: run.failures.iter().map(ProcessingError::from).collect(),
            cache: run.cache,
        }
    }

    /// Whether processing an entity looks at the entity alone, and so takes no longer than computing does.
    pub(crate) fn needs_no_reading(entity: &Value) -> bool {
        entity.get("kind").and_then(Value::as_str) != Some("Location")
            && !processors::has_placeholders(entity)
    }

    pub(crate) async fn run(
        &self,
        entity: Value,
        cache: Option<Value>,
        taker: Option<&mut dyn TakesChildren>,
    ) -> Run {
        let mut cache = ProcessorCache::open(cache);
        let (mut entity, location, origin) = match start(entity) {
            Ok(started) => started,
            Err(failure) => {
                return Run { failures: vec![failure], cache: cache.close(false), ..Run::default() };
            }
        };
        let mut emitted = Emitted::new(entity.reference().to_string(), origin.clone());
        let context = Context { location: &location, origin: &origin };
        if let Err(failure) = self.steps(&mut entity, &context, &mut emitted, &mut cache, taker).await {
            emitted.failure(failure);
        }
        let (children, relations, refresh_keys, failures) = emitted.into_parts();
        let ok = failures.is_empty();
        let failures = self.places.locate(failures, &entity, &location).await;
        Run { entity: Some(entity), children, relations, refresh_keys, failures, cache: cache.close(ok) }
    }

    async fn steps(
        &self,
        entity: &mut Entity,
        context: &Context<'_>,
        emitted: &mut Emitted,
        cache: &mut ProcessorCache,
        taker: Option<&mut dyn TakesChildren>,
    ) -> Result<(), Failure> {
        let entity_ref = entity.reference().to_string();
        for processor in &self.processors {
            processor.pre_process(entity, context, emitted, cache).await.map_err(|cause| {
                threw(processor.name(), &format!("preprocessing the entity {entity_ref}"), cause)
            })?;
        }
        policy::apply(entity).map_err(|faults| {
            Failure::input(format!("Policy check failed for {entity_ref}"))
                .because(Failure::fault("Error", &faults))
        })?;
        if entity.reference().to_string() != entity_ref {
            return Err(Failure::conflict(format!(
                "The kind, namespace or name of {entity_ref} changed to {} during processing",
                entity.reference()
            )));
        }
        self.validate_kind(entity, &entity_ref)?;
        if entity.kind() == "Location" {
            self.read_targets(entity, context, emitted, cache, taker).await?;
        }
        for processor in &self.processors {
            let relations = processor.relations(entity).map_err(|cause| {
                threw(processor.name(), &format!("postprocessing the entity {entity_ref}"), cause)
            })?;
            emitted.relations(relations);
        }
        self.check_rules(context, emitted).await
    }

    fn validate_kind(&self, entity: &Entity, entity_ref: &str) -> Result<(), Failure> {
        let mut known = false;
        for processor in &self.processors {
            known |= processor.validate_kind(entity).map_err(|cause| {
                threw(processor.name(), &format!("validating the entity {entity_ref}"), cause)
            })?;
        }
        if known {
            return Ok(());
        }
        Err(Failure::input(format!(
            "No processor recognized the entity {entity_ref} as valid, possibly caused by a foreign kind or apiVersion"
        )))
    }

    /// Reads what a Location names. The type is checked before anything is read: a location that came from a host
    /// must not reach files of this machine.
    async fn read_targets(
        &self,
        entity: &Entity,
        context: &Context<'_>,
        emitted: &mut Emitted,
        cache: &mut ProcessorCache,
        mut taker: Option<&mut dyn TakesChildren>,
    ) -> Result<(), Failure> {
        let targets =
            targets::of(entity, context.location, &self.allowed_location_types, &self.integrations)?;
        if targets.len() > MAX_TARGETS {
            return Err(Failure::input(format!(
                "The location names {} targets; at most {MAX_TARGETS} are read, split it into several",
                targets.len()
            )));
        }
        let (mut bytes, mut children) = (0, 0);
        let known = &*cache;
        let mut remembered = Vec::new();
        // Collected first: a lazy closure over borrowed targets keeps the future from being spawned. Nothing is read
        // before its turn.
        let pending: Vec<_> = targets.iter().map(|target| self.read(target, known)).collect();
        let at_once = if context.location.kind == "file" { FILES_READ_AT_ONCE } else { TARGETS_READ_AT_ONCE };
        let mut reads = futures::stream::iter(pending).buffered(at_once);
        while let Some((processor, target, read)) = reads.next().await {
            let Some(read) = read else {
                return Err(Failure::input(format!(
                    "No processor was able to handle reading of {}",
                    target.location
                )));
            };
            bytes += read.bytes;
            children += read.entities.len();
            if bytes > MAX_LOCATION_BYTES || children > MAX_CHILDREN {
                return Err(Failure::input(format!(
                    "The location brings in more than {MAX_CHILDREN} entities or {MAX_LOCATION_BYTES} bytes; \
                     split it into several"
                )));
            }
            for (child, location) in read.entities {
                // What was read has been checked to be an object.
                if let Ok(child) = Entity::from_value(child) {
                    emitted.child(child, &location);
                }
            }
            for key in read.refresh_keys {
                emitted.refresh_key(&key);
            }
            for failure in read.failures {
                emitted.failure(failure);
            }
            if let Some(value) = read.remember {
                remembered.push((processor, target.location.target.clone(), value));
            }
            if let Some(taker) = taker.as_deref_mut()
                && emitted.children().len() >= PART_CHILDREN
                && emitted.is_good()
            {
                self.check_rules(context, emitted).await?;
                taker.take(distinct(emitted.take_children())).await?;
            }
        }
        drop(reads);
        for (processor, key, value) in remembered {
            cache.set(processor, &key, value);
        }
        Ok(())
    }

    /// The first processor that reads this type of location, and what it read.
    async fn read<'a>(
        &self,
        target: &'a Target,
        cache: &ProcessorCache,
    ) -> (&'static str, &'a Target, Option<super::processors::Read>) {
        for processor in &self.processors {
            let cached = cache.get(processor.name(), &target.location.target);
            if let Some(read) = processor.read_location(target, cached).await {
                return (processor.name(), target, Some(read));
            }
        }
        ("", target, None)
    }

    async fn check_rules(&self, context: &Context<'_>, emitted: &Emitted) -> Result<(), Failure> {
        let forbidden = emitted.children().iter().find(|child| {
            !self.rules.is_allowed(&child.entity, &context.origin.kind, &context.origin.target)
        });
        let Some(child) = forbidden else { return Ok(()) };
        let failure = Failure::not_allowed(format!(
            "Entity {} at {}, originated at {}, is not of an allowed kind for that location",
            child.entity_ref, context.location, context.origin
        ));
        Err(match self.places.of_kind(child).await {
            Some(place) => failure.at(place),
            None => failure,
        })
    }
}

fn threw(processor: &str, doing: &str, cause: Failure) -> Failure {
    Failure::input(format!("Processor {processor} threw an error while {doing}")).because(cause)
}

/// The envelope and the two locations without which nothing can be said about an entity.
fn start(entity: Value) -> Result<(Entity, LocationRef, LocationRef), Failure> {
    policy::check_envelope(&entity).map_err(|faults| {
        let failure = Failure::fault("TypeError", &faults);
        match entity["metadata"]["annotations"][MANAGED_BY_LOCATION].as_str() {
            Some(location) => failure.at(location.split_once(':').map_or(location, |(_, target)| target)),
            None => failure,
        }
    })?;
    let entity = Entity::from_value(entity)
        .map_err(|_| Failure::type_error("An entity must be an object with apiVersion, kind and metadata"))?;
    let location = |annotation: &str| {
        let text = entity.annotation(annotation).ok_or_else(|| {
            Failure::general(format!(
                "Entity '{}' does not have the annotation {annotation}",
                entity.reference()
            ))
        })?;
        LocationRef::parse(text).map_err(|error| Failure::type_error(error.to_string()))
    };
    let (location, origin) = (location(MANAGED_BY_LOCATION)?, location(MANAGED_BY_ORIGIN_LOCATION)?);
    Ok((entity, location, origin))
}
