//! What steps keep: the archive of the workspace, and what an action remembers of its own run.

use callboard_store::Database;

use crate::error::ScaffolderError;

/// A part of the archive, sealed; `None` behind the last one.
pub(crate) async fn workspace_part(
    database: &Database,
    task_id: &str,
    part: i64,
) -> Result<Option<Vec<u8>>, ScaffolderError> {
    let sql = "SELECT data FROM scaffolder_workspaces WHERE task_id = $1 AND part = $2";
    let row = database.query_first(sql, &[task_id.into(), part.into()]).await?;
    Ok(row.map(|row| row.bytes("data")).transpose()?)
}

/// What a step has remembered, sealed.
pub(crate) async fn checkpoint(
    database: &Database,
    task_id: &str,
    step_id: &str,
    key_hash: &str,
) -> Result<Option<Vec<u8>>, ScaffolderError> {
    let sql =
        "SELECT value FROM scaffolder_checkpoints WHERE task_id = $1 AND step_id = $2 AND key_hash = $3";
    let row = database.query_first(sql, &[task_id.into(), step_id.into(), key_hash.into()]).await?;
    Ok(row.map(|row| row.bytes("value")).transpose()?)
}

/// Remembers it, if the task is still `owner`'s.
pub(crate) async fn set_checkpoint(
    database: &Database,
    owner: &str,
    (task_id, step_id, key_hash): (&str, &str, &str),
    value: Vec<u8>,
) -> Result<(), ScaffolderError> {
    let mut tx = database.begin().await?;
    let sql = "UPDATE scaffolder_tasks SET lease_owner = lease_owner WHERE id = $1 AND lease_owner = $2";
    if tx.execute(sql, &[task_id.into(), owner.into()]).await? == 0 {
        return Err(ScaffolderError::LeaseLost);
    }
    let sql = "INSERT INTO scaffolder_checkpoints (task_id, step_id, key_hash, value) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (task_id, step_id, key_hash) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[task_id.into(), step_id.into(), key_hash.into(), value.into()]).await?;
    Ok(tx.commit().await?)
}
