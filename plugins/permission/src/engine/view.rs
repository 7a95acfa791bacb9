//! What a user is to the engine: which roles it has, and why.

use std::collections::{HashSet, VecDeque};

use callboard_kit::user_info::GroupDirectory;

use super::snapshot::{RoleSet, Snapshot};
use crate::settings::RbacSettings;

/// Groups that are followed for one user; a company has fewer.
const MAX_GROUPS: usize = 20_000;

/// A user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    /// Lower-case.
    pub(crate) user: String,
    /// What it owned at its last sign-in; the user itself is always among them.
    pub(crate) owned: Vec<String>,
    pub(crate) super_user: bool,
    pub(crate) roles: RoleSet,
}

/// A role of a user, and the way to it: the group that the role names last, the user's own group first; empty where the
/// role names the user itself or is everybody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) role: u32,
    pub(crate) via: Vec<String>,
}

impl Who {
    /// Finds the roles of a user.
    pub(crate) fn find(
        snapshot: &Snapshot,
        settings: &RbacSettings,
        groups: &dyn GroupDirectory,
        user: &str,
        owned: &[String],
    ) -> Self {
        let mut roles = RoleSet::default();
        for membership in memberships(snapshot, settings, groups, user, owned, false) {
            roles.insert(membership.role);
        }
        let mut owned = owned.to_vec();
        if !owned.iter().any(|one| one == user) {
            owned.insert(0, user.to_owned());
        }
        let super_user = owned.iter().any(|one| settings.super_users.contains(one));
        Self { user: user.to_owned(), owned, super_user, roles }
    }
}

/// The roles of a user; with `ways` also how it comes to them. A role may be there more than once.
pub(crate) fn memberships(
    snapshot: &Snapshot,
    settings: &RbacSettings,
    groups: &dyn GroupDirectory,
    user: &str,
    owned: &[String],
    ways: bool,
) -> Vec<Membership> {
    let mut found = Vec::new();
    let direct = |found: &mut Vec<Membership>, roles: &[u32], via: &[String]| {
        found.extend(roles.iter().map(|role| Membership { role: *role, via: via.to_vec() }));
    };
    direct(&mut found, snapshot.roles_of_member(user), &[]);
    if settings.use_ownership {
        for one in owned.iter().filter(|one| *one != user) {
            direct(&mut found, snapshot.roles_of_member(one), std::slice::from_ref(one));
        }
    }
    let mut seen = HashSet::new();
    let mut waiting: VecDeque<(String, usize, Vec<String>)> =
        groups.groups_of_user(user).into_iter().map(|group| (group, 0, Vec::new())).collect();
    while let Some((group, depth, mut via)) = waiting.pop_front() {
        if seen.len() >= MAX_GROUPS || !seen.insert(group.clone()) {
            continue;
        }
        if ways {
            via.push(group.clone());
        }
        direct(&mut found, snapshot.roles_of_member(&group), &via);
        if settings.max_depth.is_none_or(|most| depth < most) {
            let parents = groups.parents_of_group(&group);
            waiting.extend(parents.into_iter().map(|parent| (parent, depth + 1, via.clone())));
        }
    }
    direct(&mut found, snapshot.defaults(), &[]);
    found
}
