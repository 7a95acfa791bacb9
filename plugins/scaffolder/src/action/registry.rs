//! The actions of a server, by id.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Action;

/// All actions that templates of this server may use.
#[derive(Clone, Default)]
pub struct ActionRegistry {
    actions: BTreeMap<String, Arc<dyn Action>>,
}

impl std::fmt::Debug for ActionRegistry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.actions.keys()).finish()
    }
}

impl ActionRegistry {
    /// These actions; of two with one id the later stays.
    pub fn new(actions: impl IntoIterator<Item = Arc<dyn Action>>) -> Self {
        Self { actions: actions.into_iter().map(|action| (action.spec().id.to_owned(), action)).collect() }
    }

    /// One by its id.
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Action>> {
        self.actions.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Action>> {
        self.actions.values()
    }
}
