//! A transaction that writes.

use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use crate::database::{Database, Engine};
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::insert_many;
use crate::notify;
use crate::param::Param;
use crate::postgres;
use crate::row::Row;
use crate::sqlite;

/// A transaction; dropped without [`Self::commit`] it is rolled back.
#[derive(Debug)]
pub struct Transaction {
    pub(crate) inner: Inner,
    database: Database,
    /// On SQLite what is to be told to listeners once the commit has succeeded.
    notifications: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Transaction {
    pub(crate) async fn begin(database: &Database) -> Result<Self, StoreError> {
        let inner = match &*database.engine {
            // IMMEDIATE takes the write lock now: a transaction that reads first and writes later would
            // otherwise fail in the middle when another process has written in between.
            Engine::Sqlite(engine) => Inner::Sqlite(engine.writer.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres(engine) => Inner::Postgres(engine.pool.begin().await?),
        };
        Ok(Self { inner, database: database.clone(), notifications: Vec::new() })
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    /// Runs a statement and collects its rows.
    pub async fn query(&mut self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite::arguments(params)?);
                Ok(query.fetch(&mut **tx).map_ok(Row::from).try_collect().await?)
            }
            Inner::Postgres(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres::arguments(params)?);
                Ok(query.fetch(&mut **tx).map_ok(Row::from).try_collect().await?)
            }
        }
    }

    /// The first row, if there is one.
    pub async fn query_first(&mut self, sql: &str, params: &[Param]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Runs a statement and says how many rows it changed.
    pub async fn execute(&mut self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite::arguments(params)?);
                Ok(query.execute(&mut **tx).await?.rows_affected())
            }
            Inner::Postgres(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres::arguments(params)?);
                Ok(query.execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// Runs several statements without parameters, separated by `;`.
    pub(crate) async fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop)?,
            Inner::Postgres(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// Inserts any number of rows, in few statements. Each row has one value for each column, all values of a
    /// column are of one type or NULL. `suffix` follows the values: `ON CONFLICT (…) DO UPDATE SET …`, in which
    /// case the rows of one call must differ in that key. Says how many rows were inserted or changed.
    ///
    /// `table`, `columns` and `suffix` are text of the program, never of a caller.
    pub async fn insert_many(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Param>>,
        suffix: &str,
    ) -> Result<u64, StoreError> {
        insert_many::run(&mut self.inner, table, columns, rows, suffix).await
    }

    /// Tells whoever listens on `channel` if and when the transaction commits.
    pub async fn notify(&mut self, channel: &str, payload: &str) -> Result<(), StoreError> {
        notify::check_size(payload)?;
        match &self.inner {
            Inner::Sqlite(_) => self.notifications.push((channel.to_owned(), payload.to_owned())),
            Inner::Postgres(_) => {
                self.query(notify::NOTIFY_SQL, &[channel.into(), payload.into()]).await?;
            }
        }
        Ok(())
    }

    /// Makes it last. On [`StoreError::Unavailable`] it is unknown whether it did: callers look or repeat, so
    /// work must be idempotent.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        if let Engine::Sqlite(engine) = &*self.database.engine {
            for (channel, payload) in &self.notifications {
                engine.bus.send(channel, payload);
            }
        }
        Ok(())
    }

    /// Gives it up, and waits until the database has.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
