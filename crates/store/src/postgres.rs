//! PostgreSQL: the pool, the database created where it is missing, and arguments.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgTypeInfo};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::error::StoreError;
use crate::param::Param;

/// The database that is used when the configuration names none.
pub(crate) const DEFAULT_DATABASE: &str = "callboard";
/// Databases of Backstage's plugins begin like this; they are never written.
const BACKSTAGE_PREFIX: &str = "backstage_plugin_";
/// How long a caller waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a transaction may stand still. Otherwise a process that is cut off in the middle of one keeps its locks, and
/// all others waiting for them, until the server's kernel gives the connection up, which takes hours.
const END_STANDSTILL: &str = "SET idle_in_transaction_session_timeout = '30s'";

/// An open PostgreSQL database.
#[derive(Debug)]
pub(crate) struct Postgres {
    pub(crate) pool: PgPool,
    pub(crate) options: PgConnectOptions,
}

/// `knexConfig.pool`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolSize {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { min: 0, max: 10 }
    }
}

/// Options of a URL. The error doesn't repeat the URL, because it holds the password.
pub(crate) fn parse_url(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url).map_err(|error| {
        StoreError::Config(format!(
            "backend.database.connection is not a PostgreSQL URL (postgres://user:password@host:5432/database): {error}"
        ))
    })
}

impl Postgres {
    /// Connects. With `create`, a missing database is made.
    pub(crate) async fn open(
        options: PgConnectOptions,
        size: &PoolSize,
        create: bool,
    ) -> Result<Self, StoreError> {
        let name = options.get_database().unwrap_or(DEFAULT_DATABASE).to_owned();
        if name.starts_with(BACKSTAGE_PREFIX) {
            return Err(StoreError::Config(format!(
                "backend.database.connection.database is {name:?}, a database of a Backstage plugin. Callboard \
                 never writes to those. Name another one, or leave it out to use {DEFAULT_DATABASE:?}"
            )));
        }
        let options = options.database(&name).application_name("callboard").disable_statement_logging();
        if create {
            create_if_missing(&options, &name).await?;
        }
        let pool = PgPoolOptions::new()
            .min_connections(size.min)
            .max_connections(size.max.max(1))
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(END_STANDSTILL).await.map(drop) })
            })
            .connect_with(options.clone())
            .await
            .map_err(|error| cannot_connect(&options, error))?;
        Ok(Self { pool, options })
    }
}

async fn create_if_missing(options: &PgConnectOptions, name: &str) -> Result<(), StoreError> {
    match options.connect().await {
        Ok(connection) => return connection.close().await.map_err(StoreError::from),
        Err(error) if has_code(&error, &["3D000"]) => {}
        Err(error) => return Err(cannot_connect(options, error)),
    }
    let maintenance = options.clone().database("postgres");
    let mut connection = maintenance.connect().await.map_err(|error| cannot_connect(&maintenance, error))?;
    let sql = format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""));
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await {
        Ok(_) => tracing::info!(target: "store", database = name, "created the database"),
        // Another process was faster: PostgreSQL says so in one of these two ways.
        Err(error) if has_code(&error, &["42P04", "23505"]) => {}
        Err(error) if has_code(&error, &["42501"]) => {
            return Err(StoreError::Config(format!(
                "the database {name:?} is missing and the user {:?} may not create it. Create it \
                 (CREATE DATABASE \"{name}\"), or name another one in backend.database.connection.database",
                options.get_username()
            )));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(connection.close().await?)
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| codes.contains(&code.as_ref()))
}

/// A wrong password or name is the operator's to mend; everything else is worth another try.
fn cannot_connect(options: &PgConnectOptions, error: sqlx::Error) -> StoreError {
    let place = format!("{}:{}", options.get_host(), options.get_port());
    if matches!(error, sqlx::Error::Tls(_) | sqlx::Error::Configuration(_)) {
        return StoreError::Config(format!(
            "the connection to PostgreSQL at {place} can't be secured: {error}. See backend.database.connection.ssl"
        ));
    }
    match StoreError::from(error) {
        StoreError::Other(sqlx::Error::Database(database)) => StoreError::Config(format!(
            "PostgreSQL at {place} refused the connection to {:?} as {:?}: {}. See backend.database.connection",
            options.get_database().unwrap_or_default(),
            options.get_username(),
            database.message()
        )),
        other => {
            tracing::warn!(target: "store", %place, error = ?other, "PostgreSQL can't be reached");
            other
        }
    }
}

/// Arguments of a statement.
pub(crate) fn arguments(params: &[Param]) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for param in params {
        param.check()?;
        match param {
            Param::Null => arguments.add(UntypedNull),
            Param::Text(text) => arguments.add(text.as_str()),
            Param::Int(int) => arguments.add(*int),
            Param::Bool(bool) => arguments.add(i64::from(*bool)),
            Param::Bytes(bytes) => arguments.add(bytes.as_slice()),
            Param::TextList(list) => arguments.add(list.as_slice()),
            Param::IntList(list) => arguments.add(list.as_slice()),
        }
        .map_err(encode)?;
    }
    Ok(arguments)
}

/// One `INSERT … SELECT … FROM UNNEST` with an array for each column: one message and one plan for any number of
/// rows. A column without a value is a literal NULL, because its array would have no type.
pub(crate) fn unnest(
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Param>>,
    suffix: &str,
) -> Result<(String, PgArguments), StoreError> {
    let count = rows.len();
    let mut by_column: Vec<Vec<Param>> = columns.iter().map(|_| Vec::with_capacity(count)).collect();
    for row in rows {
        for (column, value) in by_column.iter_mut().zip(row) {
            value.check()?;
            column.push(value);
        }
    }
    let mut arguments = PgArguments::default();
    let mut sources = Vec::new();
    let mut names = Vec::new();
    let mut select = Vec::new();
    for (column, values) in by_column.into_iter().enumerate() {
        let Some(first) = values.iter().find(|value| **value != Param::Null) else {
            select.push("NULL".to_owned());
            continue;
        };
        match first {
            Param::Text(_) => arguments.add(texts(columns[column], values)?),
            Param::Bytes(_) => arguments.add(blobs(columns[column], values)?),
            Param::Int(_) | Param::Bool(_) => arguments.add(ints(columns[column], values)?),
            Param::Null | Param::TextList(_) | Param::IntList(_) => {
                let message = format!("a list can't be inserted into {table}");
                return Err(StoreError::Other(sqlx::Error::InvalidArgument(message)));
            }
        }
        .map_err(encode)?;
        sources.push(format!("${}", arguments.len()));
        names.push(format!("c{column}"));
        select.push(format!("u.c{column}"));
    }
    let from = if sources.is_empty() {
        format!("generate_series(1, {count})")
    } else {
        format!("UNNEST({}) AS u({})", sources.join(", "), names.join(", "))
    };
    let (columns, select) = (columns.join(", "), select.join(", "));
    Ok((format!("INSERT INTO {table} ({columns}) SELECT {select} FROM {from} {suffix}"), arguments))
}

fn mixed(column: &str) -> StoreError {
    StoreError::Other(sqlx::Error::InvalidArgument(format!("values of different types for column {column}")))
}

fn texts(column: &str, values: Vec<Param>) -> Result<Vec<Option<String>>, StoreError> {
    values
        .into_iter()
        .map(|value| match value {
            Param::Null => Ok(None),
            Param::Text(text) => Ok(Some(text)),
            _ => Err(mixed(column)),
        })
        .collect()
}

fn blobs(column: &str, values: Vec<Param>) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    values
        .into_iter()
        .map(|value| match value {
            Param::Null => Ok(None),
            Param::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(mixed(column)),
        })
        .collect()
}

fn ints(column: &str, values: Vec<Param>) -> Result<Vec<Option<i64>>, StoreError> {
    values
        .into_iter()
        .map(|value| match value {
            Param::Null => Ok(None),
            Param::Int(int) => Ok(Some(int)),
            Param::Bool(bool) => Ok(Some(i64::from(bool))),
            _ => Err(mixed(column)),
        })
        .collect()
}

fn encode(error: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Other(sqlx::Error::Encode(error))
}

/// NULL of the type that the statement needs: declared as `unknown`, so that PostgreSQL infers it.
struct UntypedNull;

impl sqlx::Type<sqlx::Postgres> for UntypedNull {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(705))
    }
}

impl sqlx::Encode<'_, sqlx::Postgres> for UntypedNull {
    fn encode_by_ref(
        &self,
        _buffer: &mut PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}
