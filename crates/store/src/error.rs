//! What can go wrong in the store, told apart by what a caller does about it.

use sqlx::error::ErrorKind;

/// An error of the database or the cache. `Display` never holds SQL text, values or passwords; the driver's own
/// words are the `source`, for the log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this key is there already.
    #[error("there is already a row with this key")]
    Conflict(#[source] sqlx::Error),
    /// The connection is lost, no connection is free, or the database asks to try again. Callers retry.
    #[error("the database is not available at the moment")]
    Unavailable(#[source] sqlx::Error),
    /// PostgreSQL can't keep the character U+0000 in a text, so neither database is given one.
    #[error("text with the character U+0000 can't be stored")]
    NulCharacter,
    /// The configuration of the database or cache can't be used. The text names the key and what to do.
    #[error("{0}")]
    Config(String),
    /// The tables are of another version than this program.
    #[error("{0}")]
    Migration(String),
    /// A result has no such column, or the column is of another type.
    #[error("column {column} can't be read as {wanted}")]
    Column {
        /// Name of the column.
        column: String,
        /// `text`, `int`, `bytes`.
        wanted: &'static str,
        /// What the driver says.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// A notification is larger than PostgreSQL takes.
    #[error("a notification of {size} bytes is larger than the limit of {limit}")]
    NotificationTooLarge {
        /// Bytes of the payload.
        size: usize,
        /// Most bytes there may be.
        limit: usize,
    },
    /// Anything else: a wrong statement, a full disk, a broken file.
    #[error("the database refused the request")]
    Other(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same request may succeed in a moment.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether a unique key was violated.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

impl From<callboard_config::ConfigError> for StoreError {
    fn from(error: callboard_config::ConfigError) -> Self {
        Self::Config(error.to_string())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error),
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation => Self::Conflict(error),
                _ if database.code().is_some_and(|code| asks_to_retry(&code)) => Self::Unavailable(error),
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

/// Codes of both databases that say nothing about the request itself.
fn asks_to_retry(code: &str) -> bool {
    match code.len() {
        // SQLSTATE: connection exceptions, serialization failure and deadlock, too many connections, shutdown,
        // read-only standby after a failover, a transaction that stood still for too long.
        5 => {
            code.starts_with("08")
                || matches!(
                    code,
                    "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03" | "25006" | "25P03"
                )
        }
        // SQLite's extended code; its low byte is the primary one: 5 busy, 6 locked.
        _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6)),
    }
}
