//! Pages with cursors (contract: catalog-backend 4.0.0, `queryEntities`).

use callboard_index::{EntitySet, Index, Mark, Order, PageRequest, Row, Selection};
use callboard_model::filter::{Filter, predicate};
use uuid::Uuid;

use super::cursor::{Cursor, Direction, FullTextFilter, MalformedCursor, SortValues};

/// What is answered where the caller says nothing.
pub(crate) const DEFAULT_LIMIT: usize = 200;

/// A page to be answered: the start of a listing, or the place that a cursor says.
#[derive(Debug, Clone)]
pub(crate) struct ByQuery {
    /// The listing. For the start, without values.
    pub(crate) cursor: Cursor,
    /// Rows at most.
    pub(crate) limit: usize,
    /// Rows to leave out at the start.
    pub(crate) offset: usize,
    /// Answer 0 instead of counting.
    pub(crate) exclude_total: bool,
}

/// The rows of a page and the cursors beside it.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    pub(crate) total: u64,
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
}

impl ByQuery {
    /// What the listing asks for.
    ///
    /// # Errors
    /// When the cursor's query is not a predicate.
    pub(crate) fn filter(&self) -> Result<Filter, MalformedCursor> {
        match &self.cursor.query {
            None => Ok(Filter::everything()),
            Some(query) => predicate::parse(query).map_err(|error| MalformedCursor(error.to_string())),
        }
    }

    /// Answers the page; `filter` is the listing's within what may be read, and `matching` its outcome if there is one
    /// already.
    ///
    /// # Errors
    /// When the values of the cursor are not those of a row.
    pub(crate) fn page(
        self,
        index: &Index,
        filter: Filter,
        matching: Option<&EntitySet>,
    ) -> Result<Page, MalformedCursor> {
        let mut cursor = self.cursor;
        let selection = Selection {
            filter,
            full_text: cursor.full_text_filter.as_ref().map(FullTextFilter::to_index),
            // The others are accepted and ignored, as Backstage does.
            order: cursor.order_fields.first().map(|order| Order {
                key: order.field.clone(),
                descending: order.order == Some(Direction::Desc),
            }),
        };
        let from = cursor.order_field_values.as_ref().map(|values| mark(values, &selection)).transpose()?;
        let backwards = cursor.is_previous;
        let is_first = cursor.first_sort_field_values.is_none();
        // Forwards one more, to see whether there is one more.
        let request = PageRequest {
            selection: &selection,
            from: from.as_ref(),
            backwards,
            offset: if from.is_none() { self.offset } else { 0 },
            limit: if self.limit == 0 || backwards { self.limit } else { self.limit.saturating_add(1) },
        };
        let counted = cursor.total_items.is_none() && !self.exclude_total;
        let (mut rows, count) = index.page_and_count(&request, matching, counted);
        let total = cursor.total_items.or(count).unwrap_or_default();
        let has_more = self.limit > 0 && (backwards || rows.len() > self.limit);
        rows.truncate(self.limit);
        if backwards {
            rows.reverse();
        }
        let previous_of =
            rows.first().filter(|row| !is_first && Some(values(row)) != cursor.first_sort_field_values);
        let next_of = rows.last().filter(|_| has_more);
        cursor.total_items = Some(total);
        if is_first {
            cursor.first_sort_field_values = rows.first().map(values);
        }
        let mut beside = |row: &Row, is_previous: bool| {
            cursor.is_previous = is_previous;
            cursor.order_field_values = Some(values(row));
            cursor.encode()
        };
        let next = next_of.map(|row| beside(row, false));
        let previous = previous_of.map(|row| beside(row, true));
        Ok(Page { rows, total, next, previous })
    }
}

/// The place that a cursor's values say.
fn mark(values: &SortValues, selection: &Selection) -> Result<Mark, MalformedCursor> {
    let wrong = || MalformedCursor("orderFieldValues are not those of a row".to_owned());
    let uid =
        |text: &Option<String>| text.as_deref().and_then(|text| Uuid::parse_str(text).ok()).ok_or_else(wrong);
    match (&values[..], &selection.order) {
        ([value, id], Some(_)) => Ok(Mark { value: Some(value.clone().ok_or_else(wrong)?), uid: uid(id)? }),
        ([id], None) => Ok(Mark { value: None, uid: uid(id)? }),
        _ => Err(wrong()),
    }
}

fn values(row: &Row) -> SortValues {
    let uid = Some(row.mark.uid.to_string());
    match &row.mark.value {
        Some(value) => vec![Some(value.clone()), uid],
        None => vec![uid],
    }
}
