//! `backend.database` as Backstage writes it: `client`, `connection` as a string or an object, the pool, and keys
//! that mean nothing here and are said so (`backend-defaults` 0.18.0, database manager).

use std::path::{Path, PathBuf};

use callboard_config::Config;
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
    /// Reads the section; `config` is the whole configuration.
    pub(crate) fn read(config: &Config) -> Result<Self, StoreError> {
        let section = config.opt_config("backend.database")?.unwrap_or_default();
        let target = match section.opt_str("client")? {
            None if !section.has("connection") => Target::File(DEFAULT_FILE.into()),
            Some("better-sqlite3" | "sqlite3") => sqlite_target(&section)?,
            Some("pg") => Target::Postgres(Box::new(postgres_options(&section)?)),
            Some("embedded-postgres") => {
                return Err(section
                    .error(
                        "client",
                        "'embedded-postgres' starts a PostgreSQL of its own, which Callboard doesn't; use \
                         'better-sqlite3' for an embedded database, or 'pg' with a connection",
                    )
                    .into());
            }
            Some(other) => {
                let message = format!("'{other}' is not supported; use 'better-sqlite3' or 'pg'");
                return Err(section.error("client", message).into());
            }
            None => return Err(section.missing("client", "'better-sqlite3' or 'pg'").into()),
        };
        Ok(Self {
            target,
            pool: pool_size(&section)?,
            ensure_exists: section.opt_bool("ensureExists")?.unwrap_or(true),
            notices: notices(&section),
        })
    }

    pub(crate) async fn open(self) -> Result<Database, StoreError> {
        let engine = match self.target {
            Target::Memory => Engine::Sqlite(Sqlite::memory().await?),
            Target::File(path) => Engine::Sqlite(Sqlite::open(&path, sqlite::DEFAULT_READERS).await?),
            Target::Postgres(options) => {
                Engine::Postgres(Box::new(Postgres::open(*options, &self.pool, self.ensure_exists).await?))
            }
        };
        Ok(Database::from_engine(engine))
    }
}

/// `:memory:`, a file, or a directory in which the file is `callboard.sqlite`. Without a connection it is memory, as
/// in Backstage.
fn sqlite_target(section: &Config) -> Result<Target, StoreError> {
    match section.get("connection") {
        None => Ok(Target::Memory),
        Some(Value::Object(_)) => {
            if let Some(directory) = section.opt_str("connection.directory")? {
                return Ok(Target::File(Path::new(directory).join(FILE_NAME)));
            }
            match section.opt_str("connection.filename")? {
                Some(name) => Ok(by_name(name)),
                None => Err(section.missing("connection", "'directory' or 'filename' in it").into()),
            }
        }
        Some(_) => Ok(by_name(section.get_str("connection")?)),
    }
}

fn by_name(name: &str) -> Target {
    match name {
        ":memory:" => Target::Memory,
        name if Path::new(name).is_dir() => Target::File(Path::new(name).join(FILE_NAME)),
        name => Target::File(name.into()),
    }
}

fn postgres_options(section: &Config) -> Result<PgConnectOptions, StoreError> {
    let mut options = match section.get("connection") {
        None => PgConnectOptions::new(),
        Some(Value::Object(_)) => object_options(&section.get_config("connection")?)?,
        Some(_) => postgres::parse_url(section.get_str("connection")?)?,
    };
    if let Some(role) = section.opt_str("role")? {
        options = options.options([("role", role)]);
    }
    Ok(options)
}

fn object_options(connection: &Config) -> Result<PgConnectOptions, StoreError> {
    if let Some(kind) = connection.opt_str("type")?.filter(|kind| *kind != "default") {
        let message =
            format!("'{kind}' (signing in with a cloud identity) is not supported; give user and password");
        return Err(connection.error("type", message).into());
    }
    let mut options = match connection.opt_str("connectionString")? {
        Some(url) => postgres::parse_url(url)?,
        None => PgConnectOptions::new(),
    };
    if let Some(host) = connection.opt_str("host")? {
        options = options.host(host);
    }
    if let Some(port) = connection.opt_u64("port")? {
        let port = u16::try_from(port).map_err(|_| connection.error("port", "expected a port number"))?;
        options = options.port(port);
    }
    if let Some(user) = connection.opt_str("user")? {
        options = options.username(user);
    }
    if let Some(password) = connection.opt_str("password")? {
        options = options.password(password);
    }
    if let Some(database) = connection.opt_str("database")? {
        options = options.database(database);
    }
    tls(options, connection)
}

/// `ssl: true` checks the certificate and the name, as node-postgres does; `rejectUnauthorized: false` only
/// encrypts.
fn tls(options: PgConnectOptions, connection: &Config) -> Result<PgConnectOptions, StoreError> {
    let Some(Value::Object(_)) = connection.get("ssl") else {
        return Ok(match connection.opt_bool("ssl")? {
            None => options,
            Some(false) => options.ssl_mode(PgSslMode::Disable),
            Some(true) => options.ssl_mode(PgSslMode::VerifyFull),
        });
    };
    let check = connection.opt_bool("ssl.rejectUnauthorized")?.unwrap_or(true);
    let mut options = options.ssl_mode(if check { PgSslMode::VerifyFull } else { PgSslMode::Require });
    if let Some(ca) = connection.opt_str("ssl.ca")? {
        options = options.ssl_root_cert_from_pem(ca.as_bytes().to_vec());
    }
    if let Some(cert) = connection.opt_str("ssl.cert")? {
        options = options.ssl_client_cert_from_pem(cert);
    }
    if let Some(key) = connection.opt_str("ssl.key")? {
        options = options.ssl_client_key_from_pem(key);
    }
    Ok(options)
}

fn pool_size(section: &Config) -> Result<PoolSize, StoreError> {
    const AT: &str = "knexConfig.pool";
    let default = PoolSize::default();
    let read = |key: &str| -> Result<Option<u32>, StoreError> {
        let path = format!("{AT}.{key}");
        let number = section.opt_u64(&path)?;
        number
            .map(|n| {
                u32::try_from(n).map_err(|_| section.error(&path, "expected a number of connections").into())
            })
            .transpose()
    };
    let size =
        PoolSize { min: read("min")?.unwrap_or(default.min), max: read("max")?.unwrap_or(default.max) };
    if size.max == 0 || size.min > size.max {
        let message = format!("min {} and max {} leave no connection", size.min, size.max);
        return Err(section.error(AT, message).into());
    }
    Ok(size)
}

fn notices(section: &Config) -> Vec<String> {
    let mut notices = Vec::new();
    for key in ["prefix", "schemaPrefix", "pluginDivisionMode", "ensureSchemaExists", "skipMigrations"] {
        if section.has(key) {
            notices.push(format!(
                "backend.database.{key} has no effect: all plugins share one database, and its tables migrate by \
                 themselves"
            ));
        }
    }
    for plugin in section.keys("plugin") {
        notices
            .push(format!("backend.database.plugin.{plugin} has no effect: all plugins share one database"));
    }
    notices
}
