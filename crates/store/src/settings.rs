//! `backend.database` as Backstage writes it: `client`, `connection` as a string or an object, the pool, and keys
//! that mean nothing here and are said so (`backend-defaults` 0.18.0, database manager).

use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::database::{Database, Engine};
use crate::error::StoreError;
use crate::postgres::{self, PoolSize, Postgres};
use crate::sqlite::{self, Sqlite};

/// The file that is used when the configuration says nothing.
const DEFAULT_FILE: &str = "data/callboard.sqlite";
/// The file inside a `directory`.
const FILE_NAME: &str = "callboard.sqlite";

/// What to open.
#[derive(Debug)]
pub(crate) struct Settings {
    target: Target,
    pool: PoolSize,
    ensure_exists: bool,
    /// Keys that have no effect here, for the log.
    pub(crate) notices: Vec<String>,
}

#[derive(Debug)]
enum Target {
    Memory,
    File(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl Settings {
    pub(crate) fn read(section: Option<&Value>) -> Result<Self, StoreError> {
        let empty = Value::Null;
        let section = section.unwrap_or(&empty);
        let connection = &section["connection"];
        let target = match section["client"].as_str() {
            None if section["client"].is_null() && connection.is_null() => Target::File(DEFAULT_FILE.into()),
            Some("better-sqlite3" | "sqlite3") => sqlite_target(connection)?,
            Some("pg") => Target::Postgres(Box::new(postgres_options(section, connection)?)),
            Some("embedded-postgres") => {
                return Err(config(
                    "backend.database.client: 'embedded-postgres' starts a PostgreSQL of its own, which Callboard \
                     doesn't. Use 'better-sqlite3' for an embedded database, or 'pg' with a connection",
                ));
            }
            Some(other) => {
                return Err(config(format!(
                    "backend.database.client: '{other}' is not supported. Use 'better-sqlite3' or 'pg'"
                )));
            }
            None => return Err(config("backend.database.client is missing: 'better-sqlite3' or 'pg'")),
        };
        Ok(Self {
            target,
            pool: pool_size(section)?,
            ensure_exists: section["ensureExists"].as_bool().unwrap_or(true),
            notices: notices(section),
        })
    }

    pub(crate) async fn open(self) -> Result<Database, StoreError> {
        let engine = match self.target {
            Target::Memory => Engine::Sqlite(Sqlite::memory().await?),
            Target::File(path) => Engine::Sqlite(Sqlite::open(&path, sqlite::DEFAULT_READERS).await?),
            Target::Postgres(options) => {
                Engine::Postgres(Postgres::open(*options, &self.pool, self.ensure_exists).await?)
            }
        };
        Ok(Database::from_engine(engine))
    }
}

fn config(message: impl Into<String>) -> StoreError {
    StoreError::Config(message.into())
}

fn sqlite_target(connection: &Value) -> Result<Target, StoreError> {
    let by_name = |name: &str| match name {
        ":memory:" => Target::Memory,
        name if Path::new(name).is_dir() => Target::File(Path::new(name).join(FILE_NAME)),
        name => Target::File(name.into()),
    };
    match connection {
        Value::Null => Ok(Target::Memory),
        Value::String(name) if !name.is_empty() => Ok(by_name(name)),
        Value::Object(object) => match (object.get("directory"), object.get("filename")) {
            (Some(Value::String(directory)), _) if !directory.is_empty() => {
                Ok(Target::File(Path::new(directory).join(FILE_NAME)))
            }
            (None, Some(Value::String(name))) if !name.is_empty() => Ok(by_name(name)),
            _ => Err(config(
                "backend.database.connection: 'directory' or 'filename' must be a text (':memory:' for none)",
            )),
        },
        _ => Err(config(
            "backend.database.connection: expected ':memory:', a file name, or an object with 'directory' or \
             'filename'",
        )),
    }
}

fn postgres_options(section: &Value, connection: &Value) -> Result<PgConnectOptions, StoreError> {
    let mut options = match connection {
        Value::String(url) => postgres::parse_url(url)?,
        Value::Object(_) => object_options(connection)?,
        Value::Null => PgConnectOptions::new(),
        _ => return Err(config("backend.database.connection: expected a URL or an object")),
    };
    if let Some(role) = text(section, "backend.database", "role")? {
        options = options.options([("role", role)]);
    }
    Ok(options)
}

fn object_options(connection: &Value) -> Result<PgConnectOptions, StoreError> {
    const AT: &str = "backend.database.connection";
    if let Some(kind) = connection["type"].as_str().filter(|kind| *kind != "default") {
        return Err(config(format!(
            "{AT}.type: '{kind}' (signing in with a cloud identity) is not supported; give user and password"
        )));
    }
    let mut options = match text(connection, AT, "connectionString")? {
        Some(url) => postgres::parse_url(url)?,
        None => PgConnectOptions::new(),
    };
    if let Some(host) = text(connection, AT, "host")? {
        options = options.host(host);
    }
    if let Some(user) = text(connection, AT, "user")? {
        options = options.username(user);
    }
    if let Some(password) = text(connection, AT, "password")? {
        options = options.password(password);
    }
    if let Some(database) = text(connection, AT, "database")? {
        options = options.database(database);
    }
    match &connection["port"] {
        Value::Null => {}
        port => {
            let number = port.as_u64().or_else(|| port.as_str()?.parse().ok());
            let number = number.and_then(|n| u16::try_from(n).ok());
            options =
                options.port(number.ok_or_else(|| config(format!("{AT}.port: expected a port number")))?);
        }
    }
    tls(options, &connection["ssl"])
}

/// `ssl: true` checks the certificate and the name, as node-postgres does; `rejectUnauthorized: false` only
/// encrypts.
fn tls(options: PgConnectOptions, ssl: &Value) -> Result<PgConnectOptions, StoreError> {
    match ssl {
        Value::Null => Ok(options),
        Value::Bool(false) => Ok(options.ssl_mode(PgSslMode::Disable)),
        Value::Bool(true) => Ok(options.ssl_mode(PgSslMode::VerifyFull)),
        Value::Object(_) => {
            let at = "backend.database.connection.ssl";
            let check = ssl["rejectUnauthorized"].as_bool().unwrap_or(true);
            let mut options =
                options.ssl_mode(if check { PgSslMode::VerifyFull } else { PgSslMode::Require });
            if let Some(ca) = text(ssl, at, "ca")? {
                options = options.ssl_root_cert_from_pem(ca.as_bytes().to_vec());
            }
            if let Some(cert) = text(ssl, at, "cert")? {
                options = options.ssl_client_cert_from_pem(cert);
            }
            if let Some(key) = text(ssl, at, "key")? {
                options = options.ssl_client_key_from_pem(key);
            }
            Ok(options)
        }
        _ => Err(config("backend.database.connection.ssl: expected true, false or an object")),
    }
}

fn text<'a>(value: &'a Value, at: &str, key: &str) -> Result<Option<&'a str>, StoreError> {
    match &value[key] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(config(format!("{at}.{key}: expected a text"))),
    }
}

fn pool_size(section: &Value) -> Result<PoolSize, StoreError> {
    let pool = &section["knexConfig"]["pool"];
    let read = |key: &str, default: u32| match &pool[key] {
        Value::Null => Ok(default),
        value => value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| {
            config(format!("backend.database.knexConfig.pool.{key}: expected a number of connections"))
        }),
    };
    let default = PoolSize::default();
    let size = PoolSize { min: read("min", default.min)?, max: read("max", default.max)? };
    if size.max == 0 || size.min > size.max {
        return Err(config(format!(
            "backend.database.knexConfig.pool: min {} and max {} leave no connection",
            size.min, size.max
        )));
    }
    Ok(size)
}

fn notices(section: &Value) -> Vec<String> {
    let mut notices = Vec::new();
    for key in ["prefix", "schemaPrefix", "pluginDivisionMode", "ensureSchemaExists", "skipMigrations"] {
        if !section[key].is_null() {
            notices.push(format!(
                "backend.database.{key} has no effect: all plugins share one database, and its tables migrate by \
                 themselves"
            ));
        }
    }
    if let Some(plugins) = section["plugin"].as_object() {
        for plugin in plugins.keys() {
            notices.push(format!(
                "backend.database.plugin.{plugin} has no effect: all plugins share one database"
            ));
        }
    }
    notices
}
