//! What is asked of the index, and the rows that it answers.

use std::borrow::Cow;

use callboard_model::filter::Filter;
use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::full_text::Pattern;
use crate::members::Members;
use crate::posting::Slot;
use crate::{EntitySet, Index};

/// The key that full text searches when there is neither a list of keys nor an order.
const DEFAULT_TEXT_KEY: &str = "metadata.uid";

/// A sort order by one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Any case.
    pub key: String,
    /// From the largest value to the smallest.
    pub descending: bool,
}

/// A full-text search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FullText {
    /// Trimmed and lower-cased by the index; a blank term searches nothing.
    pub term: String,
    /// Keys to look in; empty means the key that is sorted by, else `metadata.uid`.
    pub keys: Vec<String>,
}

/// Which rows: entities, or with an order one row for each value that an entity has under the order's key.
/// Entities without such a value have no row (catalog-backend 4.0.0, `queryEntities`).
#[derive(Debug, Clone)]
pub struct Selection {
    /// What the entities must match.
    pub filter: Filter,
    /// What they must hold.
    pub full_text: Option<FullText>,
    /// How they are sorted; without it by uid.
    pub order: Option<Order>,
}

/// Where a row stands in its order: what a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Lower-case value under the order's key; `None` without an order.
    pub value: Option<String>,
    /// The entity's uid.
    pub uid: Uuid,
}

/// One row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The entity.
    pub slot: Slot,
    /// Its place.
    pub mark: Mark,
}

/// A part of the rows of a selection.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest<'a> {
    /// Which rows.
    pub selection: &'a Selection,
    /// Only rows strictly behind this place, seen in the direction of the walk.
    pub from: Option<&'a Mark>,
    /// Walk against the order; the rows come in the direction of the walk.
    pub backwards: bool,
    /// Rows to leave out first.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
}

/// A selection, evaluated.
pub(crate) struct Selected<'a> {
    /// The entities; `None` for all of them.
    pub(crate) set: Option<Cow<'a, RoaringBitmap>>,
    /// What the sorted value itself must hold.
    pub(crate) row_pattern: Option<Pattern>,
}

impl Selected<'_> {
    /// Membership tests for a walk.
    pub(crate) fn members(&self) -> Members<'_> {
        match &self.set {
            None => Members::everything(),
            Some(set) => Members::of(set),
        }
    }
}

impl Index {
    /// Evaluates filter and full text; `matching` is the outcome of the filter if there is one already.
    pub(crate) fn select<'a>(
        &'a self,
        filter: &Filter,
        full_text: Option<&FullText>,
        order: Option<&Order>,
        matching: Option<&'a EntitySet>,
    ) -> Selected<'a> {
        let matched = match matching {
            Some(set) => Some(Cow::Borrowed(&set.0)),
            None => self.matched(filter),
        };
        let pattern = full_text.and_then(|text| Some((Pattern::of_term(&text.term)?, text)));
        let Some((pattern, text)) = pattern else {
            return Selected { set: matched, row_pattern: None };
        };
        let sorted_by = order.map(|order| order.key.as_str());
        let keys = match (&text.keys[..], sorted_by) {
            ([], Some(key)) => vec![key.to_owned()],
            ([], None) => vec![DEFAULT_TEXT_KEY.to_owned()],
            (keys, _) => keys.to_vec(),
        };
        // A single key that is also sorted by selects rows, not entities: of an entity with several values only
        // those that hold the term.
        if let ([key], Some(sorted_by)) = (&keys[..], sorted_by)
            && key == sorted_by
        {
            return Selected { set: matched, row_pattern: Some(pattern) };
        }
        let set = self.holding(matched.as_deref(), &pattern, &keys);
        Selected { set: Some(Cow::Owned(set)), row_pattern: None }
    }

    fn selected(&self, selection: &Selection) -> Selected<'_> {
        self.select(&selection.filter, selection.full_text.as_ref(), selection.order.as_ref(), None)
    }

    /// How many rows a selection has.
    pub fn count(&self, selection: &Selection) -> u64 {
        self.count_selected(selection, &self.selected(selection))
    }

    /// A page of a selection and, if that is asked for, how many rows the selection has; it is evaluated once.
    /// `matching` is the outcome of its filter if there is one already.
    pub fn page_and_count(
        &self,
        request: &PageRequest<'_>,
        matching: Option<&EntitySet>,
        counted: bool,
    ) -> (Vec<Row>, Option<u64>) {
        let selection = request.selection;
        let (text, order) = (selection.full_text.as_ref(), selection.order.as_ref());
        let selected = self.select(&selection.filter, text, order, matching);
        let count = counted.then(|| self.count_selected(selection, &selected));
        (self.page_selected(request, &selected), count)
    }

    /// A page of a selection.
    pub fn page(&self, request: &PageRequest<'_>) -> Vec<Row> {
        self.page_selected(request, &self.selected(request.selection))
    }

    fn count_selected(&self, selection: &Selection, selected: &Selected<'_>) -> u64 {
        match &selection.order {
            None => selected.set.as_ref().map_or(self.documents.live().len(), |set| set.len()),
            Some(order) => self.count_sorted(selected, &order.key),
        }
    }

    fn page_selected(&self, request: &PageRequest<'_>, selected: &Selected<'_>) -> Vec<Row> {
        if request.limit == 0 {
            return Vec::new();
        }
        match &request.selection.order {
            Some(order) => self.sorted_page(selected, order, request),
            None => self
                .documents
                .in_uid_order(
                    selected.set.as_deref(),
                    request.from.map(|mark| mark.uid),
                    request.backwards,
                    request.offset,
                    request.limit,
                )
                .into_iter()
                .map(|slot| Row { slot, mark: Mark { value: None, uid: self.documents.uid(slot) } })
                .collect(),
        }
    }

    /// All entities that match, in uid order.
    pub fn matching(&self, filter: &Filter) -> Vec<Slot> {
        let set = self.matched(filter);
        self.documents.in_uid_order(set.as_deref(), None, false, 0, usize::MAX)
    }
}
