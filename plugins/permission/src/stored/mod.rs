//! What was made over HTTP: roles, policies, conditions and plugin ids in the database, and the changes of them.

pub(crate) mod change;
mod database;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{ConditionalPolicy, Policy, RoleMetadata};

pub(crate) use database::Storage;

/// Told to other processes when something has changed.
pub(crate) const CHANNEL: &str = "permission_changes";

/// A role of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StoredRole {
    pub(crate) metadata: RoleMetadata,
    pub(crate) members: BTreeSet<String>,
    pub(crate) policies: BTreeSet<Policy>,
}

/// Everything in the database, as of one change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// Counts the changes.
    pub(crate) sequence: i64,
    /// The number of the next condition.
    pub(crate) next_condition: i64,
    pub(crate) roles: BTreeMap<String, StoredRole>,
    pub(crate) conditions: BTreeMap<i64, Arc<ConditionalPolicy>>,
    pub(crate) plugin_ids: BTreeSet<String>,
}

impl Stored {
    /// Policies of all roles.
    pub(crate) fn policy_count(&self) -> usize {
        self.roles.values().map(|role| role.policies.len()).sum()
    }
}
