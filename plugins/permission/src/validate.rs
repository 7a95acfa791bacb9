//! Whether references, policies and conditions are such as RBAC takes (`rbac-backend` 8.1.3).

use callboard_kit::permission::Condition;
use callboard_model::EntityRef;
use serde_json::{Map, Value};

use crate::error::RbacError;
use crate::model::{Action, ConditionalPolicy, Effect, Mapping, Policy};

/// Permissions of one conditional policy.
const MAX_NAMED: usize = 25;
/// Bytes of a permission's name.
const MAX_NAME: usize = 256;

/// Bounds of one condition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) depth: usize,
    pub(crate) nodes: usize,
    pub(crate) items: usize,
}

fn input(message: impl Into<String>) -> RbacError {
    RbacError::Input(message.into())
}

/// A full reference of one of these kinds, with any name.
fn full_reference<'t>(text: &'t str, kinds: &[&str]) -> Result<(&'t str, &'t str), RbacError> {
    if text.is_empty() {
        return Err(input("'entityReference' must not be empty"));
    }
    let parsed = EntityRef::parse(text).map_err(|error| input(error.to_string()))?;
    let (kind, rest) = text.split_once(':').unwrap_or_default();
    let Some((namespace, name)) = rest.split_once('/').filter(|_| !kind.is_empty()) else {
        return Err(input(format!(
            "entity reference '{text}' is not a full one; write <kind>:<namespace>/<name>, for example {parsed}"
        )));
    };
    if !kinds.contains(&kind) {
        let kinds = kinds.join(", ");
        return Err(input(format!("Unsupported kind {kind} in '{text}'. Supported values are {kinds}")));
    }
    Ok((namespace, name))
}

/// A full reference of one of these kinds.
fn reference(text: &str, kinds: &[&str]) -> Result<(), RbacError> {
    let (namespace, name) = full_reference(text, kinds)?;
    let words = |text: &str, separators: &[char], upper: bool| {
        text.len() <= 63
            && text.split(separators).all(|word| {
                !word.is_empty()
                    && word.bytes().all(|byte| {
                        byte.is_ascii_digit()
                            || byte.is_ascii_lowercase()
                            || (upper && byte.is_ascii_uppercase())
                    })
            })
    };
    if !words(name, &['-', '_', '.'], true) {
        return Err(input(format!(
            "The name '{name}' in the entity reference must be a string that is sequences of [a-zA-Z0-9] separated \
             by any of [-_.], at most 63 characters in total"
        )));
    }
    if !words(namespace, &['-'], false) {
        return Err(input(format!(
            "The namespace '{namespace}' in the entity reference must be a string that is sequences of [a-z0-9] \
             separated by [-], at most 63 characters in total"
        )));
    }
    Ok(())
}

/// `role:namespace/name`
pub(crate) fn role_name(text: &str) -> Result<(), RbacError> {
    reference(text, &["role"])
}

/// A user or group with whatever name it has.
pub(crate) fn person(text: &str, kinds: &[&str]) -> Result<(), RbacError> {
    full_reference(text, kinds).map(drop)
}

/// A user or group; roles are no members of roles.
pub(crate) fn member(text: &str) -> Result<(), RbacError> {
    if text.starts_with("role:") {
        return Err(input(format!("'{text}' can't be a member: roles do not inherit from roles")));
    }
    reference(text, &["user", "group"])
}

/// Who a role belongs to; empty for nobody.
pub(crate) fn owner(text: &str) -> Result<(), RbacError> {
    if text.is_empty() { Ok(()) } else { reference(text, &["user", "group"]) }
}

/// The policy of three texts.
pub(crate) fn policy(permission: &str, action: &str, effect: &str) -> Result<Policy, RbacError> {
    permission_name(permission, "'permission' field")?;
    if action.is_empty() {
        return Err(input("'policy' field must not be empty"));
    }
    let action = Action::parse(action).ok_or_else(|| {
        input(format!(
            "'policy' has invalid value: '{action}'. It should be one of: create, read, update, delete, use"
        ))
    })?;
    if effect.is_empty() {
        return Err(input("'effect' field must not be empty"));
    }
    let effect = Effect::parse(effect).ok_or_else(|| {
        input(format!("'effect' has invalid value: '{effect}'. It should be: 'allow' or 'deny'"))
    })?;
    Ok(Policy { permission: permission.to_owned(), action, effect })
}

fn permission_name(text: &str, what: &str) -> Result<(), RbacError> {
    if text.trim().is_empty() {
        return Err(input(format!("{what} must not be empty")));
    }
    if text.contains('"') {
        return Err(input(format!("{what} contains double quotes (\"), which are not supported")));
    }
    if text.len() > MAX_NAME {
        return Err(input(format!("{what} has {} bytes; the limit is {MAX_NAME}", text.len())));
    }
    Ok(())
}

/// The conditional policy that a body or a document describes. `named_only`: actions alone will not do, as over HTTP.
pub(crate) fn conditional_policy(
    value: &Value,
    limits: Limits,
    named_only: bool,
) -> Result<ConditionalPolicy, RbacError> {
    let text = |name: &str| {
        let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
        match text.is_empty() {
            true => Err(input(format!("'{name}' must be specified in the role condition"))),
            false => Ok(text.to_owned()),
        }
    };
    let role = text("roleEntityRef")?;
    role_name(&role)?;
    if text("result")? != "CONDITIONAL" {
        return Err(input("'result' must be CONDITIONAL in the role condition"));
    }
    let plugin_id = text("pluginId")?;
    let resource_type = text("resourceType")?;
    for (name, text) in [("'pluginId'", &plugin_id), ("'resourceType'", &resource_type)] {
        permission_name(text, name)?;
    }
    let mapping = mapping(value.get("permissionMapping"), named_only)?;
    if resource_type == "policy-entity" && mapping.iter().any(|one| one.action == Action::Create) {
        return Err(input(
            "Conditional policy can not be created for resource type 'policy-entity' with the permission action \
             'create'",
        ));
    }
    let conditions = value
        .get("conditions")
        .filter(|conditions| !conditions.is_null())
        .ok_or_else(|| input("'conditions' must be specified in the role condition"))?;
    let mut nodes = 0;
    let conditions =
        condition(conditions, "roleCondition.conditions", 1, &mut nodes, limits, &resource_type)?;
    Ok(ConditionalPolicy { role, plugin_id, resource_type, mapping, conditions })
}

fn mapping(value: Option<&Value>, named_only: bool) -> Result<Vec<Mapping>, RbacError> {
    let entries = value.and_then(Value::as_array).filter(|entries| !entries.is_empty());
    let entries =
        entries.ok_or_else(|| input("'permissionMapping' must be non empty array in the role condition"))?;
    let named = entries[0].is_object();
    if named_only && !named {
        return Err(input("'permissionMapping' must hold objects of the form {name, action}"));
    }
    let most = if named { MAX_NAMED } else { Action::ALL.len() };
    if entries.len() > most {
        return Err(input(format!("'permissionMapping' can have at most {most} items")));
    }
    let mut mapping: Vec<Mapping> = Vec::new();
    for entry in entries {
        if entry.is_object() != named {
            return Err(input(
                "'permissionMapping' must be either all action strings or all {name, action} objects, not a mix",
            ));
        }
        let (name, action) = match named {
            true => (entry["name"].as_str(), entry["action"].as_str()),
            false => (None, entry.as_str()),
        };
        if named {
            permission_name(name.unwrap_or_default(), "'permissionMapping' entry: permission name")?;
        }
        let action = action.and_then(Action::parse).ok_or_else(|| {
            input(format!("'permissionMapping' array contains non action value: '{entry}'"))
        })?;
        let one = Mapping { name: name.map(str::to_owned), action };
        if mapping.contains(&one) {
            return Err(input(format!("'permissionMapping' must not contain '{entry}' twice")));
        }
        mapping.push(one);
    }
    Ok(mapping)
}

/// One node of a condition: exactly one of `allOf`, `anyOf`, `not`, or a rule.
fn condition(
    value: &Value,
    place: &str,
    depth: usize,
    nodes: &mut usize,
    limits: Limits,
    resource_type: &str,
) -> Result<Condition, RbacError> {
    let map = value.as_object().ok_or_else(|| input(format!("{place} must be an object")))?;
    if depth > limits.depth {
        return Err(input(format!("Conditional criteria depth exceeds maximum of {}", limits.depth)));
    }
    *nodes += 1;
    if *nodes > limits.nodes {
        return Err(input(format!("Conditional criteria exceeds maximum of {} nodes", limits.nodes)));
    }
    let found: Vec<&str> =
        ["allOf", "anyOf", "not", "rule"].into_iter().filter(|one| map.contains_key(*one)).collect();
    if found.len() > 1 {
        return Err(input(format!(
            "RBAC plugin does not support parallel conditions, consider reworking request to include nested condition \
             criteria. Conditional criteria causing the error at {place}: {}",
            found.join(", ")
        )));
    }
    match found.first() {
        None | Some(&"rule") => rule(map, place, resource_type),
        Some(&"not") => {
            let inner =
                condition(&map["not"], &format!("{place}.not"), depth + 1, nodes, limits, resource_type)?;
            Ok(Condition::Not { not: Box::new(inner) })
        }
        Some(name) => {
            let place = format!("{place}.{name}");
            let items = map[*name].as_array().filter(|items| !items.is_empty());
            let items = items.ok_or_else(|| input(format!("{place} criteria must be non empty array")))?;
            if items.len() > limits.items {
                return Err(input(format!("{place} criteria supports at most {} items", limits.items)));
            }
            let parts = items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    condition(item, &format!("{place}[{at}]"), depth + 1, nodes, limits, resource_type)
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(match *name {
                "allOf" => Condition::AllOf { all_of: parts },
                _ => Condition::AnyOf { any_of: parts },
            })
        }
    }
}

fn rule(map: &Map<String, Value>, place: &str, resource_type: &str) -> Result<Condition, RbacError> {
    let text = |name: &str| {
        let text = map.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| input(format!("'{name}' must be specified in the {place}.condition")))
    };
    let (own_type, rule) = (text("resourceType")?, text("rule")?);
    // A rule of other resources would never be evaluated, only fail.
    if own_type != resource_type {
        return Err(input(format!(
            "{place}: the rule {rule} is about '{own_type}', the condition about '{resource_type}'"
        )));
    }
    let params = map.get("params").cloned().unwrap_or(Value::Null);
    if !(params.is_null() || params.is_object()) {
        return Err(input(format!("{place}.params must be an object")));
    }
    Ok(Condition::Rule { rule: rule.to_owned(), resource_type: own_type.to_owned(), params })
}
