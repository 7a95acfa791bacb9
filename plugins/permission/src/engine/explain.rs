//! Why a decision is what it is: every role, policy and condition that had a say.

use serde::Serialize;

use super::decide::{Asked, collide, plan};
use super::snapshot::Snapshot;
use super::view::{Membership, Who};
use crate::model::{Action, Effect, PlacedCondition};

/// A decision and its reasons, as it goes over the wire.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// `ALLOW`, `DENY` or `CONDITIONAL`
    pub result: &'static str,
    /// Whose decision it is.
    pub user: ExplainedUser,
    /// What had a say; those that decided first.
    pub steps: Vec<Step>,
}

/// The user of an explanation.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedUser {
    /// Lower-case.
    pub user_entity_ref: String,
    /// Its roles and how it comes to them.
    pub roles: Vec<ExplainedRole>,
    /// What `$ownerRefs` stands for.
    pub ownership_entity_refs: Vec<String>,
}

/// A role of a user.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedRole {
    /// `role:default/developer`
    pub role: String,
    /// `rest`, `csv-file`, `configuration`
    pub source: &'static str,
    /// The user's group, the groups above it, and last the one that the role names; empty if it names the user.
    pub via: Vec<String>,
}

/// One thing that had a say.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The role, where one is concerned.
    pub role: Option<String>,
    /// Where the role belongs.
    pub source: Option<&'static str>,
    /// `policy`, `condition`, `superuser`, `default`
    pub kind: &'static str,
    /// `allow`, `deny`, `conditional`
    pub effect: &'static str,
    /// Whether it made the result; the others were there and lost.
    pub decided: bool,
    /// The policy or condition and where it stands.
    pub detail: String,
}

impl Step {
    pub(crate) fn plain(kind: &'static str, effect: &'static str, detail: impl Into<String>) -> Self {
        Self { role: None, source: None, kind, effect, decided: true, detail: detail.into() }
    }
}

/// The conditions that a question comes to, in the order of [`explain`]'s `holds`.
pub(crate) fn conditions<'s>(
    snapshot: &'s Snapshot,
    who: &Who,
    asked: Asked<'_>,
    basic_first: bool,
) -> Vec<(u32, &'s PlacedCondition)> {
    match plan(snapshot, who, asked, basic_first) {
        Some(plan) => match plan.resource_type {
            Some(one) => snapshot.conditions_for(&who.roles, one, plan.action, asked.name),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// Explains. `holds` says for each condition whether the resource satisfies it, if one was asked for.
pub(crate) fn explain(
    snapshot: &Snapshot,
    who: &Who,
    memberships: &[Membership],
    asked: Asked<'_>,
    basic_first: bool,
    holds: Option<&[bool]>,
) -> Explanation {
    let (result, mut steps) = reasons(snapshot, who, asked, basic_first, holds);
    steps.sort_by_key(|step| !step.decided);
    Explanation { result, user: user(snapshot, who, memberships), steps }
}

fn user(snapshot: &Snapshot, who: &Who, memberships: &[Membership]) -> ExplainedUser {
    let role = |membership: &Membership| {
        let role = &snapshot.roles[membership.role as usize];
        ExplainedRole { role: role.name.clone(), source: role.source.as_str(), via: membership.via.clone() }
    };
    ExplainedUser {
        user_entity_ref: who.user.clone(),
        roles: memberships.iter().map(role).collect(),
        ownership_entity_refs: who.owned.clone(),
    }
}

fn reasons(
    snapshot: &Snapshot,
    who: &Who,
    asked: Asked<'_>,
    basic_first: bool,
    holds: Option<&[bool]>,
) -> (&'static str, Vec<Step>) {
    if who.super_user {
        let detail = format!("permission.rbac.admin.superUsers names {} or one of its groups", who.user);
        return ("ALLOW", vec![Step::plain("superuser", "allow", detail)]);
    }
    let Some(plan) = plan(snapshot, who, asked, basic_first) else {
        let action = asked.action.unwrap_or_default();
        let detail = format!("no policy can name the action '{action}'");
        return ("DENY", vec![Step::plain("default", "deny", detail)]);
    };
    let mut steps = Vec::new();
    let conditions = conditions(snapshot, who, asked, basic_first);
    let by_condition = !conditions.is_empty() && !plan.policies_first;
    let collision = collide(&conditions);
    for (at, (role, placed)) in conditions.iter().enumerate() {
        let holds = holds.map(|holds| holds.get(at) == Some(&true));
        steps.push(condition_step(snapshot, *role, placed, by_condition, collision, holds));
    }
    let any_holds = holds.map(|holds| holds.contains(&true));
    if let (true, Some(any_holds), false) = (by_condition, any_holds, collision) {
        // A condition that doesn't hold decides nothing as long as another one does.
        for step in &mut steps {
            step.decided = (step.effect == "allow") == any_holds;
        }
    }
    let told = snapshot.told(&who.roles, plan.object, plan.action);
    let objects = [Some(asked.name), plan.resource_type];
    for object in objects.into_iter().flatten() {
        let counts = object == plan.object && !by_condition;
        for (role, effect, at) in snapshot.rule(object, plan.action).map_or(&[][..], |rule| &rule.entries) {
            if who.roles.contains(*role) {
                let decided = counts && (*effect == Effect::Deny) == told.deny;
                steps.push(policy_step(snapshot, *role, *at, decided));
            }
        }
    }
    let result = match (by_condition, collision, any_holds) {
        (true, true, _) | (true, false, Some(false)) => "DENY",
        (true, false, Some(true)) => "ALLOW",
        (true, false, None) => "CONDITIONAL",
        (false, ..) if told.allow && !told.deny => "ALLOW",
        (false, ..) => "DENY",
    };
    if !steps.iter().any(|step| step.decided) {
        steps.push(Step::plain("default", "deny", nothing(asked, plan.action)));
    }
    (result, steps)
}

fn nothing(asked: Asked<'_>, action: Action) -> String {
    let of_type = asked.resource_type.map_or(String::new(), |one| format!(" or {one}"));
    format!(
        "no role of the user has a policy for {}{of_type} with the action {}",
        asked.name,
        action.as_str()
    )
}

fn condition_step(
    snapshot: &Snapshot,
    role: u32,
    placed: &PlacedCondition,
    decided: bool,
    collision: bool,
    holds: Option<bool>,
) -> Step {
    let role = &snapshot.roles[role as usize];
    // A condition is strings and numbers; it can always be written.
    let condition = serde_json::to_string(&placed.policy.conditions).unwrap_or_default();
    let note = match (collision, decided) {
        (true, _) => "; the role has two conditions for this, which denies it",
        (_, false) => "; policies go first (policyDecisionPrecedence: basic)",
        _ => "",
    };
    let place = match &placed.origin {
        crate::model::Origin::Database => format!("database, condition {}", placed.id),
        origin => origin.to_string(),
    };
    Step {
        role: Some(role.name.clone()),
        source: Some(role.source.as_str()),
        kind: "condition",
        effect: match (collision, holds) {
            (true, _) | (_, Some(false)) => "deny",
            (_, Some(true)) => "allow",
            (_, None) => "conditional",
        },
        decided,
        detail: format!("{condition} ({place}){note}"),
    }
}

fn policy_step(snapshot: &Snapshot, role: u32, at: usize, decided: bool) -> Step {
    let role = &snapshot.roles[role as usize];
    let (policy, origin) = &role.policies[at];
    let (action, effect) = (policy.action.as_str(), policy.effect.as_str());
    Step {
        role: Some(role.name.clone()),
        source: Some(role.source.as_str()),
        kind: "policy",
        effect,
        decided,
        detail: format!("p, {}, {}, {action}, {effect} ({origin})", role.name, policy.permission),
    }
}
