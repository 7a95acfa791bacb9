//! A catalog as a plain list, and the answers worked out row by row: slow, and easy to believe.

use std::collections::BTreeMap;

use callboard_index::{FullText, Index, Mark, Order, Selection};
use callboard_model::filter::Filter;
use callboard_model::search_rows::{SearchRow, rows};
use serde_json::{Value, json};
use uuid::Uuid;

/// One entity of the model.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) uid: Uuid,
    pub(crate) bytes: String,
    pub(crate) rows: Vec<SearchRow>,
}

/// Entities by reference.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) entities: BTreeMap<String, Known>,
}

/// A row as the model and the index both say it.
pub(crate) type PlainRow = (Option<String>, Uuid);

/// A small entity whose values collide often, also in case only.
pub(crate) fn entity(name: u8, uid: Uuid, seed: &[u8]) -> Value {
    let pick = |at: usize| seed.get(at).copied().unwrap_or_default();
    let words = ["alpha", "Beta", "beta", "BETA", "gamma ray", "", "al_pha", "a%b"];
    let word = |at: usize| words[pick(at) as usize % words.len()];
    let mut spec = json!({"type": word(0)});
    if pick(1).is_multiple_of(3) {
        spec["lifecycle"] = json!(word(2));
    }
    if pick(3).is_multiple_of(5) {
        spec["lifecycle"] = Value::Null;
    }
    if pick(4).is_multiple_of(4) {
        spec["mixed"] = json!([word(5), Value::Null, pick(6) % 3]);
    }
    let tags: Vec<&str> = (0..pick(7) % 4).map(|n| word(8 + usize::from(n))).collect();
    let kind = ["Component", "API"][pick(12) as usize % 2];
    json!({
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": format!("n{name}"), "uid": uid.to_string(), "tags": tags, "title": format!("T {}", word(13))},
        "spec": spec,
        "relations": [{"type": "ownedBy", "targetRef": format!("group:default/g{}", pick(14) % 3)}],
    })
}

impl Model {
    pub(crate) fn put(&mut self, entity_ref: String, uid: Uuid, entity: &Value) {
        let known = Known { uid, bytes: entity.to_string(), rows: rows(entity).expect("valid") };
        self.entities.insert(entity_ref, known);
    }

    fn matching<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Known> {
        self.entities.values().filter(|known| filter.matches(&known.rows))
    }

    /// All rows of a selection in order.
    pub(crate) fn rows(&self, selection: &Selection) -> Vec<PlainRow> {
        let term =
            selection.full_text.as_ref().map(|text| text.term.trim().to_lowercase()).unwrap_or_default();
        let sorted_by = selection.order.as_ref().map(|order| order.key.clone());
        let mut keys = selection.full_text.as_ref().map(|text| text.keys.clone()).unwrap_or_default();
        if keys.is_empty() {
            keys = vec![sorted_by.clone().unwrap_or_else(|| "metadata.uid".into())];
        }
        let by_row = Some(&keys[..]) == sorted_by.as_ref().map(std::slice::from_ref);
        let holds = |row: &SearchRow| {
            keys.iter().any(|key| key.to_lowercase() == row.key)
                && row.value.as_ref().is_some_and(|v| v.contains(&term))
        };
        let mut found: Vec<PlainRow> = Vec::new();
        for known in self.matching(&selection.filter) {
            if !term.is_empty() && !by_row && !known.rows.iter().any(holds) {
                continue;
            }
            match &selection.order {
                None => found.push((None, known.uid)),
                Some(order) => found.extend(
                    known
                        .rows
                        .iter()
                        .filter(|row| row.key == order.key.to_lowercase() && row.value.is_some())
                        .filter(|row| !by_row || term.is_empty() || holds(row))
                        .map(|row| (row.value.clone(), known.uid)),
                ),
            }
        }
        found.sort();
        if selection.order.as_ref().is_some_and(|order| order.descending) {
            found.reverse();
        }
        found
    }

    /// The facet of a key: values as written, sorted, with their number.
    pub(crate) fn facet(
        &self,
        key: &str,
        filter: &Filter,
        full_text: Option<&FullText>,
    ) -> Vec<(String, u64)> {
        let selection = Selection { filter: filter.clone(), full_text: full_text.cloned(), order: None };
        let held: Vec<Uuid> = self.rows(&selection).into_iter().map(|(_, uid)| uid).collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for known in self.matching(filter).filter(|known| held.contains(&known.uid)) {
            for row in known.rows.iter().filter(|row| row.key == key.to_lowercase()) {
                if let Some(original) = &row.original {
                    *counts.entry(original.clone()).or_default() += 1;
                }
            }
        }
        counts.into_iter().collect()
    }

    /// Every entity with its values under the orders, nulls last, ties by uid.
    pub(crate) fn listing(&self, filter: &Filter, orders: &[Order]) -> Vec<Uuid> {
        if orders.is_empty() {
            return self.matching(filter).map(|known| known.uid).collect();
        }
        let mut lines: Vec<(Vec<Option<String>>, Uuid)> = Vec::new();
        for known in self.matching(filter) {
            let mut combined: Vec<Vec<Option<String>>> = vec![Vec::new()];
            for order in orders {
                let rows = known.rows.iter().filter(|row| row.key == order.key.to_lowercase());
                let mut own: Vec<Option<String>> = rows.map(|row| row.value.clone()).collect();
                if own.is_empty() {
                    own.push(None);
                }
                combined = combined
                    .iter()
                    .flat_map(|head| {
                        own.iter().map(move |value| [head.as_slice(), std::slice::from_ref(value)].concat())
                    })
                    .collect();
            }
            lines.extend(combined.into_iter().map(|values| (values, known.uid)));
        }
        lines.sort_by(|(a, a_uid), (b, b_uid)| {
            for ((a, b), order) in a.iter().zip(b).zip(orders) {
                let compared = match (a, b) {
                    (None, None) => std::cmp::Ordering::Equal,
                    (None, _) => std::cmp::Ordering::Greater,
                    (_, None) => std::cmp::Ordering::Less,
                    (Some(a), Some(b)) if order.descending => b.cmp(a),
                    (Some(a), Some(b)) => a.cmp(b),
                };
                if compared.is_ne() {
                    return compared;
                }
            }
            a_uid.cmp(b_uid)
        });
        lines.into_iter().map(|(_, uid)| uid).collect()
    }
}

/// A row of the index in the model's form.
pub(crate) fn plain(mark: &Mark) -> PlainRow {
    (mark.value.clone(), mark.uid)
}

/// Every byte and every way to it.
pub(crate) fn assert_documents_agree(index: &Index, model: &Model) {
    assert_eq!(index.len(), model.entities.len() as u64);
    for (entity_ref, known) in &model.entities {
        let slot = index.by_ref(entity_ref).expect("the reference is known");
        assert_eq!(index.by_uid(known.uid), Some(slot));
        assert_eq!(index.uid(slot), known.uid);
        assert_eq!(index.bytes(slot), known.bytes.as_bytes());
        assert_eq!(index.size(slot), known.bytes.len());
    }
}

/// Full text with a term and keys.
pub(crate) fn text(term: &str, keys: &[&str]) -> Option<FullText> {
    Some(FullText { term: term.into(), keys: keys.iter().map(|key| (*key).to_owned()).collect() })
}
