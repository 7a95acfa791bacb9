//! Inserting many rows with few statements: the way by which a whole catalog comes in.

use sqlx::AssertSqlSafe;

use crate::error::StoreError;
use crate::param::Param;
use crate::postgres;
use crate::sqlite;
use crate::transaction::Inner;

/// Values in one SQLite statement. Larger statements win nothing once the cost of stepping is spread, and the
/// limit of SQLite is 32,766.
const SQLITE_VALUES: usize = 1_000;
/// Rows in one PostgreSQL statement; bounds the memory of the message.
const POSTGRES_ROWS: usize = 5_000;

pub(crate) async fn run(
    transaction: &mut Inner,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Param>>,
    suffix: &str,
) -> Result<u64, StoreError> {
    if let Some(row) = rows.iter().find(|row| row.len() != columns.len()) {
        let message = format!("{} values for {} columns of {table}", row.len(), columns.len());
        return Err(StoreError::Other(sqlx::Error::InvalidArgument(message)));
    }
    let mut changed = 0;
    let mut rows = rows.into_iter();
    match transaction {
        Inner::Sqlite(tx) => {
            for size in sqlite_chunks(rows.len(), columns.len()) {
                let sql = sqlite_statement(table, columns, size, suffix);
                let arguments = sqlite::owned_arguments(rows.by_ref().take(size).flatten())?;
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
                changed += query.execute(&mut **tx).await?.rows_affected();
            }
        }
        Inner::Postgres(tx) => {
            while rows.len() > 0 {
                let chunk: Vec<_> = rows.by_ref().take(POSTGRES_ROWS).collect();
                let (sql, arguments) = postgres::unnest(table, columns, chunk, suffix)?;
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
                changed += query.execute(&mut **tx).await?.rows_affected();
            }
        }
    }
    Ok(changed)
}

/// The sizes of the statements for `rows` rows: full ones, then halves, so that a table needs only a few
/// different statement texts and each is prepared once.
fn sqlite_chunks(mut rows: usize, columns: usize) -> Vec<usize> {
    let mut size = (SQLITE_VALUES / columns.max(1)).max(1).next_power_of_two();
    let mut sizes = Vec::new();
    while rows > 0 {
        while size > rows {
            size /= 2;
        }
        sizes.push(size);
        rows -= size;
    }
    sizes
}

fn sqlite_statement(table: &str, columns: &[&str], rows: usize, suffix: &str) -> String {
    let group = format!("({})", vec!["?"; columns.len()].join(","));
    let groups = vec![group.as_str(); rows].join(",");
    format!("INSERT INTO {table} ({}) VALUES {groups} {suffix}", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_all_rows_with_few_sizes() {
        for rows in [0, 1, 2, 3, 255, 256, 257, 1_000, 9_999] {
            let sizes = sqlite_chunks(rows, 4);
            assert_eq!(sizes.iter().sum::<usize>(), rows);
            let mut distinct = sizes.clone();
            distinct.dedup();
            assert!(distinct.len() <= 9, "{rows}: {distinct:?}");
        }
    }
}
