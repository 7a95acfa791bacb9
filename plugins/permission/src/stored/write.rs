//! Writes the difference between what was there and what is there now.

use std::collections::BTreeSet;

use callboard_store::{Param, Transaction};

use super::Stored;
use super::database::{condition_row, pairs};
use crate::error::RbacError;
use crate::model::Policy;

const ROLE_COLUMNS: [&str; 7] =
    ["name", "description", "owner", "author", "modified_by", "created_at", "last_modified"];
const CONDITION_COLUMNS: [&str; 6] = ["id", "role", "plugin_id", "resource_type", "mapping", "conditions"];

pub(super) async fn write(tx: &mut Transaction, before: &Stored, after: &Stored) -> Result<(), RbacError> {
    roles(tx, before, after).await?;
    members(tx, before, after).await?;
    policies(tx, before, after).await?;
    conditions(tx, before, after).await?;
    for id in before.plugin_ids.difference(&after.plugin_ids) {
        tx.execute("DELETE FROM permission_plugin_ids WHERE id = $1", &[id.into()]).await?;
    }
    let added = after.plugin_ids.difference(&before.plugin_ids).map(|id| vec![id.into()]).collect();
    insert(tx, "permission_plugin_ids", &["id"], added).await?;
    let sql = "UPDATE permission_state SET next_condition = $1 WHERE id = 1";
    tx.execute(sql, &[after.next_condition.into()]).await?;
    Ok(())
}

async fn insert(
    tx: &mut Transaction,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Param>>,
) -> Result<(), RbacError> {
    if !rows.is_empty() {
        tx.insert_many(table, columns, rows, "").await?;
    }
    Ok(())
}

async fn roles(tx: &mut Transaction, before: &Stored, after: &Stored) -> Result<(), RbacError> {
    let metadata = |stored: &Stored, name: &str| stored.roles.get(name).map(|role| role.metadata.clone());
    for name in before.roles.keys() {
        if metadata(after, name) != metadata(before, name) {
            tx.execute("DELETE FROM permission_roles WHERE name = $1", &[name.into()]).await?;
        }
    }
    let mut rows = Vec::new();
    for (name, role) in &after.roles {
        let own = &role.metadata;
        if metadata(before, name).as_ref() != Some(own) {
            rows.push(vec![
                name.into(),
                own.description.as_str().into(),
                own.owner.as_str().into(),
                own.author.as_str().into(),
                own.modified_by.as_str().into(),
                own.created_at.into(),
                own.last_modified.into(),
            ]);
        }
    }
    insert(tx, "permission_roles", &ROLE_COLUMNS, rows).await
}

async fn members(tx: &mut Transaction, before: &Stored, after: &Stored) -> Result<(), RbacError> {
    let (before, after) = (pairs(before), pairs(after));
    for (role, member) in before.difference(&after) {
        let sql = "DELETE FROM permission_role_members WHERE role = $1 AND member = $2";
        tx.execute(sql, &[(*role).into(), (*member).into()]).await?;
    }
    let rows =
        after.difference(&before).map(|(role, member)| vec![(*role).into(), (*member).into()]).collect();
    insert(tx, "permission_role_members", &["role", "member"], rows).await
}

fn lines(stored: &Stored) -> BTreeSet<(&str, &Policy)> {
    let of_role = stored.roles.iter();
    of_role.flat_map(|(name, role)| role.policies.iter().map(move |policy| (name.as_str(), policy))).collect()
}

fn policy_row(role: &str, policy: &Policy) -> Vec<Param> {
    vec![
        role.into(),
        policy.permission.as_str().into(),
        policy.action.as_str().into(),
        policy.effect.as_str().into(),
    ]
}

async fn policies(tx: &mut Transaction, before: &Stored, after: &Stored) -> Result<(), RbacError> {
    let (before, after) = (lines(before), lines(after));
    for (role, policy) in before.difference(&after) {
        let sql = "DELETE FROM permission_policies \
                   WHERE role = $1 AND permission = $2 AND action = $3 AND effect = $4";
        tx.execute(sql, &policy_row(role, policy)).await?;
    }
    let rows = after.difference(&before).map(|(role, policy)| policy_row(role, policy)).collect();
    insert(tx, "permission_policies", &["role", "permission", "action", "effect"], rows).await
}

async fn conditions(tx: &mut Transaction, before: &Stored, after: &Stored) -> Result<(), RbacError> {
    for (id, policy) in &before.conditions {
        if after.conditions.get(id) != Some(policy) {
            tx.execute("DELETE FROM permission_conditions WHERE id = $1", &[(*id).into()]).await?;
        }
    }
    let new = after.conditions.iter().filter(|(id, policy)| before.conditions.get(id) != Some(policy));
    let rows = new.map(|(id, policy)| condition_row(*id, policy)).collect();
    insert(tx, "permission_conditions", &CONDITION_COLUMNS, rows).await
}
