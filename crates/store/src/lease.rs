//! Claiming work, so that several processes share it and any of them may die at any time.
//!
//! The pattern: a table of work has the columns `lease_owner TEXT` and `lease_until BIGINT`, both NULL in rows
//! that nobody works on, and a column that says when a row is due. [`LeaseTable::claim`] takes due rows for one
//! owner in one statement. The owner works, and writes its result in a transaction whose `UPDATE` says
//! `AND lease_owner = <owner>`: a row that was taken over meanwhile doesn't match, and the late result is dropped.
//! That `UPDATE` clears the lease. A process that dies leaves its leases behind, and they end by time.

use crate::database::Database;
use crate::error::StoreError;
use crate::param::Param;
use crate::row::Row;

/// A table with leases. All names are text of the program, never of a caller.
#[derive(Debug, Clone, Copy)]
pub struct LeaseTable {
    /// Name of the table.
    pub table: &'static str,
    /// Its key column.
    pub key: &'static str,
    /// The column that says from when on a row is due, in milliseconds since the epoch. Rows come in its order.
    pub due: &'static str,
    /// The columns of a claimed row that are answered, `entity_id, etag`.
    pub returning: &'static str,
}

/// Who claims how much for how long.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// A name that no other process has, best a new one for each start.
    pub owner: &'a str,
    /// Now, in milliseconds since the epoch. The clocks of the processes should agree within a fraction of the
    /// lease.
    pub now: i64,
    /// How long the lease holds, in milliseconds: well above the time that the work takes.
    pub lease_ms: i64,
    /// Most rows.
    pub limit: i64,
}

impl LeaseTable {
    /// Takes due rows that nobody holds. Never gives a row to two owners; rows that another process is taking at
    /// this moment are stepped over instead of waited for.
    pub async fn claim(&self, database: &Database, claim: Claim<'_>) -> Result<Vec<Row>, StoreError> {
        let Self { table, key, due, returning } = self;
        let skip_locked = database.dialect().for_update_skip_locked();
        let sql = format!(
            "UPDATE {table} SET lease_owner = $1, lease_until = $2 WHERE {key} IN (\
               SELECT {key} FROM {table} \
               WHERE {due} <= $3 AND (lease_until IS NULL OR lease_until <= $3) \
               ORDER BY {due} LIMIT $4{skip_locked}\
             ) RETURNING {returning}"
        );
        let until = claim.now.saturating_add(claim.lease_ms);
        database.query(&sql, &[claim.owner.into(), until.into(), claim.now.into(), claim.limit.into()]).await
    }

    /// Gives rows back before their time, those of them that `owner` still holds. Says how many.
    pub async fn release(
        &self,
        database: &Database,
        owner: &str,
        keys: Vec<String>,
    ) -> Result<u64, StoreError> {
        let Self { table, key, .. } = self;
        let listed = database.dialect().in_list(key, "$2");
        let sql = format!(
            "UPDATE {table} SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = $1 AND {listed}"
        );
        database.execute(&sql, &[owner.into(), Param::TextList(keys)]).await
    }

    /// Holds everything that `owner` has until `until`, for work that takes longer than one lease. Says how many
    /// rows that are.
    pub async fn renew(&self, database: &Database, owner: &str, until: i64) -> Result<u64, StoreError> {
        let sql = format!("UPDATE {} SET lease_until = $2 WHERE lease_owner = $1", self.table);
        database.execute(&sql, &[owner.into(), until.into()]).await
    }
}
