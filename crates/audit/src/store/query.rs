//! Asking the table: pages newest first, what is new since an id, and what there is to filter by.

use callboard_store::{Param, StoreError};

use super::{AuditStore, StoredEvent, stored};

/// Facets are counted over so many of the newest events.
const COUNTED: i64 = 100_000;
/// Values of one facet.
const FACET_VALUES: i64 = 100;

/// What is asked for. Empty lists and `None` ask for everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Any of these; `anonymous` is nobody.
    pub actors: Vec<String>,
    /// Any of these plugin ids.
    pub plugins: Vec<String>,
    /// Any of these event ids.
    pub event_ids: Vec<String>,
    /// Any of `low`, `medium`, `high`, `critical`.
    pub severities: Vec<String>,
    /// Any of `initiated`, `succeeded`, `failed`.
    pub statuses: Vec<String>,
    /// From this time on, in milliseconds since the epoch.
    pub from: Option<i64>,
    /// Before this time.
    pub to: Option<i64>,
    /// Text that occurs in the event.
    pub text: Option<String>,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Newest first.
    pub items: Vec<StoredEvent>,
    /// The id before which the next page begins, if there is one.
    pub next: Option<i64>,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// How often.
    pub count: i64,
}

/// What there is to filter by, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Plugin ids.
    pub plugins: Vec<Facet>,
    /// Event ids.
    pub event_ids: Vec<Facet>,
    /// Actors; `anonymous` is nobody.
    pub actors: Vec<Facet>,
    /// Severities.
    pub severities: Vec<Facet>,
    /// Statuses.
    pub statuses: Vec<Facet>,
}

impl AuditStore {
    /// The newest events, or those before an id.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn page(&self, query: &Query, before: Option<i64>, limit: usize) -> Result<Page, StoreError> {
        let mut statement = Statement::of(query, self.database.dialect());
        if let Some(before) = before {
            statement.also("id <", before.into());
        }
        let (condition, mut params) = statement.finish();
        // One more tells whether there is a next page.
        params.push(((limit + 1) as i64).into());
        let sql = format!(
            "SELECT id, event FROM audit_events {condition} ORDER BY id DESC LIMIT ${}",
            params.len()
        );
        let rows = self.database.query(&sql, &params).await?;
        let mut items: Vec<StoredEvent> = rows.iter().map(stored).collect::<Result<_, _>>()?;
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(Page { next: items.last().filter(|_| more).map(|last| last.id), items })
    }

    /// The events after an id, oldest first, and the id up to which has been looked.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn after(
        &self,
        query: &Query,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<StoredEvent>, i64), StoreError> {
        let newest = self.newest().await?;
        let mut statement = Statement::of(query, self.database.dialect());
        statement.also("id >", after.into());
        statement.also("id <=", newest.into());
        let (condition, mut params) = statement.finish();
        params.push((limit as i64).into());
        let sql =
            format!("SELECT id, event FROM audit_events {condition} ORDER BY id LIMIT ${}", params.len());
        let rows = self.database.query(&sql, &params).await?;
        let items: Vec<StoredEvent> = rows.iter().map(stored).collect::<Result<_, _>>()?;
        let looked = if items.len() == limit { items.last().map_or(after, |last| last.id) } else { newest };
        Ok((items, looked.max(after)))
    }

    /// What there is to filter by.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn facets(&self, query: &Query) -> Result<Facets, StoreError> {
        Ok(Facets {
            plugins: self.facet(query, "plugin").await?,
            event_ids: self.facet(query, "event_id").await?,
            actors: self.facet(query, "actor").await?,
            severities: self.facet(query, "severity").await?,
            statuses: self.facet(query, "status").await?,
        })
    }

    async fn facet(&self, query: &Query, column: &str) -> Result<Vec<Facet>, StoreError> {
        let (condition, mut params) = Statement::of(query, self.database.dialect()).finish();
        params.extend([COUNTED.into(), FACET_VALUES.into()]);
        let (counted, values) = (params.len() - 1, params.len());
        let sql = format!(
            "SELECT value, COUNT(*) AS n FROM (SELECT {column} AS value FROM audit_events {condition} \
             ORDER BY id DESC LIMIT ${counted}) newest GROUP BY value ORDER BY n DESC, value LIMIT ${values}"
        );
        let rows = self.database.query(&sql, &params).await?;
        rows.iter().map(|row| Ok(Facet { value: row.text("value")?, count: row.int("n")? })).collect()
    }
}

/// The condition of a query with its parameters.
struct Statement {
    parts: Vec<String>,
    params: Vec<Param>,
}

impl Statement {
    fn of(query: &Query, dialect: callboard_store::Dialect) -> Self {
        let mut statement = Self { parts: Vec::new(), params: Vec::new() };
        for (column, values) in [
            ("actor", &query.actors),
            ("plugin", &query.plugins),
            ("event_id", &query.event_ids),
            ("severity", &query.severities),
            ("status", &query.statuses),
        ] {
            if !values.is_empty() {
                statement.params.push(values.clone().into());
                let placeholder = format!("${}", statement.params.len());
                statement.parts.push(dialect.in_list(column, &placeholder));
            }
        }
        if let Some(from) = query.from {
            statement.also("at >=", from.into());
        }
        if let Some(to) = query.to {
            statement.also("at <", to.into());
        }
        if let Some(text) = &query.text {
            statement.params.push(pattern(text).into());
            statement.parts.push(format!("LOWER(event) LIKE ${} ESCAPE '!'", statement.params.len()));
        }
        statement
    }

    fn also(&mut self, comparison: &str, value: Param) {
        self.params.push(value);
        self.parts.push(format!("{comparison} ${}", self.params.len()));
    }

    fn finish(self) -> (String, Vec<Param>) {
        if self.parts.is_empty() {
            return (String::new(), self.params);
        }
        (format!("WHERE {}", self.parts.join(" AND ")), self.params)
    }
}

/// A pattern for a text anywhere, in any case of letters. The event is JSON, so what is looked for is escaped as JSON is.
fn pattern(text: &str) -> String {
    let json = serde_json::Value::from(text.to_lowercase()).to_string();
    let inner = json.get(1..json.len() - 1).unwrap_or_default();
    format!("%{}%", inner.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}
