//! What is to be processed and when: claiming, releasing, making due; and what is known of descriptions.

use std::collections::HashMap;

use callboard_store::{Database, Dialect, Param, StoreError};

use super::write::Write;
use super::{CHUNK, entity_source};
use crate::mutation::Child;

/// A row that was claimed, with all that processing needs.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) entity_ref: String,
    pub(crate) entity_id: String,
    pub(crate) location_key: Option<String>,
    /// Whether it has never been processed well.
    pub(crate) is_new: bool,
    pub(crate) unprocessed: String,
    pub(crate) cache: Option<String>,
}

/// Claims the rows that have been due longest. Nobody else claims them before `lease_until`, and `next_update_at`
/// moves there too: whoever makes the row due meanwhile sets an earlier time, which shows when the row is released.
pub(crate) async fn claim(
    database: &Database,
    owner: &str,
    now: i64,
    lease_until: i64,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    let sql = format!(
        "UPDATE catalog_refresh_state SET lease_owner = $1, lease_until = $2, next_update_at = $2 \
         WHERE entity_ref IN (SELECT entity_ref FROM catalog_refresh_state \
           WHERE next_update_at <= $3 AND lease_until <= $3 ORDER BY next_update_at, entity_ref LIMIT $4{}) \
         RETURNING entity_ref",
        database.dialect().for_update_skip_locked()
    );
    let rows = database.query(&sql, &[owner.into(), lease_until.into(), now.into(), limit.into()]).await?;
    let refs = rows.iter().map(|row| row.text("entity_ref")).collect::<Result<Vec<_>, _>>()?;
    if refs.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT s.entity_ref, s.entity_id, s.location_key, s.result_hash, u.entity, c.cache \
         FROM catalog_refresh_state s JOIN catalog_unprocessed_entities u ON u.entity_ref = s.entity_ref \
         LEFT JOIN catalog_processing_cache c ON c.entity_ref = s.entity_ref WHERE {}",
        database.dialect().in_list("s.entity_ref", "$1")
    );
    let rows = database.query(&sql, &[refs.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Claimed {
                entity_ref: row.text("entity_ref")?,
                entity_id: row.text("entity_id")?,
                location_key: row.opt_text("location_key")?,
                is_new: row.opt_str("result_hash")?.is_none(),
                unprocessed: row.text("entity")?,
                cache: row.opt_text("cache")?,
            })
        })
        .collect()
}

/// An entity as its row says it is described.
pub(crate) struct Described {
    pub(crate) location_key: Option<String>,
    pub(crate) hash: String,
    /// Whether it is no orphan, and the source that was asked for refers to it.
    pub(crate) is_settled: bool,
    /// What that source says of it where another location owns it.
    pub(crate) contender_hash: Option<String>,
}

impl Described {
    /// Whether the source said the same of it before, and that still holds.
    pub(crate) fn says(&self, child: &Child) -> bool {
        if self.location_key == child.location_key {
            self.is_settled && self.hash == child.hash
        } else {
            self.contender_hash.as_ref() == Some(&child.hash)
        }
    }
}

/// Those of `refs` that are known, as seen from the entity that describes them.
pub(crate) async fn described(
    database: &Database,
    parent_ref: &str,
    refs: &[String],
) -> Result<HashMap<String, Described>, StoreError> {
    let sql = format!(
        "SELECT s.entity_ref, s.location_key, s.unprocessed_hash, \
         CASE WHEN s.orphaned_at IS NULL AND r.target_ref IS NOT NULL THEN 1 ELSE 0 END AS settled, \
         c.entity_hash AS contender_hash FROM catalog_refresh_state s \
         LEFT JOIN catalog_references r ON r.source = $2 AND r.target_ref = s.entity_ref \
         LEFT JOIN catalog_contenders c ON c.source = $2 AND c.target_ref = s.entity_ref WHERE {}",
        database.dialect().in_list("s.entity_ref", "$1")
    );
    let mut known = HashMap::with_capacity(refs.len());
    for chunk in refs.chunks(CHUNK) {
        for row in database.query(&sql, &[chunk.into(), entity_source(parent_ref).into()]).await? {
            let described = Described {
                location_key: row.opt_text("location_key")?,
                hash: row.text("unprocessed_hash")?,
                is_settled: row.bool("settled")?,
                contender_hash: row.opt_text("contender_hash")?,
            };
            known.insert(row.text("entity_ref")?, described);
        }
    }
    Ok(known)
}

/// Keeps the claim on rows whose work takes longer.
pub(crate) async fn renew(
    database: &Database,
    owner: &str,
    refs: Vec<String>,
    lease_until: i64,
) -> Result<(), StoreError> {
    // A row that a write has locked is being stored or changed; waiting for it could end in a deadlock.
    let dialect = database.dialect();
    let sql = format!(
        "UPDATE catalog_refresh_state SET lease_until = $2, next_update_at = \
         CASE WHEN next_update_at < lease_until THEN next_update_at ELSE $2 END \
         WHERE entity_ref IN (SELECT entity_ref FROM catalog_refresh_state \
           WHERE {} AND lease_owner = $3{})",
        dialect.in_list("entity_ref", "$1"),
        dialect.for_update_skip_locked()
    );
    database.execute(&sql, &[refs.into(), lease_until.into(), owner.into()]).await.map(drop)
}

/// Gives back what nobody will process: the loop stops.
pub(crate) async fn give_back(database: &Database, owner: &str) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE catalog_refresh_state SET lease_owner = NULL, lease_until = 0, next_update_at = 0 \
         WHERE entity_ref IN (SELECT entity_ref FROM catalog_refresh_state WHERE lease_owner = $1{})",
        database.dialect().for_update_skip_locked()
    );
    database.execute(&sql, &[owner.into()]).await.map(drop)
}

/// Frees what a process held that has died. SQLite only ever has one process, so at its start whatever is held is
/// held by the dead; with PostgreSQL, leases end by themselves.
pub(crate) async fn free_the_dead(database: &Database) -> Result<(), StoreError> {
    if database.dialect() == Dialect::Sqlite {
        database
            .execute(
                "UPDATE catalog_refresh_state SET lease_owner = NULL, lease_until = 0, next_update_at = 0 \
                 WHERE lease_owner IS NOT NULL",
                &[],
            )
            .await?;
    }
    Ok(())
}

/// What the table says about a row that this process holds.
pub(crate) struct Held {
    pub(crate) entity_ref: String,
    pub(crate) result_hash: Option<String>,
    pub(crate) errors: Option<String>,
    pub(crate) orphan: bool,
}

/// Those of `refs` that `owner` still holds. The others were deleted meanwhile or are somebody else's.
pub(crate) async fn held(write: &mut Write, owner: &str, refs: &[String]) -> Result<Vec<Held>, StoreError> {
    let rows = write
        .query_list(
            "SELECT entity_ref, lease_owner, result_hash, errors, orphaned_at FROM catalog_refresh_state \
             WHERE {list}",
            "entity_ref",
            refs,
        )
        .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.opt_str("lease_owner")? == Some(owner) {
            held.push(Held {
                entity_ref: row.text("entity_ref")?,
                result_hash: row.opt_text("result_hash")?,
                errors: row.opt_text("errors")?,
                orphan: row.opt_int("orphaned_at")?.is_some(),
            });
        }
    }
    Ok(held)
}

/// Lets rows go until `next_update_at`, or until now if they were made due while they were held.
pub(crate) async fn release(
    write: &mut Write,
    refs: &[String],
    next_update_at: i64,
) -> Result<(), StoreError> {
    write
        .execute_list(
            "UPDATE catalog_refresh_state SET next_update_at = \
             CASE WHEN next_update_at < lease_until THEN next_update_at ELSE $2 END, \
             lease_owner = NULL, lease_until = 0 WHERE {list}",
            "entity_ref",
            refs,
            &[next_update_at.into()],
        )
        .await
}

/// Makes rows due now.
pub(crate) async fn make_due(write: &mut Write, refs: &[String]) -> Result<(), StoreError> {
    write.work_is_due();
    let now = Param::Int(write.now);
    write
        .execute_list(
            "UPDATE catalog_refresh_state SET next_update_at = $2 WHERE {list}",
            "entity_ref",
            refs,
            &[now],
        )
        .await
}

/// Forgets what sources of children emitted last, so that their next run counts as a new result.
pub(crate) async fn force_result(write: &mut Write, refs: &[String]) -> Result<(), StoreError> {
    write
        .execute_list(
            "UPDATE catalog_refresh_state SET result_hash = '' WHERE {list} AND result_hash IS NOT NULL",
            "entity_ref",
            refs,
            &[],
        )
        .await
}
