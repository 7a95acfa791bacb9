//! Rows sorted by the values of a key: a walk along the value table, testing each entry against the filter's set.

use std::ops::ControlFlow;

use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::Index;
use crate::batch::rows_of;
use crate::full_text::{FILTER_FIRST, Pattern};
use crate::members::Members;
use crate::posting::{Posting, Slot};
use crate::query::{Mark, Order, PageRequest, Row, Selected};
use crate::value_table::{Position, Value, ValueTable};

/// With a filter that lets less than one in so many rows through, reading the entities themselves is cheaper than
/// walking the table: parsing one costs about as much as testing some thousand entries.
const READ_FIRST: u64 = 3_000;

impl Index {
    /// How many rows there are under a key.
    pub(crate) fn count_sorted(&self, selected: &Selected<'_>, key: &str) -> u64 {
        let Some(key) = self.keys.get(key.to_lowercase().as_str()) else { return 0 };
        let table = key.table();
        if selected.row_pattern.is_none() {
            match selected.set.as_deref() {
                None => return table.values.rows(),
                // One row for each entity that has the key, and perhaps every entity has it.
                Some(set) if table.values.rows() == table.present.len() => {
                    let all = table.present.len() == self.documents.live().len();
                    return if all { set.len() } else { table.present.intersection_len(set) };
                }
                Some(_) => {}
            }
        }
        let mut members = selected.members();
        let mut rows = 0;
        match &selected.row_pattern {
            Some(pattern) => pattern.for_each_posting(&table.values, &mut members, |members, posting| {
                rows += members.count(posting);
            }),
            None => table.values.all().for_each(|value| {
                rows += value.with_posting(|posting| members.count(posting));
            }),
        }
        rows
    }

    /// A page sorted by the values of a key.
    pub(crate) fn sorted_page(
        &self,
        selected: &Selected<'_>,
        order: &Order,
        request: &PageRequest<'_>,
    ) -> Vec<Row> {
        let Some(key) = self.keys.get(order.key.to_lowercase().as_str()) else { return Vec::new() };
        let table = key.table();
        let values = &table.values;
        let descending = order.descending != request.backwards;
        let from = request.from.and_then(|mark| Some((mark.value.as_deref()?, mark.uid)));
        let range = match from {
            None => (values.start(), values.end()),
            Some((value, _)) if descending => (values.start(), values.after(value.as_bytes())),
            Some((value, _)) => (values.at_or_after(value.as_bytes()), values.end()),
        };
        if let Some(set) = selected.set.as_deref().filter(|set| set.len() * READ_FIRST < values.rows()) {
            return self.read_page(set, selected.row_pattern.as_ref(), order, request);
        }
        let mut members = selected.members();
        if members.is_empty() {
            return Vec::new();
        }
        let mut groups = Groups {
            index: self,
            from,
            descending,
            skip: request.offset,
            limit: request.limit,
            rows: Vec::new(),
            value: None,
            only: None,
            hits: RoaringBitmap::new(),
        };
        let plan = Plan::of(selected, values, range, descending);
        let _ = plan.walk(&mut members, |members, value| {
            if groups.value.is_some_and(|open| open != value.lower()) {
                groups.close()?;
            }
            if value.with_posting(|posting| groups.take(members, posting)) {
                groups.value = Some(value.lower());
            }
            ControlFlow::Continue(())
        });
        let _ = groups.close();
        groups.rows
    }
}

impl Index {
    /// The same page for very few entities: their values are read from their own bytes.
    fn read_page(
        &self,
        set: &RoaringBitmap,
        pattern: Option<&Pattern>,
        order: &Order,
        request: &PageRequest<'_>,
    ) -> Vec<Row> {
        let key = order.key.to_lowercase();
        let descending = order.descending != request.backwards;
        let mut rows = Vec::new();
        for slot in set {
            let own = rows_of(&self.documents.bytes(slot)).unwrap_or_default();
            let values = own.into_iter().filter(|row| row.key == key).filter_map(|row| row.value);
            let values = values.filter(|value| pattern.is_none_or(|pattern| pattern.is_in(value.as_bytes())));
            let uid = self.documents.uid(slot);
            rows.extend(values.map(|value| Row { slot, mark: Mark { value: Some(value), uid } }));
        }
        let place = |mark: &Mark| (mark.value.clone(), mark.uid);
        if let Some(from) = request.from.map(place) {
            rows.retain(|row| if descending { place(&row.mark) < from } else { place(&row.mark) > from });
        }
        rows.sort_by_cached_key(|row| place(&row.mark));
        if descending {
            rows.reverse();
        }
        rows.into_iter().skip(request.offset).take(request.limit).collect()
    }
}

/// How a value table is walked.
struct Plan<'a> {
    values: &'a ValueTable,
    range: (Position, Position),
    descending: bool,
    pattern: Option<&'a Pattern>,
    filter_first: bool,
}

impl<'a> Plan<'a> {
    fn of(
        selected: &'a Selected<'_>,
        values: &'a ValueTable,
        range: (Position, Position),
        descending: bool,
    ) -> Self {
        let filter_first =
            selected.set.as_deref().is_some_and(|set| set.len() * FILTER_FIRST < values.rows());
        Self { values, range, descending, pattern: selected.row_pattern.as_ref(), filter_first }
    }

    /// Visits the entries in order: all that hold the pattern, or fewer if the filter is tested first.
    fn walk(
        &self,
        members: &mut Members<'_>,
        mut visit: impl FnMut(&mut Members<'_>, Value<'a>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut part = |block: &'a crate::block::Block, range: std::ops::Range<usize>| {
            let mut step = |index: usize| {
                let value = self.values.value(block, index);
                if let (Some(pattern), true) = (self.pattern, self.filter_first)
                    && (value.with_posting(|posting| members.count(posting)) == 0
                        || !pattern.is_in(value.lower()))
                {
                    return ControlFlow::Continue(());
                }
                visit(members, value)
            };
            match self.pattern {
                Some(pattern) if !self.filter_first => {
                    let mut found = Vec::new();
                    pattern.for_each_entry(block, range, |index| found.push(index));
                    if self.descending {
                        found.reverse();
                    }
                    found.into_iter().try_for_each(step)
                }
                _ if self.descending => range.rev().try_for_each(&mut step),
                _ => range.clone().try_for_each(step),
            }
        };
        let (from, to) = self.range;
        let mut parts = self.values.parts(from, to);
        if self.descending {
            while let Some((block, range)) = parts.next_back() {
                part(block, range)?;
            }
        } else {
            for (block, range) in parts {
                part(block, range)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Collects the entities of one value, however they write it, and turns them into rows in uid order.
struct Groups<'a> {
    index: &'a Index,
    from: Option<(&'a str, Uuid)>,
    descending: bool,
    skip: usize,
    limit: usize,
    rows: Vec<Row>,
    value: Option<&'a [u8]>,
    /// The entity of this value while it is the only one, as with names; more of them are in `hits`.
    only: Option<Slot>,
    hits: RoaringBitmap,
}

impl Groups<'_> {
    fn take(&mut self, members: &mut Members<'_>, posting: &Posting) -> bool {
        match posting {
            Posting::One(slot) if !members.contains(*slot) => false,
            Posting::One(slot) if self.value.is_none() || self.only == Some(*slot) => {
                self.only = Some(*slot);
                true
            }
            _ => {
                self.hits.extend(self.only.take());
                members.collect(posting, &mut self.hits)
            }
        }
    }

    /// Ends the group of a value; breaks when the page is full.
    fn close(&mut self) -> ControlFlow<()> {
        let Some(value) = self.value.take() else { return ControlFlow::Continue(()) };
        let from = self.from.filter(|(mark, _)| mark.as_bytes() == value).map(|(_, uid)| uid);
        let text = || String::from_utf8_lossy(value).into_owned();
        if let Some(slot) = self.only.take() {
            let uid = self.index.documents.uid(slot);
            let is_behind = from.is_none_or(|from| if self.descending { uid < from } else { uid > from });
            match is_behind {
                true if self.skip > 0 => self.skip -= 1,
                true => self.rows.push(Row { slot, mark: Mark { value: Some(text()), uid } }),
                false => {}
            }
        } else {
            let size = self.hits.len() as usize;
            if from.is_none() && size <= self.skip {
                self.skip -= size;
                self.hits.clear();
                return ControlFlow::Continue(());
            }
            let wanted = self.skip.saturating_add(self.limit - self.rows.len());
            let documents = &self.index.documents;
            let slots = documents.in_uid_order(Some(&self.hits), from, self.descending, 0, wanted);
            self.hits.clear();
            let text = text();
            let skipped = self.skip.min(slots.len());
            self.skip -= skipped;
            self.rows.extend(slots.into_iter().skip(skipped).map(|slot| Row {
                slot,
                mark: Mark { value: Some(text.clone()), uid: documents.uid(slot) },
            }));
        }
        if self.rows.len() >= self.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
