//! What goes from those who process to the one who stores.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::Held;
use super::finished::Finished;
use super::load::Counted;
use crate::mutation::Child;

/// What all tasks of one loop share.
pub(super) struct Shared {
    /// To the one who stores.
    pub(super) results: mpsc::Sender<Work>,
    /// For those that read from a host.
    pub(super) readers: Semaphore,
    /// For those that read files.
    pub(super) file_readers: Semaphore,
    /// For children that wait to be stored.
    pub(super) room: Arc<Semaphore>,
    /// What is claimed and neither stored nor given up.
    pub(super) held: Arc<Held>,
}

/// Something to store, with what it holds until it is.
pub(super) struct Work {
    pub(super) item: Item,
    pub(super) guards: (Option<Counted>, Option<OwnedSemaphorePermit>),
    /// Who waits for it.
    pub(super) told: Option<oneshot::Sender<Stored>>,
}

/// What is stored in one transaction with others of its like.
pub(super) enum Item {
    /// What an entity has come to.
    Result(Box<Finished>),
    /// Children of one whose result is still to come.
    Part(Part),
}

/// Some of the children of an entity.
pub(super) struct Part {
    /// Whose they are.
    pub(super) parent: String,
    pub(super) children: Vec<Child>,
    /// What came of it.
    pub(super) stored: Stored,
}

/// What came of storing a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored {
    Yes,
    /// The claim on the parent is gone, or the database is.
    Lost,
    /// The database does not take it, for this reason.
    Refused(String),
}

impl Item {
    /// The entity whose claim it needs.
    pub(super) fn entity_ref(&self) -> &str {
        match self {
            Self::Result(finished) => &finished.entity_ref,
            Self::Part(part) => &part.parent,
        }
    }

    /// How many entities are written with it.
    pub(super) fn weight(&self) -> usize {
        1 + self.children().len()
    }

    /// The children that are stored with it.
    pub(super) fn children(&self) -> &[Child] {
        match self {
            Self::Result(finished) => finished.result.as_ref().map_or(&[], |good| &good.children),
            Self::Part(part) => &part.children,
        }
    }

    /// Gives up what its children were processed to, so that each is processed on its own; says whether there was any.
    pub(super) fn forget_results_of_children(&mut self) -> bool {
        let children = match self {
            Self::Result(finished) => match &mut finished.result {
                Ok(good) => &mut good.children,
                Err(_) => return false,
            },
            Self::Part(part) => &mut part.children,
        };
        let mut had_some = false;
        for child in children {
            had_some |= child.good.take().is_some();
        }
        had_some
    }
}
