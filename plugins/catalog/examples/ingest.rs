//! Measures ingestion without HTTP: `ingest FILE.yaml [POSTGRES-URL]` reads a location file into an empty SQLite file
//! or a PostgreSQL database and says when everything is visible, with how many relations, and how long a restart takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::AllowAll;
use callboard_kit::plugin::Services;
use callboard_plugin_catalog::Catalog;
use callboard_scm::{Integrations, ScmUrlReader};
use callboard_store::Database;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let directory = std::env::temp_dir().join(format!("callboard-ingest-{}", std::process::id()));
    let database = match arguments.next() {
        Some(url) => Database::postgres(&url).await?,
        None => Database::sqlite(&directory.join("catalog.sqlite")).await?,
    };
    let started = Instant::now();
    let (catalog, lifecycle) = start(&database, &file).await?;
    let mut told = 0;
    let (entities, relations) = loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let count = catalog.index().read().len();
        if count / 10_000 != told {
            told = count / 10_000;
            say(&format!("{count} entities after {:.2?}", started.elapsed()));
        }
        if idle(&database).await? {
            catalog.catch_up().await?;
            let count = catalog.index().read().len();
            if count > 1 {
                break (count, relations(&database).await?);
            }
        }
    };
    say(&format!("{entities} entities, {relations} relations after {:.2?}", started.elapsed()));
    lifecycle.stop().await;
    drop(catalog);
    let started = Instant::now();
    let (catalog, lifecycle) = start(&database, &file).await?;
    let entities = catalog.index().read().len();
    say(&format!("restarted with {entities} entities after {:.2?}", started.elapsed()));
    lifecycle.stop().await;
    database.close().await;
    if directory.exists() {
        std::fs::remove_dir_all(&directory)?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the output is the point")]
fn say(text: &str) {
    println!("{text}");
}

async fn start(database: &Database, file: &str) -> Result<(Arc<Catalog>, Lifecycle), Failure> {
    let config = Arc::new(Config::from_value(json!({"catalog": {
        "locations": [{"type": "file", "target": file}],
        "rules": [{"allow": ["Component", "API", "Resource", "System", "Domain", "User", "Group", "Location"]}],
    }})));
    let integrations = Arc::new(Integrations::from_config(&config)?);
    let services = Services {
        config: config.clone(),
        authenticator: Arc::new(Nobody),
        tokens: Arc::new(Nobody),
        authorizer: Arc::new(AllowAll),
        urls: Arc::new(ScmUrlReader::new(&config)?),
        audit: Arc::new(LogAudit),
        events: EventBus::default(),
        metrics: Metrics::default(),
    };
    let catalog = Arc::new(Catalog::new(services, database.clone(), integrations)?);
    let lifecycle = Lifecycle::default();
    catalog.start(&lifecycle).await?;
    Ok((catalog, lifecycle))
}

async fn idle(database: &Database) -> Result<bool, Failure> {
    let sql = "SELECT (SELECT COUNT(*) FROM catalog_refresh_state WHERE result_hash IS NULL) \
               + (SELECT COUNT(*) FROM catalog_stitch_queue) AS n";
    Ok(database.query_first(sql, &[]).await?.map_or(Ok(0), |row| row.int("n"))? == 0)
}

async fn relations(database: &Database) -> Result<usize, Failure> {
    let mut relations = 0;
    database
        .query_each("SELECT entity FROM catalog_final_entities", &[], |row| {
            let entity: Value = serde_json::from_str(row.str("entity")?)?;
            relations += entity["relations"].as_array().map_or(0, Vec::len);
            Ok::<(), Unreadable>(())
        })
        .await?;
    Ok(relations)
}

/// Either of the two things that can go wrong while reading.
#[derive(Debug)]
struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl From<callboard_store::StoreError> for Unreadable {
    fn from(error: callboard_store::StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Nobody is asked who they are here.
struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(&self, _token: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("not here"))
    }

    async fn authenticate_cookie(&self, _cookie: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("not here"))
    }
}

#[async_trait]
impl TokenIssuer for Nobody {
    async fn plugin_token(&self, _from: &str, _to: &str, _by: &Credentials) -> Result<String, ApiError> {
        Err(ApiError::authentication("not here"))
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<Value, ApiError> {
        Ok(json!({"keys": []}))
    }
}
