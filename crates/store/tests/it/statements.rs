//! Values go in and come out unchanged, and errors tell what a caller can do.

use callboard_store::{Param, StoreError};
use callboard_testkit::for_each_database;

use crate::{add, count, with_items};

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let text = "naïve \u{1F600} 'quoted' \"and\" $1 ? \\";
        let params: [Param; 4] =
            [text.into(), Param::Int(i64::MIN), vec![0_u8, 255, 10].into(), None::<String>.into()];
        let insert = "INSERT INTO items (id, count, data, note) VALUES ($1, $2, $3, $4)";
        assert_eq!(db.execute(insert, &params).await.unwrap(), 1);

        let rows =
            db.query("SELECT id, count, data, note FROM items WHERE id = $1", &[text.into()]).await.unwrap();
        assert_eq!(rows.len(), 1);
        let row = &rows[0];
        assert_eq!(row.columns(), ["id", "count", "data", "note"]);
        assert_eq!(row.text("id").unwrap(), text);
        assert_eq!(row.int("count").unwrap(), i64::MIN);
        assert_eq!(row.bytes("data").unwrap(), [0, 255, 10]);
        assert_eq!(row.opt_text("note").unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn null_fits_columns_of_every_type_also_in_a_statement_first_run_with_null() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let insert = "INSERT INTO items (id, count, data, note) VALUES ($1, $2, $3, $4)";
        db.execute(insert, &["a".into(), Param::Null, Param::Null, Param::Null]).await.unwrap();
        db.execute(insert, &["b".into(), 7_i64.into(), vec![1_u8].into(), "n".into()]).await.unwrap();
        db.execute(insert, &["c".into(), Param::Null, Param::Null, Param::Null]).await.unwrap();
        let rows = db.query("SELECT count, data, note FROM items ORDER BY id", &[]).await.unwrap();
        assert_eq!(rows[0].opt_int("count").unwrap(), None);
        assert_eq!(rows[1].opt_int("count").unwrap(), Some(7));
        assert_eq!(rows[2].opt_bytes("data").unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn booleans_are_numbers_and_comparisons_read_as_booleans() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        db.execute("INSERT INTO items (id, count) VALUES ('a', $1)", &[true.into()]).await.unwrap();
        let row = db.query_first("SELECT count, count = 1 AS same FROM items", &[]).await.unwrap().unwrap();
        assert!(row.bool("count").unwrap());
        assert!(row.bool("same").unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_list_parameter_selects_its_members() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        for (id, n) in [("a", 1), ("b", 2), ("c\"'", 3)] {
            add(db, id, n).await.unwrap();
        }
        let texts = format!("SELECT id FROM items WHERE {} ORDER BY id", db.dialect().in_list("id", "$1"));
        let wanted = vec!["a".to_owned(), "c\"'".to_owned(), "nobody".to_owned()];
        let rows = db.query(&texts, &[wanted.into()]).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.text("id").unwrap()).collect::<Vec<_>>(), ["a", "c\"'"]);
        assert!(db.query(&texts, &[Param::TextList(Vec::new())]).await.unwrap().is_empty());

        let numbers = format!("SELECT id FROM items WHERE {}", db.dialect().in_list("count", "$1"));
        assert_eq!(db.query(&numbers, &[vec![2_i64, 9].into()]).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_second_row_with_the_same_key_is_a_conflict() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        add(db, "a", 1).await.unwrap();
        assert!(add(db, "a", 2).await.unwrap_err().is_conflict());
        assert_eq!(count(db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_character_nul_is_refused_on_both_databases() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        assert!(matches!(add(db, "a\0b", 1).await, Err(StoreError::NulCharacter)));
        let list = Param::TextList(vec!["\0".to_owned()]);
        let error = db.query("SELECT $1", &[list]).await.unwrap_err();
        assert!(matches!(error, StoreError::NulCharacter));
    })
    .await;
}

#[tokio::test]
async fn errors_show_neither_sql_nor_values_to_users() {
    for_each_database(|test| async move {
        let db = test.database();
        let error = db.query("SELECT secret_column FROM secret_table", &[]).await.unwrap_err();
        assert!(!error.is_unavailable());
        assert!(!error.to_string().contains("secret"), "{error}");
        let source = std::error::Error::source(&error).expect("the log gets the driver's words");
        assert!(source.to_string().contains("secret_table"), "{source}");
    })
    .await;
}

#[tokio::test]
async fn a_column_that_is_missing_null_or_of_another_type_is_named() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        add(db, "a", 1).await.unwrap();
        let row = db.query_first("SELECT id, note FROM items", &[]).await.unwrap().unwrap();
        for error in
            [row.int("id").unwrap_err(), row.text("note").unwrap_err(), row.text("nothing").unwrap_err()]
        {
            assert!(matches!(error, StoreError::Column { .. }), "{error}");
            assert!(error.to_string().starts_with("column "), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn rows_arrive_one_by_one_and_an_error_ends_them() {
    for_each_database(|test| async move {
        let db = test.database();
        with_items(db).await;
        let mut tx = db.begin().await.unwrap();
        let rows = (0..5_000).map(|n| vec![format!("{n:05}").into(), n.into()]).collect();
        tx.insert_many("items", &["id", "count"], rows, "").await.unwrap();
        tx.commit().await.unwrap();

        let mut sum = 0;
        db.query_each("SELECT count FROM items", &[], |row| {
            sum += row.int("count")?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
        assert_eq!(sum, (0..5_000).sum::<i64>());

        let mut seen = 0;
        let stopped = db
            .query_each("SELECT id FROM items ORDER BY id", &[], |_| {
                seen += 1;
                if seen == 3 { Err(StoreError::NulCharacter) } else { Ok(()) }
            })
            .await;
        assert!(matches!(stopped, Err(StoreError::NulCharacter)));
        assert_eq!(seen, 3);
        // The connection is usable afterwards.
        assert_eq!(count(db).await, 5_000);
    })
    .await;
}
