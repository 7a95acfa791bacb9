//! Tables come up to date by themselves, once.

use callboard_store::{Migration, StoreError};
use callboard_testkit::for_each_database;

const FIRST: Migration = Migration {
    version: 1,
    name: "things",
    sql: "CREATE TABLE things (id {sequence_key}, name TEXT NOT NULL, data {bytes});
          CREATE INDEX things_by_name ON things (name);
          CREATE TABLE words (word TEXT PRIMARY KEY){without_rowid};",
};
const SECOND: Migration =
    Migration { version: 2, name: "one thing", sql: "INSERT INTO things (name) VALUES ('first')" };
const BROKEN: Migration = Migration {
    version: 3,
    name: "broken",
    sql: "INSERT INTO things (name) VALUES ('half'); INSERT INTO nowhere VALUES (1)",
};

#[tokio::test]
async fn three_processes_that_start_at_once_migrate_once() {
    for_each_database(|test| async move {
        let mut tasks = Vec::new();
        for _ in 0..3 {
            let db = test.open_again().await;
            tasks.push(tokio::spawn(async move { db.migrate("a-plugin", &[FIRST, SECOND]).await }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let db = test.database();
        assert_eq!(db.query("SELECT id FROM things", &[]).await.unwrap().len(), 1);
        let applied =
            db.query("SELECT version FROM a_plugin_migrations ORDER BY version", &[]).await.unwrap();
        assert_eq!(applied.iter().map(|row| row.int("version").unwrap()).collect::<Vec<_>>(), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_later_program_runs_only_what_is_new() {
    for_each_database(|test| async move {
        let db = test.database();
        db.migrate("p", &[FIRST]).await.unwrap();
        db.migrate("p", &[FIRST, SECOND]).await.unwrap();
        db.migrate("p", &[FIRST, SECOND]).await.unwrap();
        assert_eq!(db.query("SELECT id FROM things", &[]).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_fails_changes_nothing() {
    for_each_database(|test| async move {
        let db = test.database();
        assert!(db.migrate("p", &[FIRST, SECOND, BROKEN]).await.is_err());
        assert!(db.query("SELECT id FROM things", &[]).await.is_err(), "the table isn't there");
        db.migrate("p", &[FIRST, SECOND]).await.unwrap();
        assert_eq!(db.query("SELECT id FROM things", &[]).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn plugins_have_lists_of_their_own() {
    for_each_database(|test| async move {
        let db = test.database();
        db.migrate("p", &[FIRST]).await.unwrap();
        let other = Migration { version: 1, name: "other", sql: "CREATE TABLE other (id TEXT)" };
        db.migrate("q", &[other]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_or_different_program_is_refused() {
    for_each_database(|test| async move {
        let db = test.database();
        db.migrate("p", &[FIRST, SECOND]).await.unwrap();
        let older = db.migrate("p", &[FIRST]).await.unwrap_err();
        assert!(matches!(&older, StoreError::Migration(text) if text.contains("newer Callboard")), "{older}");
        let renamed = Migration { name: "another", ..SECOND };
        let different = db.migrate("p", &[FIRST, renamed]).await.unwrap_err();
        assert!(matches!(&different, StoreError::Migration(text) if text.contains("another")), "{different}");
    })
    .await;
}
