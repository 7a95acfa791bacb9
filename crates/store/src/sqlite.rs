//! SQLite: one writer, a few readers, and the settings that make it fast and safe.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Arguments, ConnectOptions};

use crate::error::StoreError;
use crate::notify::Bus;
use crate::param::Param;

/// Readers of a file; requests are answered from the index, so few are ever at work.
pub(crate) const DEFAULT_READERS: u32 = 4;

/// Pages that the writer keeps, in KiB below zero: the inner pages and hot leaves of the indexes of a large catalog.
const WRITER_CACHE: &str = "-32768";
/// Pages that each reader keeps; the operating system keeps the rest.
const READER_CACHE: &str = "-4096";

/// How long a statement waits for another process that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a caller waits for the writer or a reader.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// An open SQLite database.
#[derive(Debug)]
pub(crate) struct Sqlite {
    pub(crate) writer: SqlitePool,
    readers: SqlitePool,
    pub(crate) bus: Bus,
}

impl Sqlite {
    /// Opens a file, creating it and its directory.
    pub(crate) async fn open(path: &Path, readers: u32) -> Result<Self, StoreError> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(|error| {
                StoreError::Config(format!(
                    "backend.database: the directory {} can't be created: {error}",
                    parent.display()
                ))
            })?;
        }
        let options = common(SqliteConnectOptions::new().filename(path).create_if_missing(true))
            // Readers don't wait for the writer, and a commit is one append to the log.
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL a crash of the process loses nothing; a power cut may lose the last commits, never the
            // file. Syncing each commit would cost a disk write for each small batch, and everything here is
            // read from its source again.
            .synchronous(SqliteSynchronous::Normal)
            // No mmap: pages of the file would count as memory of the process, and reading is fast enough without.
            // A log that a large transaction has blown up is cut back to 64 MiB.
            .pragma("journal_size_limit", "67108864");
        let writer =
            pool(1).connect_with(options.clone()).await.map_err(|error| cannot_open(path, &error))?;
        let reading = options.pragma("query_only", "ON").pragma("cache_size", READER_CACHE);
        let readers = pool(readers.max(1)).connect_lazy_with(reading);
        Ok(Self { writer, readers, bus: Bus::default() })
    }

    /// An empty database in memory. All share one connection, because a second one would see another database.
    pub(crate) async fn memory() -> Result<Self, StoreError> {
        let options = common(SqliteConnectOptions::new().in_memory(true));
        let writer = pool(1).min_connections(1).connect_with(options).await?;
        Ok(Self { readers: writer.clone(), writer, bus: Bus::default() })
    }

    /// Where a statement runs: what only reads doesn't queue behind the writer.
    pub(crate) fn pool_for(&self, sql: &str) -> &SqlitePool {
        if only_reads(sql) { &self.readers } else { &self.writer }
    }

    /// Gives back the pages that connections keep. Those at work keep theirs.
    pub(crate) async fn trim(&self) -> Result<(), StoreError> {
        let mut idle = Vec::new();
        for pool in [&self.writer, &self.readers] {
            while let Some(connection) = pool.try_acquire() {
                idle.push(connection);
            }
        }
        for connection in &mut idle {
            sqlx::query("PRAGMA shrink_memory").execute(&mut **connection).await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn common(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("cache_size", WRITER_CACHE)
        // A directory for temporary files may not be there. So nothing large is sorted by the database.
        .pragma("temp_store", "MEMORY")
        // The log is folded into the file every 64 MiB instead of every 4: pages of indexes, which change with every
        // batch while a catalog comes in, are written back seldom.
        .pragma("wal_autocheckpoint", "16384")
        .statement_cache_capacity(256)
        .row_buffer_size(256)
        .disable_statement_logging()
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Connections are to a file: they don't age, and closing the last one of a database in memory loses it.
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
}

fn cannot_open(path: &Path, error: &sqlx::Error) -> StoreError {
    StoreError::Config(format!(
        "backend.database: the SQLite file {} can't be opened: {error}. Is the directory writable by this user, \
         and the file one that SQLite wrote?",
        path.display()
    ))
}

/// `SELECT`, or `WITH` that changes nothing. What is unclear counts as writing, which is only slower.
fn only_reads(sql: &str) -> bool {
    let mut words =
        sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    match words.next() {
        Some(first) if first.eq_ignore_ascii_case("select") => true,
        Some(first) if first.eq_ignore_ascii_case("with") => !words.any(|word| {
            ["insert", "update", "delete", "replace"].iter().any(|w| word.eq_ignore_ascii_case(w))
        }),
        _ => false,
    }
}

/// Arguments of a statement.
pub(crate) fn arguments(params: &[Param]) -> Result<SqliteArguments, StoreError> {
    owned_arguments(params.iter().cloned())
}

/// Arguments of a statement, moved instead of copied.
pub(crate) fn owned_arguments(params: impl Iterator<Item = Param>) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for param in params {
        param.check()?;
        match param {
            Param::Null => arguments.add(None::<String>),
            Param::Text(text) => arguments.add(text),
            Param::Int(int) => arguments.add(int),
            Param::Bool(bool) => arguments.add(i64::from(bool)),
            Param::Bytes(bytes) => arguments.add(bytes),
            Param::TextList(list) => arguments.add(serde_json::Value::from(list).to_string()),
            Param::IntList(list) => arguments.add(serde_json::Value::from(list).to_string()),
        }
        .map_err(|error| StoreError::Other(sqlx::Error::Encode(error)))?;
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statements_that_change_nothing_go_to_readers() {
        assert!(only_reads("SELECT 1"));
        assert!(only_reads("  select updated_at FROM t"));
        assert!(only_reads("WITH a AS (SELECT 1) SELECT * FROM a"));
        assert!(!only_reads("WITH a AS (SELECT 1) DELETE FROM t"));
        assert!(!only_reads("INSERT INTO t VALUES (1) RETURNING id"));
        assert!(!only_reads("UPDATE t SET a = 1"));
    }
}
