//! One row of a result.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row as _, TypeInfo, ValueRef};

use crate::error::StoreError;

/// One row of a result; columns by their name.
#[derive(Debug)]
pub struct Row(Inner);

#[derive(Debug)]
enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Inner::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Inner::Postgres(row))
    }
}

impl Row {
    /// Text that isn't NULL, borrowed from the row.
    pub fn str(&self, column: &str) -> Result<&str, StoreError> {
        self.opt_str(column)?.ok_or_else(|| null(column, "text"))
    }

    /// Text or NULL, borrowed from the row.
    pub fn opt_str(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column),
            Inner::Postgres(row) => row.try_get(column),
        }
        .map_err(|source| wrong(column, "text", source))
    }

    /// Text that isn't NULL.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        self.str(column).map(str::to_owned)
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.opt_str(column)?.map(str::to_owned))
    }

    /// A number that isn't NULL.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| null(column, "int"))
    }

    /// A number or NULL.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column).map_err(|source| wrong(column, "int", source)),
            Inner::Postgres(row) => {
                let value = row.try_get_raw(column).map_err(|source| wrong(column, "int", source))?;
                if value.is_null() {
                    return Ok(None);
                }
                // A literal is INT4 and a comparison BOOL; all of these decode as one i64. NUMERIC doesn't.
                if !matches!(value.type_info().name(), "INT8" | "INT4" | "INT2" | "BOOL") {
                    return Err(null(column, "int"));
                }
                row.try_get_unchecked(column).map_err(|source| wrong(column, "int", source))
            }
        }
    }

    /// A number that isn't NULL, as a boolean.
    pub fn bool(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// Bytes that aren't NULL.
    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| null(column, "bytes"))
    }

    /// Bytes or NULL.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column),
            Inner::Postgres(row) => row.try_get(column),
        }
        .map_err(|source| wrong(column, "bytes", source))
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> Vec<&str> {
        match &self.0 {
            Inner::Sqlite(row) => row.columns().iter().map(Column::name).collect(),
            Inner::Postgres(row) => row.columns().iter().map(Column::name).collect(),
        }
    }
}

fn wrong(column: &str, wanted: &'static str, source: sqlx::Error) -> StoreError {
    StoreError::Column { column: column.to_owned(), wanted, source: Some(source) }
}

fn null(column: &str, wanted: &'static str) -> StoreError {
    StoreError::Column { column: column.to_owned(), wanted, source: None }
}
