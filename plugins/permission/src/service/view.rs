//! What is kept about a user between two requests.

use std::collections::HashMap;
use std::sync::Arc;

use callboard_kit::error::ApiError;
use callboard_kit::permission::Decision;
use parking_lot::RwLock;

use super::PermissionService;
use crate::engine::decide::{Asked, decide};
use crate::engine::snapshot::Snapshot;
use crate::engine::view::Who;
use crate::settings::RbacSettings;

/// Users that are remembered; with one more, all are forgotten. Each may hold what the catalog has found for it.
const MAX_VIEWS: usize = 2_000;
/// Decisions that are remembered for a user, the latest ones. There are a few dozen permissions; further names come from
/// callers.
const MAX_DECISIONS: usize = 64;

/// The users that were here lately.
#[derive(Default)]
pub(super) struct Views(RwLock<HashMap<String, Arc<View>>>);

/// A user as of one state of everything.
pub(super) struct View {
    pub(super) who: Who,
    pub(super) snapshot: Arc<Snapshot>,
    version: u64,
    groups_version: u64,
    /// What the user owned, as it was handed in.
    owned: Option<Arc<[String]>>,
    decisions: RwLock<Vec<Known>>,
}

/// A decision that was made before.
struct Known {
    name: String,
    action: Option<String>,
    resource_type: Option<String>,
    decision: Decision,
}

impl Known {
    fn answers(&self, asked: Asked<'_>) -> bool {
        self.name == asked.name
            && self.action.as_deref() == asked.action
            && self.resource_type.as_deref() == asked.resource_type
    }
}

impl View {
    /// The decision; the same one as long as the view lasts.
    pub(super) fn decide(&self, asked: Asked<'_>, settings: &RbacSettings) -> Decision {
        if let Some(known) = self.decisions.read().iter().find(|known| known.answers(asked)) {
            return known.decision.clone();
        }
        let decision = decide(&self.snapshot, &self.who, asked, settings.basic_first);
        let mut decisions = self.decisions.write();
        if decisions.len() >= MAX_DECISIONS {
            decisions.remove(0);
        }
        decisions.push(Known {
            name: asked.name.to_owned(),
            action: asked.action.map(str::to_owned),
            resource_type: asked.resource_type.map(str::to_owned),
            decision: decision.clone(),
        });
        decision
    }
}

impl PermissionService {
    /// The user as of now.
    pub(super) async fn view(&self, user: &str, settings: &RbacSettings) -> Result<Arc<View>, ApiError> {
        let owned = self.info.ownership(user).await?;
        let groups = self.groups()?;
        // Before anything is read from the catalog: what changes meanwhile is looked at again.
        let groups_version = groups.version();
        let (snapshot, version) = {
            let state = self.state.read();
            (state.snapshot.clone(), state.version)
        };
        let same = |one: &Option<Arc<[String]>>| match (one, &owned) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        if let Some(view) = self.views.0.read().get(user)
            && view.version == version
            && view.groups_version == groups_version
            && same(&view.owned)
        {
            return Ok(view.clone());
        }
        let known = owned.as_deref().unwrap_or_default();
        let mut who = Who::find(&snapshot, settings, groups.as_ref(), &user.to_lowercase(), known);
        if settings.use_ownership && owned.is_none() {
            // Roles that deny may be among those that nobody knows of.
            tracing::warn!(
                user,
                "the user has never signed in here, so what it owns is not known: everything is denied"
            );
            who.roles = Default::default();
        }
        let decisions = RwLock::new(Vec::new());
        let view = Arc::new(View { who, snapshot, version, groups_version, owned, decisions });
        let mut views = self.views.0.write();
        if views.len() >= MAX_VIEWS && !views.contains_key(user) {
            views.clear();
        }
        views.insert(user.to_owned(), view.clone());
        Ok(view)
    }
}
