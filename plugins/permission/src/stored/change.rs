//! The changes that can be made over HTTP, applied to what is there: in a transaction to store them, or on a copy to see
//! what they would do. Statuses and texts follow `rbac-backend` 8.1.3.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Stored, StoredRole};
use crate::error::RbacError;
use crate::model::{ConditionalPolicy, Policy, RoleMetadata, Source};

/// Bounds of what the database holds.
const MAX_ROLES: usize = 20_000;
const MAX_MEMBERS: usize = 20_000;
const MAX_POLICIES: usize = 200_000;
const MAX_CONDITIONS: usize = 20_000;
const MAX_PLUGIN_IDS: usize = 1_000;

/// A role as a body describes it.
#[derive(Debug, Clone)]
pub(crate) struct RoleBody {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<String>,
    pub(crate) description: Option<String>,
    pub(crate) owner: Option<String>,
}

/// One change.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    CreateRole(RoleBody),
    UpdateRole { name: String, old_members: BTreeSet<String>, new: RoleBody },
    DeleteRole { name: String, member: Option<String> },
    CreatePolicies(Vec<(String, Policy)>),
    UpdatePolicies { role: String, old: Vec<Policy>, new: Vec<Policy> },
    DeletePolicies { role: String, policies: Vec<Policy> },
    CreateCondition(Arc<ConditionalPolicy>),
    UpdateCondition { id: i64, policy: Arc<ConditionalPolicy> },
    DeleteCondition { id: i64 },
    AddPluginIds(BTreeSet<String>),
    RemovePluginIds(BTreeSet<String>),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is so already.
    Unchanged,
    /// Done.
    Changed,
    /// A condition with this number is there now.
    Condition(i64),
}

/// Where and by whom.
pub(crate) struct Context<'a> {
    /// Where a role belongs that is not of the database.
    pub(crate) elsewhere: &'a (dyn Fn(&str) -> Option<Source> + Sync),
    /// Whether the caller may touch a role of this owner.
    pub(crate) may_touch: &'a (dyn Fn(&RoleMetadata) -> bool + Sync),
    /// Who changes it.
    pub(crate) user: &'a str,
    /// Milliseconds since the epoch.
    pub(crate) now: i64,
}

impl Context<'_> {
    /// Refuses a role that is changed elsewhere.
    fn own(&self, name: &str, what: &str) -> Result<(), RbacError> {
        match (self.elsewhere)(name) {
            None => Ok(()),
            Some(source) => Err(RbacError::NotAllowed(format!(
                "Unable to {what}: source does not match originating role {name}, consider making changes to the '{}'",
                source.as_str().to_uppercase()
            ))),
        }
    }

    /// The role, if it is one of the database and the caller may touch it.
    fn role<'s>(
        &self,
        stored: &'s mut Stored,
        name: &str,
        what: &str,
    ) -> Result<&'s mut StoredRole, RbacError> {
        self.own(name, what)?;
        let role = stored
            .roles
            .get_mut(name)
            .ok_or_else(|| RbacError::NotFound(format!("The role {name} was not found")))?;
        if !(self.may_touch)(&role.metadata) {
            return Err(RbacError::NotAllowed(format!("You may not {what}: {name} is not one of yours")));
        }
        Ok(role)
    }

    fn touch(&self, metadata: &mut RoleMetadata) {
        metadata.modified_by = self.user.to_owned();
        metadata.last_modified = self.now;
    }
}

impl Change {
    /// Applies it.
    ///
    /// # Errors
    /// Why it is refused; what is there may then have been changed in part and must be thrown away.
    pub(crate) fn apply(&self, stored: &mut Stored, context: &Context<'_>) -> Result<Outcome, RbacError> {
        let outcome = match self {
            Self::CreateRole(body) => create_role(stored, context, body),
            Self::UpdateRole { name, old_members, new } => {
                update_role(stored, context, name, old_members, new)
            }
            Self::DeleteRole { name, member } => delete_role(stored, context, name, member.as_deref()),
            Self::CreatePolicies(policies) => create_policies(stored, context, policies),
            Self::UpdatePolicies { role, old, new } => update_policies(stored, context, role, old, new),
            Self::DeletePolicies { role, policies } => delete_policies(stored, context, role, policies),
            Self::CreateCondition(policy) => {
                let id = stored.next_condition.max(1);
                put_condition(stored, context, id, policy)?;
                stored.next_condition = id + 1;
                Ok(Outcome::Condition(id))
            }
            Self::UpdateCondition { id, policy } => {
                remove_condition(stored, context, *id, "edit")?;
                put_condition(stored, context, *id, policy)?;
                Ok(Outcome::Condition(*id))
            }
            Self::DeleteCondition { id } => remove_condition(stored, context, *id, "delete"),
            Self::AddPluginIds(ids) => {
                let before = stored.plugin_ids.len();
                stored.plugin_ids.extend(ids.iter().cloned());
                Ok(if stored.plugin_ids.len() == before { Outcome::Unchanged } else { Outcome::Changed })
            }
            Self::RemovePluginIds(ids) => {
                let before = stored.plugin_ids.len();
                stored.plugin_ids.retain(|id| !ids.contains(id));
                Ok(if stored.plugin_ids.len() == before { Outcome::Unchanged } else { Outcome::Changed })
            }
        }?;
        check_bounds(stored)?;
        Ok(outcome)
    }
}

fn check_bounds(stored: &Stored) -> Result<(), RbacError> {
    let members = stored.roles.values().map(|role| role.members.len()).max().unwrap_or_default();
    for (what, count, most) in [
        ("roles", stored.roles.len(), MAX_ROLES),
        ("members of a role", members, MAX_MEMBERS),
        ("policies", stored.policy_count(), MAX_POLICIES),
        ("conditions", stored.conditions.len(), MAX_CONDITIONS),
        ("plugin ids", stored.plugin_ids.len(), MAX_PLUGIN_IDS),
    ] {
        if count > most {
            return Err(RbacError::Input(format!("{count} {what} are more than the limit of {most}")));
        }
    }
    Ok(())
}

fn create_role(stored: &mut Stored, context: &Context<'_>, body: &RoleBody) -> Result<Outcome, RbacError> {
    context.own(&body.name, "add role")?;
    if stored.roles.contains_key(&body.name) {
        return Err(RbacError::Conflict(format!("The role {} is there already", body.name)));
    }
    let metadata = RoleMetadata {
        description: body.description.clone().unwrap_or_default(),
        owner: body.owner.clone().unwrap_or_default(),
        author: context.user.to_owned(),
        modified_by: context.user.to_owned(),
        created_at: context.now,
        last_modified: context.now,
    };
    let role = StoredRole { metadata, members: body.members.clone(), policies: BTreeSet::new() };
    stored.roles.insert(body.name.clone(), role);
    Ok(Outcome::Changed)
}

fn update_role(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    old_members: &BTreeSet<String>,
    new: &RoleBody,
) -> Result<Outcome, RbacError> {
    let role = context.role(stored, name, "edit role")?;
    if let Some(missing) = old_members.iter().find(|member| !role.members.contains(*member)) {
        return Err(RbacError::NotFound(format!(
            "Member reference: {missing} was not found for role {name}"
        )));
    }
    if let Some(there) =
        new.members.iter().find(|member| !old_members.contains(*member) && role.members.contains(*member))
    {
        return Err(RbacError::Conflict(format!("{there} is a member of {name} already")));
    }
    let mut changed = role.clone();
    changed.members.retain(|member| !old_members.contains(member));
    changed.members.extend(new.members.iter().cloned());
    if let Some(description) = &new.description {
        changed.metadata.description = description.clone();
    }
    if let Some(owner) = &new.owner {
        changed.metadata.owner = owner.clone();
    }
    if changed == *role && new.name == name {
        return Ok(Outcome::Unchanged);
    }
    context.touch(&mut changed.metadata);
    if new.name != name {
        context.own(&new.name, "edit role")?;
        if stored.roles.contains_key(&new.name) {
            return Err(RbacError::Conflict(format!("The role {} is there already", new.name)));
        }
        stored.roles.remove(name);
        for policy in stored.conditions.values_mut().filter(|policy| policy.role == name) {
            *policy = Arc::new(ConditionalPolicy { role: new.name.clone(), ..policy.as_ref().clone() });
        }
    }
    stored.roles.insert(new.name.clone(), changed);
    Ok(Outcome::Changed)
}

/// Removes a role, or a member of it. A role without members is none, and a role that goes takes its policies and
/// conditions along: one of the same name must not find them again.
fn delete_role(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    member: Option<&str>,
) -> Result<Outcome, RbacError> {
    let role = context.role(stored, name, "delete role")?;
    if let Some(member) = member {
        if !role.members.remove(member) {
            return Err(RbacError::NotFound(format!("role member '{member}' was not found")));
        }
        context.touch(&mut role.metadata);
        if !role.members.is_empty() {
            return Ok(Outcome::Changed);
        }
    }
    stored.roles.remove(name);
    stored.conditions.retain(|_, policy| policy.role != name);
    Ok(Outcome::Changed)
}

fn shown(role: &str, policy: &Policy) -> String {
    format!("{role}, {}, {}, {}", policy.permission, policy.action.as_str(), policy.effect.as_str())
}

fn add_policy(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    policy: &Policy,
    what: &str,
) -> Result<(), RbacError> {
    let role = context.role(stored, name, &format!("{what} policy {}", shown(name, policy)))?;
    if !role.policies.insert(policy.clone()) {
        return Err(RbacError::Conflict(format!(
            "Policy '[{}]' has been already stored",
            shown(name, policy)
        )));
    }
    Ok(())
}

fn create_policies(
    stored: &mut Stored,
    context: &Context<'_>,
    policies: &[(String, Policy)],
) -> Result<Outcome, RbacError> {
    for (role, policy) in policies {
        add_policy(stored, context, role, policy, "add")?;
    }
    Ok(Outcome::Changed)
}

fn remove_policies(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    policies: &[Policy],
    what: &str,
) -> Result<(), RbacError> {
    for policy in policies {
        let role = context.role(stored, name, &format!("{what} policy {}", shown(name, policy)))?;
        if !role.policies.remove(policy) {
            return Err(RbacError::NotFound(format!("Policy '[{}]' not found", shown(name, policy))));
        }
    }
    Ok(())
}

fn update_policies(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    old: &[Policy],
    new: &[Policy],
) -> Result<Outcome, RbacError> {
    remove_policies(stored, context, name, old, "edit")?;
    let (mut old_sorted, mut new_sorted) = (old.to_vec(), new.to_vec());
    old_sorted.sort();
    new_sorted.sort();
    for policy in new {
        add_policy(stored, context, name, policy, "edit")?;
    }
    Ok(if old_sorted == new_sorted { Outcome::Unchanged } else { Outcome::Changed })
}

fn delete_policies(
    stored: &mut Stored,
    context: &Context<'_>,
    name: &str,
    policies: &[Policy],
) -> Result<Outcome, RbacError> {
    remove_policies(stored, context, name, policies, "delete")?;
    Ok(Outcome::Changed)
}

fn put_condition(
    stored: &mut Stored,
    context: &Context<'_>,
    id: i64,
    policy: &Arc<ConditionalPolicy>,
) -> Result<(), RbacError> {
    context.role(stored, &policy.role, "change conditions")?;
    if let Some((other, _)) = stored.conditions.iter().find(|(_, other)| other.collides_with(policy)) {
        return Err(RbacError::Conflict(format!(
            "Found condition {other} with conflicting permission '{}' and role {}; a role may have one condition for \
             each permission",
            policy.resource_type, policy.role
        )));
    }
    stored.conditions.insert(id, policy.clone());
    Ok(())
}

fn remove_condition(
    stored: &mut Stored,
    context: &Context<'_>,
    id: i64,
    what: &str,
) -> Result<Outcome, RbacError> {
    let role = match stored.conditions.get(&id) {
        Some(policy) => policy.role.clone(),
        None => return Err(RbacError::NotFound(format!("Condition with id {id} was not found"))),
    };
    context.role(stored, &role, &format!("{what} condition {id}"))?;
    stored.conditions.remove(&id);
    Ok(Outcome::Changed)
}
