//! Roles, policies and conditions in the form that answers fast: by permission, by member, roles as numbers.

use std::collections::HashMap;

use crate::model::{Action, Effect, PlacedCondition, Role};

/// A set of roles by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RoleSet(Vec<u64>);

impl RoleSet {
    pub(crate) fn insert(&mut self, role: u32) {
        let word = (role / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (role % 64);
    }

    pub(crate) fn contains(&self, role: u32) -> bool {
        self.0.get((role / 64) as usize).is_some_and(|word| word & (1 << (role % 64)) != 0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.0).flat_map(|(at, word)| {
            (0..64).filter(move |bit| word & (1_u64 << bit) != 0).map(move |bit| at * 64 + bit)
        })
    }
}

/// Who is allowed and who is denied one thing.
#[derive(Debug, Default)]
pub(crate) struct Rule {
    /// Role, effect, and which of the role's policies it is.
    pub(crate) entries: Vec<(u32, Effect, usize)>,
}

/// What some roles together are told by a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) allow: bool,
    pub(crate) deny: bool,
}

impl Told {
    pub(crate) fn anything(self) -> bool {
        self.allow || self.deny
    }
}

/// The state of everything at one moment.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// Sorted by name; a role's number is its place.
    pub(crate) roles: Vec<Role>,
    pub(crate) conditions: Vec<PlacedCondition>,
    /// Plugin ids of the database.
    pub(crate) plugin_ids: Vec<String>,
    members: HashMap<String, Vec<u32>>,
    defaults: Vec<u32>,
    rules: HashMap<Action, HashMap<String, Rule>>,
    /// By resource type: role and place in `conditions`, by role.
    conditions_of: HashMap<String, Vec<(u32, usize)>>,
}

impl Snapshot {
    /// Compiles; `roles` sorted by name.
    pub(crate) fn new(roles: Vec<Role>, conditions: Vec<PlacedCondition>, plugin_ids: Vec<String>) -> Self {
        let mut made = Self { plugin_ids, ..Self::default() };
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for (number, role) in (0_u32..).zip(&roles) {
            numbers.insert(&role.name, number);
            if role.is_default {
                made.defaults.push(number);
            }
            for member in &role.members {
                made.members.entry(member.clone()).or_default().push(number);
            }
            for (at, (policy, _)) in role.policies.iter().enumerate() {
                let rules = made.rules.entry(policy.action).or_default();
                let rule = rules.entry(policy.permission.clone()).or_default();
                rule.entries.push((number, policy.effect, at));
            }
        }
        for (at, condition) in conditions.iter().enumerate() {
            if let Some(number) = numbers.get(condition.policy.role.as_str()) {
                let of_type = made.conditions_of.entry(condition.policy.resource_type.clone()).or_default();
                of_type.push((*number, at));
            }
        }
        for of_type in made.conditions_of.values_mut() {
            of_type.sort_unstable();
        }
        made.roles = roles;
        made.conditions = conditions;
        made
    }

    /// The role with this name.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.binary_search_by(|role| role.name.as_str().cmp(name)).ok().map(|at| &self.roles[at])
    }

    /// The roles that name a user or group.
    pub(crate) fn roles_of_member(&self, member: &str) -> &[u32] {
        self.members.get(member).map_or(&[], Vec::as_slice)
    }

    /// Users and groups that any role names.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// The roles that everybody has.
    pub(crate) fn defaults(&self) -> &[u32] {
        &self.defaults
    }

    pub(crate) fn rule(&self, permission: &str, action: Action) -> Option<&Rule> {
        self.rules.get(&action)?.get(permission)
    }

    /// What `roles` are told about this permission.
    pub(crate) fn told(&self, roles: &RoleSet, permission: &str, action: Action) -> Told {
        let mut told = Told::default();
        for (role, effect, _) in self.rule(permission, action).map_or(&[][..], |rule| &rule.entries) {
            if roles.contains(*role) {
                match effect {
                    Effect::Allow => told.allow = true,
                    Effect::Deny => {
                        told.deny = true;
                        return told;
                    }
                }
            }
        }
        told
    }

    /// The conditions of `roles` for this permission, by role.
    pub(crate) fn conditions_for(
        &self,
        roles: &RoleSet,
        resource_type: &str,
        action: Action,
        name: &str,
    ) -> Vec<(u32, &PlacedCondition)> {
        let of_type = self.conditions_of.get(resource_type).map_or(&[][..], Vec::as_slice);
        of_type
            .iter()
            .filter(|(role, _)| roles.contains(*role))
            .map(|(role, at)| (*role, &self.conditions[*at]))
            .filter(|(_, placed)| placed.policy.is_about(resource_type, action, name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_roles_holds_what_was_put_in() {
        let mut set = RoleSet::default();
        for role in [0, 63, 64, 999] {
            set.insert(role);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 999]);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(5_000));
    }
}
