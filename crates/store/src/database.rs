//! The handle that plugins hold: statements, transactions, migrations, notifications.

use std::path::Path;
use std::sync::Arc;

use callboard_config::Config;
use futures::{StreamExt, TryStreamExt};
use sqlx::AssertSqlSafe;

use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::migrate::{self, Migration};
use crate::notify::{self, Notifications};
use crate::param::Param;
use crate::postgres::{self, Postgres};
use crate::row::Row;
use crate::settings::Settings;
use crate::sqlite::{self, Sqlite};
use crate::transaction::Transaction;

/// A database; cheap to clone, shared by all plugins of a server.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) engine: Arc<Engine>,
}

#[derive(Debug)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Database {
    /// Opens what `backend.database` names, creating it where it is missing. Without that section it is the file
    /// `data/callboard.sqlite` below the working directory.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        let settings = Settings::read(config)?;
        for notice in &settings.notices {
            tracing::info!(target: "store", "{notice}");
        }
        settings.open().await
    }

    /// Opens a SQLite file, creating it and its directory.
    pub async fn sqlite(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::from_engine(Engine::Sqlite(Sqlite::open(path, sqlite::DEFAULT_READERS).await?)))
    }

    /// Opens an empty SQLite database in memory; it ends with its last handle.
    pub async fn sqlite_memory() -> Result<Self, StoreError> {
        Ok(Self::from_engine(Engine::Sqlite(Sqlite::memory().await?)))
    }

    /// Opens a PostgreSQL database by URL, creating it if it is missing.
    pub async fn postgres(url: &str) -> Result<Self, StoreError> {
        let options = postgres::parse_url(url)?;
        let postgres = Postgres::open(options, &postgres::PoolSize::default(), true).await?;
        Ok(Self::from_engine(Engine::Postgres(Box::new(postgres))))
    }

    pub(crate) fn from_engine(engine: Engine) -> Self {
        Self { engine: Arc::new(engine) }
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match &*self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and collects its rows. For a result without a bound, use [`Self::query_each`].
    pub async fn query(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, StoreError> {
        match &*self.engine {
            Engine::Sqlite(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite::arguments(params)?);
                Ok(query.fetch(engine.pool_for(sql)).map_ok(Row::from).try_collect().await?)
            }
            Engine::Postgres(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres::arguments(params)?);
                Ok(query.fetch(&engine.pool).map_ok(Row::from).try_collect().await?)
            }
        }
    }

    /// The first row, if there is one.
    pub async fn query_first(&self, sql: &str, params: &[Param]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Runs a statement and hands each row to `each` as it arrives, so that memory stays the same however many
    /// there are. An error from `each` ends it.
    pub async fn query_each<E>(
        &self,
        sql: &str,
        params: &[Param],
        mut each: impl FnMut(Row) -> Result<(), E> + Send,
    ) -> Result<(), E>
    where
        E: From<StoreError>,
    {
        match &*self.engine {
            Engine::Sqlite(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite::arguments(params)?);
                let mut rows = query.fetch(engine.pool_for(sql));
                while let Some(row) = rows.next().await {
                    each(Row::from(row.map_err(StoreError::from)?))?;
                }
            }
            Engine::Postgres(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres::arguments(params)?);
                let mut rows = query.fetch(&engine.pool);
                while let Some(row) = rows.next().await {
                    each(Row::from(row.map_err(StoreError::from)?))?;
                }
            }
        }
        Ok(())
    }

    /// Runs a statement in a transaction of its own and says how many rows it changed.
    pub async fn execute(&self, sql: &str, params: &[Param]) -> Result<u64, StoreError> {
        match &*self.engine {
            Engine::Sqlite(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite::arguments(params)?);
                Ok(query.execute(&engine.writer).await?.rows_affected())
            }
            Engine::Postgres(engine) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres::arguments(params)?);
                Ok(query.execute(&engine.pool).await?.rows_affected())
            }
        }
    }

    /// Begins a transaction that writes. On SQLite it is the one writer until it ends.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(self).await
    }

    /// Brings the tables of a plugin up to date, once, however many processes start at the same time.
    pub async fn migrate(&self, plugin: &str, migrations: &[Migration]) -> Result<(), StoreError> {
        migrate::run(self, plugin, migrations).await
    }

    /// Tells whoever listens on `channel`: every process on PostgreSQL, this process on SQLite. The payload has
    /// at most 7,999 bytes. Nothing is kept for who listens later.
    pub async fn notify(&self, channel: &str, payload: &str) -> Result<(), StoreError> {
        notify::check_size(payload)?;
        match &*self.engine {
            Engine::Sqlite(engine) => engine.bus.send(channel, payload),
            Engine::Postgres(_) => {
                self.query(notify::NOTIFY_SQL, &[channel.into(), payload.into()]).await?;
            }
        }
        Ok(())
    }

    /// Everything sent to `channel` from now on. On PostgreSQL it holds a connection of its own, outside the
    /// pool, and connects again by itself.
    pub async fn listen(&self, channel: &str) -> Result<Notifications, StoreError> {
        match &*self.engine {
            Engine::Sqlite(engine) => Ok(engine.bus.listen(channel)),
            Engine::Postgres(engine) => notify::listen_postgres(engine, channel).await,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query("SELECT 1", &[]).await.map(drop)
    }

    /// Gives back memory that is kept for speed only, for the end of a burst of work. On PostgreSQL there is none.
    pub async fn trim(&self) -> Result<(), StoreError> {
        match &*self.engine {
            Engine::Sqlite(engine) => engine.trim().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes all connections once their statements have ended; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &*self.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => engine.pool.close().await,
        }
    }
}
