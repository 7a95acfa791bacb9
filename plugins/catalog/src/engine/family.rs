//! The children of one location on their way to the tables: hashed, processed in the same pass if they are new, and
//! handed on in parts while the other targets of the location are still being read.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use callboard_store::StoreError;
use sha1::{Digest, Sha1};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use super::finished::Good;
use super::work::{Item, Part, Shared, Stored, Work};
use super::{CHILDREN, Engine};
use crate::db::refresh_state;
use crate::mutation::Child;
use crate::processing::{Deferred, Failure, Orchestrator, ProcessingInput, TakesChildren, described_twice};

/// Parts of one location that are under way at the same time: one is stored while the next is processed.
const PARTS: usize = 2;
/// Entities processed before other tasks of the thread get their turn.
const TURN: usize = 32;

/// All that a location has described.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Its children, or those of the last part.
    pub(crate) children: Vec<Child>,
    /// Whom it has described in parts that are stored, if there are any.
    pub(crate) parts: Option<HashSet<String>>,
    /// Tells whether it described something else the last time.
    pub(crate) digest: String,
}

/// Why a location is not processed to its end: its claim is lost, or the database was, and it will be due again.
pub(super) struct Abandoned;

/// Whose children they are.
struct Parent {
    entity_ref: String,
    /// Whether it has never been processed. Then its children are most likely new.
    is_new: bool,
}

/// Takes the children of one location.
pub(super) struct Family {
    engine: Arc<Engine>,
    shared: Arc<Shared>,
    parent: Arc<Parent>,
    /// Whom it has described so far, each with its place in `places`.
    described: HashMap<String, usize>,
    places: Vec<Option<String>>,
    under_way: VecDeque<AbortOnDropHandle<Result<(String, Stored), StoreError>>>,
    digest: Sha1,
    in_parts: bool,
    abandoned: bool,
}

impl Family {
    pub(super) fn new(engine: Arc<Engine>, shared: Arc<Shared>, entity_ref: &str, is_new: bool) -> Self {
        Self {
            engine,
            shared,
            parent: Arc::new(Parent { entity_ref: entity_ref.to_owned(), is_new }),
            described: HashMap::new(),
            places: Vec::new(),
            under_way: VecDeque::new(),
            digest: Sha1::new(),
            in_parts: false,
            abandoned: false,
        }
    }

    /// Waits for all parts, and adds the children that no part has.
    pub(super) async fn finish(mut self, rest: Vec<Deferred>) -> Result<Result<Told, Failure>, Abandoned> {
        let rest = if self.in_parts { self.not_described(rest) } else { rest };
        while !self.under_way.is_empty() {
            if let Err(failure) = self.oldest().await {
                return if self.abandoned { Err(Abandoned) } else { Ok(Err(failure)) };
            }
        }
        if self.abandoned {
            return Err(Abandoned);
        }
        let mut children = hashed(rest);
        if self.parent.is_new {
            process(&self.engine, &mut children, |_| true).await;
        }
        let children: Vec<Child> = children.into_iter().map(|(child, _)| child).collect();
        self.digest.update(digest(children.iter()));
        let parts = self.in_parts.then(|| self.described.into_keys().collect::<HashSet<_>>());
        let parts = parts.map(|mut parts| {
            for child in &children {
                parts.remove(&child.entity_ref);
            }
            parts
        });
        Ok(Ok(Told { children, parts, digest: hex::encode(self.digest.finalize()) }))
    }

    /// Leaves out who was described before at another place: the first description counts.
    fn not_described(&mut self, children: Vec<Deferred>) -> Vec<Deferred> {
        let mut kept = Vec::with_capacity(children.len());
        for child in children {
            if self.places.last() != Some(&child.location_key) {
                self.places.push(child.location_key.clone());
            }
            match self.described.get(&child.entity_ref) {
                Some(place) if self.places[*place] != child.location_key => {
                    described_twice(&child, self.places[*place].as_deref());
                }
                _ => {
                    self.described.insert(child.entity_ref.clone(), self.places.len() - 1);
                    kept.push(child);
                }
            }
        }
        kept
    }

    /// Waits for the part that has been under way for longest.
    async fn oldest(&mut self) -> Result<(), Failure> {
        let Some(part) = self.under_way.pop_front() else { return Ok(()) };
        match part.await {
            Ok(Ok((digest, Stored::Yes))) => {
                self.digest.update(digest);
                Ok(())
            }
            Ok(Ok((_, Stored::Refused(reason)))) => {
                Err(Failure::input(format!("Its entities can't be stored: {reason}")))
            }
            Ok(Ok((_, Stored::Lost)) | Err(_)) | Err(_) => {
                self.abandoned = true;
                Err(Failure::general("It will be processed again"))
            }
        }
    }
}

#[async_trait]
impl TakesChildren for Family {
    async fn take(&mut self, children: Vec<Deferred>) -> Result<(), Failure> {
        self.in_parts = true;
        let children = self.not_described(children);
        while self.under_way.len() >= PARTS {
            self.oldest().await?;
        }
        let part = part(self.engine.clone(), self.shared.clone(), self.parent.clone(), children);
        self.under_way.push_back(AbortOnDropHandle::new(tokio::spawn(part)));
        Ok(())
    }
}

/// One part: returns when it is stored, with what tells whether it was another one the last time.
async fn part(
    engine: Arc<Engine>,
    shared: Arc<Shared>,
    parent: Arc<Parent>,
    children: Vec<Deferred>,
) -> Result<(String, Stored), StoreError> {
    let mut children = hashed(children);
    let digest = digest(children.iter().map(|(child, _)| child));
    if parent.is_new {
        process(&engine, &mut children, |_| true).await;
    } else {
        let refs: Vec<String> = children.iter().map(|(child, _)| child.entity_ref.clone()).collect();
        let database = &engine.committer.database;
        let known = refresh_state::described(database, &parent.entity_ref, &refs).await?;
        children.retain(|(child, _)| known.get(&child.entity_ref).is_none_or(|known| !known.says(child)));
        process(&engine, &mut children, |child| !known.contains_key(&child.entity_ref)).await;
    }
    if children.is_empty() {
        return Ok((digest, Stored::Yes));
    }
    let children: Vec<Child> = children.into_iter().map(|(child, _)| child).collect();
    let counted = engine.load.entities(children.len());
    let weight = children.len().min(CHILDREN) as u32;
    // It is never closed: it lives as long as the loop.
    let room = shared.room.clone().acquire_many_owned(weight).await.ok();
    let (told, answer) = oneshot::channel();
    let item = Item::Part(Part { parent: parent.entity_ref.clone(), children, stored: Stored::Lost });
    let work = Work { item, guards: (Some(counted), room), told: Some(told) };
    if shared.results.send(work).await.is_err() {
        return Ok((digest, Stored::Lost));
    }
    Ok((digest, answer.await.unwrap_or(Stored::Lost)))
}

fn hashed(children: Vec<Deferred>) -> Vec<(Child, Option<serde_json::Value>)> {
    let hashed = |child: Deferred| {
        (Child::new(child.entity_ref, child.location_key, &child.entity), Some(child.entity))
    };
    children.into_iter().map(hashed).collect()
}

fn digest<'a>(children: impl Iterator<Item = &'a Child>) -> String {
    let mut digest = Sha1::new();
    for child in children {
        for text in [&child.entity_ref, child.location_key.as_ref().unwrap_or(&String::new()), &child.hash] {
            digest.update(text);
            digest.update([0]);
        }
    }
    hex::encode(digest.finalize())
}

/// Processes those that are new and depend on nothing else, so that they need not be stored, claimed and read again
/// for it. Whoever fails is stored unprocessed, and fails in a run of its own.
async fn process(
    engine: &Engine,
    children: &mut [(Child, Option<serde_json::Value>)],
    is_new: impl Fn(&Child) -> bool,
) {
    for (at, (child, entity)) in children.iter_mut().enumerate() {
        if at % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        let Some(entity) = entity.take() else { continue };
        if !is_new(child) || !Orchestrator::needs_no_reading(&entity) {
            continue;
        }
        let input = ProcessingInput { entity, location_key: child.location_key.clone(), cache: None };
        let outcome = engine.orchestrator.process(input).await;
        child.good = Good::in_passing(&child.entity_ref, outcome);
    }
}
