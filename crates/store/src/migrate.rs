//! Migrations: each plugin has its own list and its own table that says which of them have run.

use crate::database::Database;
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::param::Param;
use crate::transaction::Transaction;

/// One step; once released, its text never changes.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Counted from 1 without gaps.
    pub version: i64,
    /// A few words, for the log and for errors.
    pub name: &'static str,
    /// Statements separated by `;`. `{bytes}`, `{sequence_key}` and `{without_rowid}` are filled in from
    /// [`Dialect`].
    pub sql: &'static str,
}

/// Runs what has not run yet, all in one transaction: either the tables are as this program needs them
/// afterwards, or nothing has changed. Processes that start at the same time wait for each other.
pub(crate) async fn run(
    database: &Database,
    plugin: &str,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let table = format!("{}_migrations", plugin.replace('-', "_"));
    let mut tx = database.begin().await?;
    if tx.dialect() == Dialect::Postgres {
        // SQLite holds its write lock already. Ended with the transaction, also when this process dies.
        tx.query("SELECT pg_advisory_xact_lock(hashtext($1))", &[Param::from(&table)]).await?;
    }
    tx.execute(
        &format!(
            "CREATE TABLE IF NOT EXISTS {table} \
             (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
        ),
        &[],
    )
    .await?;
    let applied = check_applied(&mut tx, plugin, &table, migrations).await?;
    for migration in migrations.iter().filter(|migration| migration.version > applied) {
        tx.execute_script(&tx.dialect().expand(migration.sql)).await?;
        tx.execute(
            &format!("INSERT INTO {table} (version, name, applied_at) VALUES ($1, $2, $3)"),
            &[
                migration.version.into(),
                migration.name.into(),
                jiff::Timestamp::now().as_millisecond().into(),
            ],
        )
        .await?;
        tracing::info!(target: "store", plugin, version = migration.version, name = migration.name, "migrated");
    }
    tx.commit().await
}

/// The newest version that has run. Refuses a database that this program doesn't know.
async fn check_applied(
    tx: &mut Transaction,
    plugin: &str,
    table: &str,
    migrations: &[Migration],
) -> Result<i64, StoreError> {
    let mut newest = 0;
    for row in tx.query(&format!("SELECT version, name FROM {table} ORDER BY version"), &[]).await? {
        let (version, name) = (row.int("version")?, row.text("name")?);
        newest = version;
        match migrations.iter().find(|migration| migration.version == version) {
            Some(migration) if migration.name == name => {}
            Some(migration) => {
                return Err(StoreError::Migration(format!(
                    "migration {version} of {plugin} is {name:?} in the database and {:?} in this program: \
                     the database was written by a different program",
                    migration.name
                )));
            }
            None => {
                return Err(StoreError::Migration(format!(
                    "the database has migration {version} ({name}) of {plugin}, this program knows {} of them: \
                     it was written by a newer Callboard. Start that version, or restore a backup",
                    migrations.len()
                )));
            }
        }
    }
    Ok(newest)
}
