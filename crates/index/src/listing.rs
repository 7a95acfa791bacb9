//! The order of `GET /entities` with pages: every entity is listed, those without the field last.

use std::collections::HashMap;

use callboard_model::filter::Filter;
use roaring::RoaringBitmap;

use crate::members::Members;
use crate::posting::Slot;
use crate::query::Order;
use crate::{EntitySet, Index};

/// The rank of an entity without a value.
const NO_VALUE: u32 = u32::MAX;

/// How often one entity may stand in a list because of its many values in several orders.
const ROWS_OF_AN_ENTITY: usize = 1_000;

impl Index {
    /// A part of the entities that match: by reference without orders, else by the orders' values in turn, entities
    /// without a value last, ties by uid ascending. An entity with several values under a key is listed once for
    /// each (catalog-backend 4.0.0, `entities`).
    ///
    /// `matching` is the outcome of the filter if there is one already.
    pub fn listing(
        &self,
        filter: &Filter,
        matching: Option<&EntitySet>,
        orders: &[Order],
        offset: usize,
        limit: usize,
    ) -> Vec<Slot> {
        let set = self.select(filter, None, None, matching).set;
        match orders {
            [] => self.by_reference(set.as_deref(), offset, limit),
            [order] => self.by_one_order(set.as_deref(), order, offset, limit),
            orders => self.by_many_orders(set.as_deref(), orders, offset, limit),
        }
    }

    fn by_reference(&self, set: Option<&RoaringBitmap>, offset: usize, limit: usize) -> Vec<Slot> {
        let mut members = set.map_or_else(Members::everything, Members::of);
        let mut slots = Vec::new();
        let mut skip = offset;
        if limit == 0 {
            return slots;
        }
        for value in self.documents.references().all() {
            value.with_posting(|posting| {
                posting.for_each(|slot| match members.contains(slot) {
                    true if skip > 0 => skip -= 1,
                    true => slots.push(slot),
                    false => {}
                });
            });
            if slots.len() >= limit {
                break;
            }
        }
        slots.truncate(limit);
        slots
    }

    fn by_one_order(
        &self,
        set: Option<&RoaringBitmap>,
        order: &Order,
        offset: usize,
        limit: usize,
    ) -> Vec<Slot> {
        let wanted = offset.saturating_add(limit);
        let mut slots: Vec<Slot> = Vec::new();
        let mut rest = set.unwrap_or(self.documents.live()).clone();
        if let Some(key) = self.keys.get(order.key.to_lowercase().as_str()) {
            let table = key.table();
            let mut members = set.map_or_else(Members::everything, Members::of);
            let mut hits = RoaringBitmap::new();
            let mut open: Option<&[u8]> = None;
            let mut walk = table.values.all();
            while slots.len() < wanted {
                let value = if order.descending { walk.next_back() } else { walk.next() };
                if open.is_some() && value.as_ref().map(|value| value.lower()) != open {
                    let left = wanted - slots.len();
                    slots.extend(self.documents.in_uid_order(Some(&hits), None, false, 0, left));
                    hits.clear();
                    open = None;
                }
                let Some(value) = value else { break };
                if value.with_posting(|posting| members.collect(posting, &mut hits)) {
                    open = Some(value.lower());
                }
            }
            let nulls = &rest & &table.nulls;
            rest -= &table.present;
            rest |= nulls;
        }
        let left = wanted - slots.len().min(wanted);
        slots.extend(self.documents.in_uid_order(Some(&rest), None, false, 0, left));
        slots.into_iter().skip(offset).collect()
    }

    fn by_many_orders(
        &self,
        set: Option<&RoaringBitmap>,
        orders: &[Order],
        offset: usize,
        limit: usize,
    ) -> Vec<Slot> {
        let ranks: Vec<_> = orders.iter().map(|order| self.ranks(set, order)).collect();
        let mut rows: Vec<(Vec<u32>, Slot)> = Vec::new();
        for slot in set.unwrap_or(self.documents.live()) {
            let mut combined = vec![Vec::with_capacity(orders.len())];
            for ranks in &ranks {
                let own = ranks.get(&slot).map_or(&[NO_VALUE][..], Vec::as_slice);
                combined = combined
                    .iter()
                    .flat_map(|head: &Vec<u32>| {
                        own.iter().map(move |rank| [head.as_slice(), &[*rank]].concat())
                    })
                    .take(ROWS_OF_AN_ENTITY)
                    .collect();
            }
            rows.extend(combined.into_iter().map(|ranks| (ranks, slot)));
        }
        rows.sort_by_cached_key(|(ranks, slot)| (ranks.clone(), self.documents.uid(*slot)));
        rows.into_iter().skip(offset).take(limit).map(|(_, slot)| slot).collect()
    }

    /// For each entity the places of its values in the order of a key.
    fn ranks(&self, set: Option<&RoaringBitmap>, order: &Order) -> HashMap<Slot, Vec<u32>> {
        let mut ranks: HashMap<Slot, Vec<u32>> = HashMap::new();
        let Some(key) = self.keys.get(order.key.to_lowercase().as_str()) else { return ranks };
        let table = key.table();
        let mut members = set.map_or_else(Members::everything, Members::of);
        let count = table.values.values() as u32;
        let (mut rank, mut last): (u32, Option<&[u8]>) = (0, None);
        for value in table.values.all() {
            rank += u32::from(last.is_some_and(|last| last != value.lower()));
            last = Some(value.lower());
            let place = if order.descending { count - rank } else { rank };
            value.with_posting(|posting| {
                posting.for_each(|slot| {
                    if members.contains(slot) {
                        ranks.entry(slot).or_default().push(place);
                    }
                });
            });
        }
        for slot in &table.nulls {
            if members.contains(slot) {
                ranks.entry(slot).or_default().push(NO_VALUE);
            }
        }
        ranks
    }
}
