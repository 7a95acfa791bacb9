//! What a change would do: both states compiled, and everybody whom it concerns asked in both.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use callboard_kit::error::ApiError;
use callboard_kit::permission::{Decision, Permission};
use callboard_kit::user_info::GroupDirectory;
use serde::Serialize;

use super::PermissionService;
use crate::engine::decide::{Asked, decide};
use crate::engine::snapshot::{RoleSet, Snapshot};
use crate::engine::view::Who;
use crate::model::RoleMetadata;
use crate::settings::RbacSettings;
use crate::sources::Sources;
use crate::stored::change::{Change, Context};

/// Users that are looked at.
const MAX_USERS: usize = 20_000;
/// Gains, and losses, that are told.
const MAX_TOLD: usize = 1_000;

/// Who gains and who loses what.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Preview {
    gains: Vec<Difference>,
    loses: Vec<Difference>,
    /// There are more than are told.
    truncated: bool,
    /// How many users were looked at.
    users: usize,
}

/// One permission of one user.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference {
    user_entity_ref: String,
    permission: String,
    action: String,
    from: &'static str,
    to: &'static str,
}

impl PermissionService {
    /// Tries changes on a copy.
    ///
    /// # Errors
    /// As making them would.
    pub(crate) async fn preview(
        &self,
        changes: &[Change],
        user: &str,
        may_touch: &(dyn Fn(&RoleMetadata) -> bool + Sync),
    ) -> Result<Preview, ApiError> {
        let settings = self.settings()?;
        let (sources, before) = {
            let state = self.state.read();
            (state.sources.clone(), state.snapshot.clone())
        };
        let mut stored = sources.stored.as_ref().clone();
        let elsewhere = |name: &str| sources.elsewhere(settings, name);
        let context = Context { elsewhere: &elsewhere, may_touch, user, now: 0 };
        for change in changes {
            change.apply(&mut stored, &context)?;
        }
        let after = Arc::new(Sources { stored: Arc::new(stored), ..sources }.compile(settings).0);
        let comparison = Comparison {
            names: changed_roles(&before, &after),
            permissions: self.permissions_of(&before, &after),
            before,
            after,
            settings: settings.clone(),
            groups: self.groups()?.clone(),
        };
        let compared = tokio::task::spawn_blocking(move || comparison.run()).await;
        compared.map_err(|error| ApiError::internal(&error))
    }

    /// Everything that may be granted: the permissions of the plugins here, and what policies name beside them.
    fn permissions_of(&self, before: &Snapshot, after: &Snapshot) -> Vec<Grantable> {
        let own: Vec<&Permission> = self.integrations().iter().flat_map(|one| one.permissions()).collect();
        let mut found: Vec<Grantable> = own.iter().map(|one| Grantable::of(one)).collect();
        let types: HashSet<&str> = own.iter().filter_map(|one| one.resource_type).collect();
        let mut seen: BTreeSet<(String, &str)> =
            own.iter().map(|one| (one.name.to_owned(), one.action.unwrap_or("use"))).collect();
        let policies = before.roles.iter().chain(&after.roles).flat_map(|role| &role.policies);
        for (policy, _) in policies {
            let action = policy.action.as_str();
            if !types.contains(policy.permission.as_str()) && seen.insert((policy.permission.clone(), action))
            {
                let action = (action != "use").then(|| action.to_owned());
                found.push(Grantable { name: policy.permission.clone(), action, resource_type: None });
            }
        }
        found
    }
}

/// A permission that can be granted.
struct Grantable {
    name: String,
    action: Option<String>,
    resource_type: Option<String>,
}

impl Grantable {
    fn of(permission: &Permission) -> Self {
        Self {
            name: permission.name.to_owned(),
            action: permission.action.map(str::to_owned),
            resource_type: permission.resource_type.map(str::to_owned),
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            name: &self.name,
            action: self.action.as_deref(),
            resource_type: self.resource_type.as_deref(),
        }
    }
}

/// The roles that are not the same in both.
fn changed_roles(before: &Snapshot, after: &Snapshot) -> HashSet<String> {
    let conditions = |snapshot: &Snapshot, name: &str| -> Vec<_> {
        let of_role = snapshot.conditions.iter().filter(|placed| placed.policy.role == name);
        of_role.map(|placed| placed.policy.clone()).collect()
    };
    let names: BTreeSet<&str> =
        before.roles.iter().chain(&after.roles).map(|role| role.name.as_str()).collect();
    let same = |name: &str| match (before.role(name), after.role(name)) {
        (Some(one), Some(other)) => {
            one.members == other.members
                && one.policies == other.policies
                && conditions(before, name) == conditions(after, name)
        }
        _ => false,
    };
    names.into_iter().filter(|name| !same(name)).map(str::to_owned).collect()
}

struct Comparison {
    before: Arc<Snapshot>,
    after: Arc<Snapshot>,
    /// The roles that are not the same in both.
    names: HashSet<String>,
    permissions: Vec<Grantable>,
    settings: RbacSettings,
    groups: Arc<dyn GroupDirectory>,
}

impl Comparison {
    fn run(&self) -> Preview {
        let mut preview = Preview::default();
        if self.names.is_empty() {
            return preview;
        }
        let mut users: BTreeSet<String> = self.groups.users(MAX_USERS).into_iter().collect();
        let named = self.before.members().chain(self.after.members());
        users.extend(named.filter(|member| member.starts_with("user:")).map(str::to_owned));
        preview.truncated = users.len() > MAX_USERS;
        for user in users.into_iter().take(MAX_USERS) {
            preview.users += 1;
            self.compare(&user, &mut preview);
        }
        preview
    }

    fn compare(&self, user: &str, preview: &mut Preview) {
        // What users own is known of those who have signed in; for what may change, their groups will do.
        let mut owned = vec![user.to_owned()];
        owned.extend(self.groups.groups_of_user(user));
        let find = |snapshot| Who::find(snapshot, &self.settings, self.groups.as_ref(), user, &owned);
        let (before, after) = (find(&self.before), find(&self.after));
        if !self.concerns(&self.before, &before.roles) && !self.concerns(&self.after, &after.roles) {
            return;
        }
        for permission in &self.permissions {
            let asked = permission.asked();
            let first = self.settings.basic_first;
            let (from, to) =
                (decide(&self.before, &before, asked, first), decide(&self.after, &after, asked, first));
            if from == to {
                continue;
            }
            let difference = Difference {
                user_entity_ref: user.to_owned(),
                permission: permission.name.clone(),
                action: permission.action.clone().unwrap_or_else(|| "use".to_owned()),
                from: shown(&from),
                to: shown(&to),
            };
            let (was, is) = (rank(&from), rank(&to));
            if is >= was {
                tell(&mut preview.gains, &difference, &mut preview.truncated);
            }
            if is <= was {
                tell(&mut preview.loses, &difference, &mut preview.truncated);
            }
        }
    }

    fn concerns(&self, snapshot: &Snapshot, roles: &RoleSet) -> bool {
        roles.iter().any(|role| self.names.contains(&snapshot.roles[role as usize].name))
    }
}

fn tell(list: &mut Vec<Difference>, difference: &Difference, truncated: &mut bool) {
    if list.len() < MAX_TOLD {
        list.push(difference.clone());
    } else {
        *truncated = true;
    }
}

fn shown(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow => "ALLOW",
        Decision::Deny => "DENY",
        Decision::Conditional(_) => "CONDITIONAL",
    }
}

/// From nothing to everything.
fn rank(decision: &Decision) -> u8 {
    match decision {
        Decision::Deny => 0,
        Decision::Conditional(_) => 1,
        Decision::Allow => 2,
    }
}
