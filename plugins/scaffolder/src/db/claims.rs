//! The queue: claiming tasks by lease, within the limits for templates and users, and holding on to them.

use callboard_store::{Database, LeaseTable, Param};

use super::now_ms;
use super::tasks::{self, Task};
use crate::error::ScaffolderError;

const LEASES: LeaseTable =
    LeaseTable { table: "scaffolder_tasks", key: "id", due: "created_at", returning: "id" };

/// A task that nobody holds and that waits for nobody; `$1` is now.
const FREE: &str = "waiting IS NULL AND (status = 'open' OR (status = 'processing' \
                    AND (lease_until IS NULL OR lease_until <= $1)))";

/// Who claims, and how much may run at the same time.
#[derive(Debug, Clone)]
pub(crate) struct Claimer {
    /// A name that no other process has.
    pub(crate) owner: String,
    pub(crate) lease_ms: i64,
    pub(crate) per_template: Option<u32>,
    pub(crate) per_user: Option<u32>,
}

/// A task that this process may run now.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) task: Task,
    /// What it keeps, sealed.
    pub(crate) secrets: Option<Vec<u8>>,
    /// How far it has come, sealed.
    pub(crate) state: Option<Vec<u8>>,
    /// How many times it has been claimed, this one included.
    pub(crate) runs: i64,
    /// The number of its last commit.
    pub(crate) commits: i64,
}

impl Claimer {
    /// Takes the oldest task that may run. Claims follow each other across processes, so that limits hold exactly.
    pub(crate) async fn claim(&self, database: &Database) -> Result<Option<Claimed>, ScaffolderError> {
        let now = now_ms();
        // Most of the time there is nothing; that is found out without a write.
        let idle = format!("SELECT id FROM scaffolder_tasks WHERE {FREE} LIMIT 1");
        if database.query_first(&idle, &[now.into()]).await?.is_none() {
            return Ok(None);
        }
        let mut tx = database.begin().await?;
        tx.execute("UPDATE scaffolder_queue SET claims = claims + 1 WHERE id = 1", &[]).await?;
        let mut params: Vec<Param> = vec![now.into()];
        let mut limits = String::new();
        for (column, limit) in [("template_ref", self.per_template), ("created_by", self.per_user)] {
            let Some(limit) = limit else { continue };
            params.push(limit.into());
            // Nobody's tasks (of services) have no limit for a user.
            limits.push_str(&format!(
                " AND ({column} = '' OR (SELECT COUNT(*) FROM scaffolder_tasks running \
                 WHERE running.{column} = scaffolder_tasks.{column} AND running.status = 'processing' \
                 AND running.lease_until > $1) < ${})",
                params.len()
            ));
        }
        let sql =
            format!("SELECT id FROM scaffolder_tasks WHERE {FREE}{limits} ORDER BY created_at, id LIMIT 1");
        let Some(row) = tx.query_first(&sql, &params).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let sql = format!(
            "UPDATE scaffolder_tasks SET status = 'processing', lease_owner = $2, lease_until = $3, \
             last_heartbeat_at = $1, runs = runs + 1 WHERE id = $4 AND {FREE} \
             RETURNING {}, secrets, state, runs, commits",
            tasks::COLUMNS
        );
        let until = now.saturating_add(self.lease_ms);
        let id = row.text("id")?;
        let claimed =
            tx.query_first(&sql, &[now.into(), (&self.owner).into(), until.into(), id.into()]).await?;
        tx.commit().await?;
        let Some(row) = claimed else { return Ok(None) };
        Ok(Some(Claimed {
            task: tasks::read(&row)?,
            secrets: row.opt_bytes("secrets")?,
            state: row.opt_bytes("state")?,
            runs: row.int("runs")?,
            commits: row.int("commits")?,
        }))
    }

    /// Holds on to these tasks for another lease. Answers those that are still this process', and whether they are to
    /// be cancelled.
    pub(crate) async fn renew(
        &self,
        database: &Database,
        ids: Vec<String>,
    ) -> Result<Vec<(String, bool)>, ScaffolderError> {
        let now = now_ms();
        let sql = format!(
            "UPDATE scaffolder_tasks SET lease_until = $2, last_heartbeat_at = $3 \
             WHERE lease_owner = $1 AND {} RETURNING id, cancel_requested",
            database.dialect().in_list("id", "$4")
        );
        let until = now.saturating_add(self.lease_ms);
        let params = [(&self.owner).into(), until.into(), now.into(), Param::TextList(ids)];
        let rows = database.query(&sql, &params).await?;
        rows.iter().map(|row| Ok((row.text("id")?, row.bool("cancel_requested")?))).collect()
    }

    /// Gives a task back, for another process to go on with.
    pub(crate) async fn release(&self, database: &Database, id: &str) -> Result<(), ScaffolderError> {
        LEASES.release(database, &self.owner, vec![id.to_owned()]).await?;
        Ok(database.notify(super::CHANNEL, "w").await?)
    }
}
