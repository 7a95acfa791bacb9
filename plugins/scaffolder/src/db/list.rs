//! Lists of tasks: the permission's condition is part of the query.

use callboard_store::{Database, Param};

use super::tasks::{self, Task};
use crate::error::ScaffolderError;
use crate::permissions::tasks::TaskFilter;

/// Rows of one answer where nothing is asked: what a list without a limit may hold.
const MOST_ROWS: i64 = 1_000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    pub(crate) created_by: Vec<String>,
    pub(crate) status: Vec<String>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<i64>,
    pub(crate) offset: i64,
}

/// A column to order by; there are no others, so that nobody learns a hidden value from the order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) column: &'static str,
    pub(crate) descending: bool,
}

/// The columns that may order a list.
pub(crate) const ORDERED_BY: [&str; 3] = ["created_at", "status", "created_by"];

/// Tasks that match, and how many there are in all.
pub(crate) async fn list(
    database: &Database,
    listing: &Listing,
    filter: &TaskFilter,
) -> Result<(Vec<Task>, i64), ScaffolderError> {
    let mut params = Vec::new();
    let mut conditions = Vec::new();
    for (column, values) in [("created_by", &listing.created_by), ("status", &listing.status)] {
        if !values.is_empty() {
            params.push(Param::TextList(values.clone()));
            conditions.push(database.dialect().in_list(column, &format!("${}", params.len())));
        }
    }
    conditions.push(filter.to_sql(database.dialect(), &mut params));
    let conditions = conditions.join(" AND ");
    let count = format!("SELECT COUNT(*) AS n FROM scaffolder_tasks WHERE {conditions}");
    let total = database.query_first(&count, &params).await?.map_or(Ok(0), |row| row.int("n"))?;
    let order = listing.order.iter().map(|order| {
        let direction = if order.descending { "DESC" } else { "ASC" };
        format!("{} {direction}", order.column)
    });
    let order: Vec<String> = order.collect();
    let order = if order.is_empty() { "created_at DESC".to_owned() } else { order.join(", ") };
    params.push(listing.limit.unwrap_or(MOST_ROWS).min(MOST_ROWS).into());
    params.push(listing.offset.into());
    let sql = format!(
        "SELECT {} FROM scaffolder_tasks WHERE {conditions} ORDER BY {order}, id LIMIT ${} OFFSET ${}",
        tasks::COLUMNS,
        params.len() - 1,
        params.len()
    );
    let rows = database.query(&sql, &params).await?;
    Ok((rows.iter().map(tasks::read).collect::<Result<_, _>>()?, total))
}
