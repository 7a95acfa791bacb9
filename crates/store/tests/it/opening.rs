//! `backend.database` as Backstage writes it.

use callboard_config::Config;
use callboard_store::{Database, Dialect, StoreError};
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::{add, count, with_items};

async fn open(database: Value) -> Result<Database, StoreError> {
    Database::open(&Config::from_value(json!({"backend": {"database": database}}))).await
}

async fn refused(database: Value) -> String {
    match open(database.clone()).await {
        Err(StoreError::Config(message)) => message,
        other => panic!("{database} gave {other:?}"),
    }
}

#[tokio::test]
async fn memory_is_memory_in_every_way_of_writing_it() {
    for connection in [json!(":memory:"), json!({"filename": ":memory:"}), json!(null)] {
        let db = open(json!({"client": "better-sqlite3", "connection": connection})).await.unwrap();
        with_items(&db).await;
        add(&db, "a", 1).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute("DELETE FROM items", &[]).await.unwrap();
        drop(tx);
        assert_eq!(count(&db).await, 1);
        let another = open(json!({"client": "better-sqlite3", "connection": connection})).await.unwrap();
        assert!(another.query("SELECT id FROM items", &[]).await.is_err(), "two of them share nothing");
    }
}

#[tokio::test]
async fn a_directory_gets_one_file_and_a_file_name_is_that_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("there")).unwrap();
    let cases = [
        (json!({"directory": path("new/dir")}), "new/dir/callboard.sqlite"),
        (json!({"filename": path("a/file.db")}), "a/file.db"),
        (json!(path("b.db")), "b.db"),
        (json!(path("there")), "there/callboard.sqlite"),
    ];
    for (connection, file) in cases {
        let db = open(json!({"client": "better-sqlite3", "connection": connection})).await.unwrap();
        assert_eq!(db.dialect(), Dialect::Sqlite);
        with_items(&db).await;
        add(&db, "a", 1).await.unwrap();
        db.close().await;
        assert!(directory.path().join(file).is_file(), "{file}");
        let again = open(json!({"client": "sqlite3", "connection": connection})).await.unwrap();
        assert_eq!(count(&again).await, 1, "{file}");
    }
}

#[tokio::test]
async fn postgres_opens_by_url_and_by_object_and_creates_what_is_missing() {
    let test = TestDatabase::postgres().await;
    let section: Value = serde_json::from_str(&test.config()).unwrap();
    let url = section["connection"].as_str().unwrap();
    let (server, name) = url.rsplit_once('/').unwrap();
    let (user_and_host, port) = server.rsplit_once(':').unwrap();
    let (user, host) = user_and_host.trim_start_matches("postgres://").split_once('@').unwrap();
    let db = open(json!({
        "client": "pg",
        "connection": {"host": host, "port": port, "user": user, "password": "x", "database": name},
        "knexConfig": {"pool": {"min": 1, "max": 2}},
        "pluginDivisionMode": "schema", "prefix": "x_", "plugin": {"catalog": {"connection": ":memory:"}},
    }))
    .await
    .unwrap();
    assert_eq!(db.dialect(), Dialect::Postgres);
    with_items(&db).await;
    assert_eq!(count(test.database()).await, 0, "it is the same database");

    let missing = format!("{server}/missing_{name}");
    let unwilling = json!({"client": "pg", "connection": missing, "ensureExists": false});
    assert!(refused(unwilling).await.contains("does not exist"));
    let opened =
        futures::future::join_all((0..3).map(|_| open(json!({"client": "pg", "connection": missing})))).await;
    for db in opened {
        db.unwrap().close().await;
    }
    test.database().execute(&format!("DROP DATABASE missing_{name} WITH (FORCE)"), &[]).await.unwrap();
}

#[tokio::test]
async fn a_backstage_plugin_database_is_never_opened() {
    let test = TestDatabase::postgres().await;
    let section: Value = serde_json::from_str(&test.config()).unwrap();
    let (server, _) = section["connection"].as_str().unwrap().rsplit_once('/').unwrap();
    let message =
        refused(json!({"client": "pg", "connection": format!("{server}/backstage_plugin_catalog")})).await;
    assert!(message.contains("backstage_plugin_catalog"), "{message}");
    let databases = "SELECT datname FROM pg_database WHERE datname LIKE 'backstage_plugin_%'";
    assert!(test.database().query(databases, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_wrong_section_names_the_key_and_says_what_to_do() {
    let cases = [
        (json!({"client": "embedded-postgres"}), "backend.database.client", "better-sqlite3"),
        (json!({"client": "mysql2"}), "backend.database.client", "'mysql2'"),
        (json!({"connection": ":memory:"}), "backend.database.client", "missing"),
        (json!({"client": "pg", "connection": "not a url"}), "backend.database.connection", "postgres://"),
        (json!({"client": "pg", "connection": {"port": 99_999}}), "backend.database.connection.port", "port"),
        (
            json!({"client": "pg", "connection": {"type": "azure"}}),
            "backend.database.connection.type",
            "azure",
        ),
        (
            json!({"client": "pg", "knexConfig": {"pool": {"max": 0}}}),
            "backend.database.knexConfig.pool",
            "no connection",
        ),
        (json!({"client": "better-sqlite3", "connection": {}}), "backend.database.connection", "directory"),
    ];
    for (section, key, hint) in cases {
        let message = refused(section).await;
        assert!(message.contains(key) && message.contains(hint), "{message}");
    }
}

#[tokio::test]
async fn a_password_is_in_no_error() {
    for section in [
        json!({"client": "pg", "connection": "postgres://me:hunter2@host:notaport/db"}),
        json!({"client": "pg", "connection": "postgres://me:hunter2@127.0.0.1:1/db"}),
    ] {
        let error = open(section).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes.txt");
    std::fs::write(&file, "this is no database, and it is long enough to be looked at as one".repeat(20))
        .unwrap();
    let message = refused(json!({"client": "better-sqlite3", "connection": {"filename": file}})).await;
    assert!(message.contains("notes.txt"), "{message}");
}
