//! Many rows in few statements.

use callboard_store::{Param, StoreError};
use callboard_testkit::for_each_database;

use crate::{count, with_items};

const COLUMNS: [&str; 4] = ["id", "count", "data", "note"];

fn row(n: i64) -> Vec<Param> {
    let note = if n % 3 == 0 { Param::Null } else { format!("note {n}").into() };
    let data = if n % 2 == 0 { Param::Null } else { n.to_be_bytes().to_vec().into() };
    vec![format!("{n:06}").into(), n.into(), data, note]
}

#[tokio::test]
async fn more_rows_than_a_statement_has_parameters_all_arrive() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        let rows: Vec<_> = (0..23_457).map(row).collect();
        assert_eq!(tx.insert_many("items", &COLUMNS, rows, "").await.unwrap(), 23_457);
        tx.commit().await.unwrap();
        let rows = db.query("SELECT id, count, data, note FROM items ORDER BY count", &[]).await.unwrap();
        assert_eq!(rows.len(), 23_457);
        for (n, row) in (0_i64..).zip(&rows) {
            assert_eq!(row.text("id").unwrap(), format!("{n:06}"));
            assert_eq!(row.opt_bytes("data").unwrap(), (n % 2 != 0).then(|| n.to_be_bytes().to_vec()));
            assert_eq!(row.opt_text("note").unwrap(), (n % 3 != 0).then(|| format!("note {n}")));
        }
    })
    .await;
}

#[tokio::test]
async fn a_column_without_any_value_is_null() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        let rows =
            vec![vec!["a".into(), Param::Null, Param::Null], vec!["b".into(), Param::Null, Param::Null]];
        tx.insert_many("items", &["id", "count", "data"], rows, "").await.unwrap();
        tx.commit().await.unwrap();
        let row = db.query_first("SELECT count, data FROM items", &[]).await.unwrap().unwrap();
        assert_eq!(row.opt_int("count").unwrap(), None);
        assert_eq!(row.opt_bytes("data").unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn no_rows_is_no_statement() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.insert_many("items", &COLUMNS, Vec::new(), "").await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(count(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn on_conflict_updates_the_rows_that_are_there() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let suffix = "ON CONFLICT (id) DO UPDATE SET count = excluded.count";
        for factor in [1, 10] {
            let rows = (0..700).map(|n| vec![n.to_string().into(), (n * factor).into()]).collect();
            let mut tx = db.begin().await.unwrap();
            assert_eq!(tx.insert_many("items", &["id", "count"], rows, suffix).await.unwrap(), 700);
            tx.commit().await.unwrap();
        }
        let row = db.query_first("SELECT count FROM items WHERE id = '699'", &[]).await.unwrap().unwrap();
        assert_eq!(row.int("count").unwrap(), 6_990);
        assert_eq!(count(db).await, 700);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_in_the_middle_leaves_nothing_of_the_transaction() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        let rows = (0..5_000).chain([17]).map(|n: i64| vec![n.to_string().into()]).collect();
        let error = tx.insert_many("items", &["id"], rows, "").await.unwrap_err();
        assert!(error.is_conflict(), "{error}");
        drop(tx);
        assert_eq!(count(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_row_of_the_wrong_length_and_a_nul_are_refused() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        assert!(tx.insert_many("items", &["id", "count"], vec![vec!["a".into()]], "").await.is_err());
        let nul = vec![vec!["a\0".into()]];
        let error = tx.insert_many("items", &["id"], nul, "").await.unwrap_err();
        assert!(matches!(error, StoreError::NulCharacter));
    })
    .await;
}
