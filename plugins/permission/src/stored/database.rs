//! Reading and changing the tables. A change is made to the whole in memory, and the difference is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use callboard_store::{Database, Migration, Notifications, Param, Row, StoreError, Transaction};
use serde_json::{Value, json};

use super::change::{Change, Context, Outcome};
use super::write::write;
use super::{CHANNEL, Stored, StoredRole};
use crate::error::RbacError;
use crate::model::{Action, ConditionalPolicy, Effect, Mapping, Policy, RoleMetadata};

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "rbac", sql: include_str!("../../migrations/0001_rbac.sql") }];

/// The tables of RBAC.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    database: Database,
}

/// Where statements run: on their own, or in a transaction.
enum On<'a> {
    Database(&'a Database),
    Transaction(&'a mut Transaction),
}

impl On<'_> {
    async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, StoreError> {
        match self {
            On::Database(database) => database.query(sql, &[]).await,
            On::Transaction(tx) => tx.query(sql, &[]).await,
        }
    }
}

impl Storage {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn migrate(&self) -> Result<(), RbacError> {
        Ok(self.database.migrate("permission", MIGRATIONS).await?)
    }

    /// Hears of changes of other processes.
    pub(crate) async fn listen(&self) -> Result<Notifications, RbacError> {
        Ok(self.database.listen(CHANNEL).await?)
    }

    /// How many changes there have been.
    pub(crate) async fn sequence(&self) -> Result<i64, RbacError> {
        let row =
            self.database.query_first("SELECT sequence FROM permission_state WHERE id = 1", &[]).await?;
        Ok(row.map_or(Ok(0), |row| row.int("sequence"))?)
    }

    /// Everything. The number of the last change is read first and last, so that what is read belongs together.
    pub(crate) async fn load(&self) -> Result<Stored, RbacError> {
        loop {
            let stored = read(&mut On::Database(&self.database)).await?;
            if self.sequence().await? == stored.sequence {
                return Ok(stored);
            }
        }
    }

    /// Makes changes, all or none; `known` spares reading what is known already. Answers what is there afterwards.
    pub(crate) async fn change(
        &self,
        known: &Arc<Stored>,
        changes: &[Change],
        context: &Context<'_>,
    ) -> Result<(Arc<Stored>, Vec<Outcome>), RbacError> {
        let mut tx = self.database.begin().await?;
        tx.execute("UPDATE permission_state SET sequence = sequence + 1 WHERE id = 1", &[]).await?;
        let row = tx.query_first("SELECT sequence FROM permission_state WHERE id = 1", &[]).await?;
        let sequence = row.map_or(Ok(0), |row| row.int("sequence"))?;
        let before = match known.sequence == sequence - 1 {
            true => known.clone(),
            false => Arc::new(read(&mut On::Transaction(&mut tx)).await?),
        };
        let mut after = Stored { sequence, ..before.as_ref().clone() };
        let outcomes =
            changes.iter().map(|change| change.apply(&mut after, context)).collect::<Result<Vec<_>, _>>()?;
        if outcomes.iter().all(|outcome| *outcome == Outcome::Unchanged) {
            tx.rollback().await?;
            return Ok((known.clone(), outcomes));
        }
        write(&mut tx, &before, &after).await?;
        tx.notify(CHANNEL, &sequence.to_string()).await?;
        tx.commit().await?;
        Ok((Arc::new(after), outcomes))
    }
}

async fn read(on: &mut On<'_>) -> Result<Stored, RbacError> {
    let mut stored = Stored::default();
    for row in on.rows("SELECT sequence, next_condition FROM permission_state WHERE id = 1").await? {
        stored.sequence = row.int("sequence")?;
        stored.next_condition = row.int("next_condition")?;
    }
    let sql = "SELECT name, description, owner, author, modified_by, created_at, last_modified FROM permission_roles";
    for row in on.rows(sql).await? {
        let metadata = RoleMetadata {
            description: row.text("description")?,
            owner: row.text("owner")?,
            author: row.text("author")?,
            modified_by: row.text("modified_by")?,
            created_at: row.int("created_at")?,
            last_modified: row.int("last_modified")?,
        };
        stored.roles.insert(row.text("name")?, StoredRole { metadata, ..StoredRole::default() });
    }
    for row in on.rows("SELECT role, member FROM permission_role_members").await? {
        if let Some(role) = stored.roles.get_mut(row.str("role")?) {
            role.members.insert(row.text("member")?);
        }
    }
    for row in on.rows("SELECT role, permission, action, effect FROM permission_policies").await? {
        let (action, effect) = (Action::parse(row.str("action")?), Effect::parse(row.str("effect")?));
        if let (Some(role), Some(action), Some(effect)) =
            (stored.roles.get_mut(row.str("role")?), action, effect)
        {
            role.policies.insert(Policy { permission: row.text("permission")?, action, effect });
        }
    }
    for row in on
        .rows("SELECT id, role, plugin_id, resource_type, mapping, conditions FROM permission_conditions")
        .await?
    {
        let id = row.int("id")?;
        match condition(&row)? {
            Some(policy) => {
                stored.conditions.insert(id, Arc::new(policy));
            }
            None => tracing::error!(
                id,
                "a conditional policy of the database can't be read and counts for nothing"
            ),
        }
    }
    for row in on.rows("SELECT id FROM permission_plugin_ids").await? {
        stored.plugin_ids.insert(row.text("id")?);
    }
    Ok(stored)
}

fn condition(row: &Row) -> Result<Option<ConditionalPolicy>, StoreError> {
    let mapping: Option<Vec<Value>> = serde_json::from_str(row.str("mapping")?).ok();
    let mapping = mapping.into_iter().flatten().map(|one| {
        let action = one["action"].as_str().and_then(Action::parse)?;
        Some(Mapping { name: one["name"].as_str().map(str::to_owned), action })
    });
    let mapping: Option<Vec<Mapping>> = mapping.collect();
    let conditions = serde_json::from_str(row.str("conditions")?).ok();
    let (Some(mapping), Some(conditions)) = (mapping, conditions) else { return Ok(None) };
    Ok(Some(ConditionalPolicy {
        role: row.text("role")?,
        plugin_id: row.text("plugin_id")?,
        resource_type: row.text("resource_type")?,
        mapping,
        conditions,
    }))
}

/// The columns of a condition after its number.
pub(super) fn condition_row(id: i64, policy: &ConditionalPolicy) -> Vec<Param> {
    let mapping: Vec<Value> =
        policy.mapping.iter().map(|one| json!({"name": one.name, "action": one.action.as_str()})).collect();
    vec![
        id.into(),
        policy.role.as_str().into(),
        policy.plugin_id.as_str().into(),
        policy.resource_type.as_str().into(),
        Value::from(mapping).to_string().into(),
        // A condition is strings and numbers; it can always be written.
        serde_json::to_string(&policy.conditions).unwrap_or_default().into(),
    ]
}

/// The pairs of a role and each of its members.
pub(super) fn pairs(stored: &Stored) -> BTreeSet<(&str, &str)> {
    stored
        .roles
        .iter()
        .flat_map(|(name, role)| role.members.iter().map(move |member| (name.as_str(), member.as_str())))
        .collect()
}
