//! The decision itself (`rbac-backend` 8.1.3, `RBACPermissionPolicy.handle`).

use callboard_kit::permission::{Condition, Conditional, Decision};

use super::aliases;
use super::snapshot::Snapshot;
use super::view::Who;
use crate::model::{Action, PlacedCondition};

/// A permission that is asked for, of this server or any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked<'a> {
    pub(crate) name: &'a str,
    /// `action` of its attributes.
    pub(crate) action: Option<&'a str>,
    pub(crate) resource_type: Option<&'a str>,
}

/// How a question is answered: what the policies are asked for, and whether conditions are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan<'a> {
    pub(crate) action: Action,
    /// What policies must name.
    pub(crate) object: &'a str,
    /// The type of resource that conditions must be about.
    pub(crate) resource_type: Option<&'a str>,
    /// Policies decide, whatever the conditions say.
    pub(crate) policies_first: bool,
}

/// Works out how a question is answered for this user; `None` for a permission that no policy can name.
pub(crate) fn plan<'a>(
    snapshot: &Snapshot,
    who: &Who,
    asked: Asked<'a>,
    basic_first: bool,
) -> Option<Plan<'a>> {
    let action = Action::of(asked.action)?;
    let named = snapshot.told(&who.roles, asked.name, action).anything();
    let resource_type = match asked.resource_type {
        // The permission to make roles was one on resources once, and policies that say so still count.
        None if asked.name == "policy.entity.create" && !named => Some("policy-entity"),
        resource_type => resource_type,
    };
    let object = match resource_type {
        Some(resource_type) if !named => resource_type,
        _ => asked.name,
    };
    let by_type = || resource_type.is_some_and(|one| snapshot.told(&who.roles, one, action).anything());
    let policies_first = basic_first && (named || by_type());
    Some(Plan { action, object, resource_type, policies_first })
}

/// Decides.
pub(crate) fn decide(snapshot: &Snapshot, who: &Who, asked: Asked<'_>, basic_first: bool) -> Decision {
    if who.super_user {
        return Decision::Allow;
    }
    let Some(plan) = plan(snapshot, who, asked, basic_first) else { return Decision::Deny };
    if let Some(resource_type) = plan.resource_type
        && !plan.policies_first
    {
        let conditions = snapshot.conditions_for(&who.roles, resource_type, plan.action, asked.name);
        if collide(&conditions) {
            return Decision::Deny;
        }
        if let Some((_, first)) = conditions.first() {
            let any_of: Vec<Condition> = conditions
                .iter()
                .map(|(_, placed)| aliases::resolve(&placed.policy.conditions, &who.user, &who.owned))
                .collect();
            let plugin_id = first.policy.plugin_id.clone();
            return Decision::Conditional(Conditional::new(plugin_id, Condition::AnyOf { any_of }));
        }
    }
    let told = snapshot.told(&who.roles, plan.object, plan.action);
    if told.allow && !told.deny { Decision::Allow } else { Decision::Deny }
}

/// Whether one role has two conditions for the same thing. They come sorted by role.
pub(crate) fn collide(conditions: &[(u32, &PlacedCondition)]) -> bool {
    conditions.windows(2).any(|two| two[0].0 == two[1].0)
}
