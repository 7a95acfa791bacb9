//! An empty database for one test, on SQLite or on PostgreSQL.

use std::future::Future;

use callboard_store::{Database, Dialect};
use tempfile::TempDir;
use uuid::Uuid;

use crate::shared_postgres;

/// An empty database of one test; it is removed with the value.
#[derive(Debug)]
pub struct TestDatabase {
    database: Database,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(TempDir),
    Server { url: String, name: String },
}

impl TestDatabase {
    /// A SQLite file in a temporary directory.
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let database = Database::sqlite(&directory.path().join("test.sqlite")).await.expect("a SQLite file");
        Self { database, place: Place::File(directory) }
    }

    /// A database on the shared PostgreSQL server, which is started if it doesn't run.
    pub async fn postgres() -> Self {
        let url = shared_postgres::url().await.expect("a PostgreSQL server");
        let name = format!("test_{}", Uuid::new_v4().simple());
        let database = Database::postgres(&format!("{url}/{name}")).await.expect("a PostgreSQL database");
        Self { database, place: Place::Server { url, name } }
    }

    /// The open database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Opens it once more, as another process does.
    pub async fn open_again(&self) -> Database {
        match &self.place {
            Place::File(directory) => Database::sqlite(&directory.path().join("test.sqlite")).await,
            Place::Server { url, name } => Database::postgres(&format!("{url}/{name}")).await,
        }
        .expect("the same database once more")
    }

    /// A `backend.database` section that names it, as JSON.
    pub fn config(&self) -> String {
        match &self.place {
            Place::File(directory) => {
                let file = directory.path().join("test.sqlite");
                format!(r#"{{"client":"better-sqlite3","connection":{{"filename":"{}"}}}}"#, file.display())
            }
            Place::Server { url, name } => format!(r#"{{"client":"pg","connection":"{url}/{name}"}}"#),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server { url, name } = &self.place else { return };
        let (url, name) = (url.clone(), name.clone());
        // A thread, because the runtime of the test may be the only thread there is.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let server = Database::postgres(&format!("{url}/postgres")).await.ok()?;
                server.execute(&format!("DROP DATABASE {name} WITH (FORCE)"), &[]).await.ok()
            })
        });
        // A database that stays goes with its server.
        let _ = dropping.join();
    }
}

/// Runs a test on SQLite and on PostgreSQL, each time on an empty database.
pub async fn for_each_database<F, Fut>(test: F)
where
    F: Fn(TestDatabase) -> Fut,
    Fut: Future<Output = ()>,
{
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let database = match dialect {
            Dialect::Sqlite => TestDatabase::sqlite().await,
            Dialect::Postgres => TestDatabase::postgres().await,
        };
        #[expect(clippy::print_stderr, reason = "a failing test shows on which database it was")]
        {
            eprintln!("on {dialect:?}");
        }
        test(database).await;
    }
}
