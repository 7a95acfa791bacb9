//! Random catalogs and random changes: after each, every query answers what the model answers.

use callboard_index::{Batch, Change, Index, LoadEntry, Loader, Options, Order, PageRequest, Selection};
use callboard_model::filter::{Filter, SharedFilter};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use crate::model::{Model, assert_documents_agree, entity, plain, text};

/// Put or delete the entity with this number.
type Operation = (u8, Option<Vec<u8>>);

fn operations(max: usize) -> impl Strategy<Value = Vec<Operation>> {
    vec((0u8..60, prop::option::weighted(0.8, vec(any::<u8>(), 16))), 0..max)
}

fn filters() -> Vec<Filter> {
    let kind = Filter::equals("kind", "component");
    let kind_or_none = Filter::In { key: "kind".into(), values: vec!["api".into(), "none".into()] };
    let prefix = Filter::Prefix { key: "spec.type".into(), prefix: "b".into() };
    let null = Filter::Exists("spec.lifecycle".into());
    let tag = Filter::equals("metadata.tags.beta", "TRUE");
    let flag = Filter::Exists("metadata.tags.alpha".into());
    let flag_prefix = Filter::Prefix { key: "metadata.tags.alpha".into(), prefix: "tr".into() };
    let shared = Filter::Shared(SharedFilter::new(Filter::Any(vec![kind.clone(), tag.clone()])));
    vec![
        Filter::everything(),
        Filter::nothing(),
        shared.clone(),
        Filter::Not(Box::new(shared.clone())),
        Filter::All(vec![prefix.clone(), shared.clone()]),
        Filter::All(vec![Filter::everything(), Filter::Any(vec![shared, flag.clone()])]),
        kind.clone(),
        kind_or_none.clone(),
        prefix.clone(),
        null.clone(),
        tag.clone(),
        flag.clone(),
        flag_prefix,
        Filter::In { key: "kind".into(), values: vec![] },
        Filter::equals("spec.type", ""),
        Filter::equals("no.such.key", "x"),
        Filter::Not(Box::new(Filter::everything())),
        Filter::Not(Box::new(Filter::nothing())),
        Filter::Not(Box::new(tag.clone())),
        Filter::All(vec![kind.clone(), Filter::Not(Box::new(prefix.clone()))]),
        Filter::All(vec![Filter::Any(vec![tag, null.clone()]), kind]),
        Filter::Any(vec![Filter::All(vec![prefix, flag]), Filter::Not(Box::new(null)), kind_or_none]),
    ]
}

fn orders() -> Vec<Option<Order>> {
    let keys = [
        "metadata.name",
        "spec.type",
        "spec.lifecycle",
        "metadata.tags",
        "spec.mixed",
        "metadata.tags.beta",
        "none",
    ];
    let both = |key: &str| [false, true].map(|descending| Some(Order { key: key.into(), descending }));
    keys.into_iter().flat_map(both).chain([None]).collect()
}

/// Applies the operations to both, the first `loaded` of them by the loader.
fn build(operations: &[Operation], loaded: usize, plain_budget: usize) -> (Index, Model) {
    let mut model = Model::default();
    let put = |model: &mut Model, turn: usize, number: u8, seed: &[u8]| {
        let entity_ref = format!("component:default/n{number}");
        // An entity that was deleted comes back with another uid, and a few change theirs in place.
        let uid = match model.entities.get(&entity_ref) {
            Some(known) if !seed[15].is_multiple_of(8) => known.uid,
            _ => Uuid::from_u64_pair(u64::from(number) * 7919 % 61, turn as u64),
        };
        let entity = entity(number, uid, seed);
        model.put(entity_ref.clone(), uid, &entity);
        (uid, entity_ref, entity.to_string())
    };
    let (first, rest) = operations.split_at(loaded.min(operations.len()));
    for (turn, (number, seed)) in first.iter().enumerate() {
        match seed {
            Some(seed) => drop(put(&mut model, turn, *number, seed)),
            None => drop(model.entities.remove(&format!("component:default/n{number}"))),
        }
    }
    let mut loader = Loader::new(Options { plain_budget });
    for (entity_ref, known) in &model.entities {
        loader.push(
            LoadEntry::parse(known.uid, entity_ref.clone(), known.bytes.clone().into()).expect("valid"),
        );
    }
    let mut index = loader.finish(1);
    for (turn, part) in rest.chunks(7).enumerate() {
        let mut changes = Vec::new();
        for (step, (number, seed)) in part.iter().enumerate() {
            let entity_ref = format!("component:default/n{number}");
            changes.push(match seed {
                Some(seed) => {
                    let (entity_id, entity_ref, text) =
                        put(&mut model, 1000 + turn * 7 + step, *number, seed);
                    Change::Upsert { entity_id, entity_ref, bytes: text.into() }
                }
                None => {
                    model.entities.remove(&entity_ref);
                    Change::Delete { entity_ref }
                }
            });
        }
        index.apply(Batch::prepare(changes).expect("valid"), turn as i64 + 2);
    }
    (index, model)
}

fn assert_pages_agree(index: &Index, model: &Model, selection: &Selection) {
    let expected = model.rows(selection);
    assert_eq!(index.count(selection), expected.len() as u64, "count of {selection:?}");
    // The whole walk in pages, forward by cursor and then back to the start.
    let mut seen = Vec::new();
    let mut from = None;
    loop {
        let request = PageRequest { selection, from: from.as_ref(), backwards: false, offset: 0, limit: 7 };
        let rows = index.page(&request);
        seen.extend(rows.iter().map(|row| plain(&row.mark)));
        match rows.last() {
            Some(last) => from = Some(last.mark.clone()),
            None => break,
        }
    }
    assert_eq!(seen, expected, "walk of {selection:?}");
    if let Some(last) = from {
        let request =
            PageRequest { selection, from: Some(&last), backwards: true, offset: 0, limit: usize::MAX };
        let mut back: Vec<_> = index.page(&request).iter().map(|row| plain(&row.mark)).collect();
        back.reverse();
        assert_eq!(back, expected[..expected.len() - 1], "walk back of {selection:?}");
    }
    for offset in [1, 5, 1000] {
        let request = PageRequest { selection, from: None, backwards: false, offset, limit: 4 };
        let rows: Vec<_> = index.page(&request).iter().map(|row| plain(&row.mark)).collect();
        let rest: Vec<_> = expected.iter().skip(offset).take(4).cloned().collect();
        assert_eq!(rows, rest, "offset {offset} of {selection:?}");
        let set = index.entity_set(&selection.filter);
        let page = index.page(&request);
        let counted = index.page_and_count(&request, None, true);
        assert_eq!(counted, (page.clone(), Some(expected.len() as u64)), "{selection:?}");
        assert_eq!(index.page_and_count(&request, Some(&set), true), counted, "{selection:?}");
        assert_eq!(index.page_and_count(&request, Some(&set), false), (page, None), "{selection:?}");
    }
}

fn assert_agrees(index: &Index, model: &Model) {
    assert_documents_agree(index, model);
    let texts = [
        None,
        text("eta", &["spec.type"]),
        text("a", &["metadata.tags", "metadata.title"]),
        text(" N1 ", &[]),
    ];
    for filter in filters() {
        for (entity_ref, known) in &model.entities {
            let slot = index.by_ref(entity_ref).expect("valid");
            assert_eq!(index.slot_matches(slot, &filter), filter.matches(&known.rows), "{filter:?}");
        }
        for order in orders() {
            for full_text in &texts {
                let selection =
                    Selection { filter: filter.clone(), full_text: full_text.clone(), order: order.clone() };
                assert_pages_agree(index, model, &selection);
            }
        }
        let keys = ["kind", "spec.Type", "metadata.tags", "metadata.tags.beta", "spec.mixed", "none"]
            .map(String::from);
        for full_text in &texts {
            let full_text = full_text.as_ref();
            for (key, facet) in keys.iter().zip(index.facets(&keys, &filter, full_text, None)) {
                let expected = model.facet(key, &filter, full_text);
                assert_eq!(*facet, expected, "facet {key} of {filter:?} holding {full_text:?}");
            }
        }
        let by = |key: &str, descending| Order { key: key.into(), descending };
        for orders in [
            vec![],
            vec![by("spec.type", false)],
            vec![by("spec.mixed", true)],
            vec![by("spec.lifecycle", true), by("metadata.tags", false)],
        ] {
            let listed = index.listing(&filter, None, &orders, 3, 1000);
            let uids: Vec<_> = listed.into_iter().map(|slot| index.uid(slot)).collect();
            let expected: Vec<_> = model.listing(&filter, &orders).into_iter().skip(3).collect();
            assert_eq!(uids, expected, "listing of {filter:?} by {orders:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_query_answers_what_the_rows_of_the_entities_say(operations in operations(120), loaded in 0usize..120) {
        let (index, model) = build(&operations, loaded, usize::MAX);
        assert_agrees(&index, &model);
    }

    #[test]
    fn compressed_entities_come_back_byte_for_byte_through_any_changes(operations in operations(120), loaded in 0usize..120) {
        let (index, model) = build(&operations, loaded, 4_000);
        assert_documents_agree(&index, &model);
    }
}

#[test]
fn an_index_emptied_by_deletions_holds_no_keys() {
    let put: Vec<Operation> = (0..50).map(|n| (n, Some(vec![n; 16]))).collect();
    let delete = (0..50).map(|n| (n, None));
    let operations: Vec<Operation> = put.into_iter().chain(delete).collect();
    let (index, _) = build(&operations, 20, usize::MAX);
    let stats = index.stats();
    assert_eq!((stats.entities, stats.keys, stats.raw_bytes, stats.kept_bytes), (0, 0, 0, 0));
}

#[test]
fn version_and_sequence_follow_the_changes() {
    let (mut index, _) = build(&[(1, Some(vec![1; 16]))], 1, usize::MAX);
    let before = index.version();
    index.apply(Batch::default(), 9);
    assert_eq!((index.version(), index.sequence()), (before, 9), "an empty batch changes no answer");
    let gone = Change::Delete { entity_ref: "component:default/n1".into() };
    index.apply(Batch::prepare([gone]).expect("valid"), 10);
    assert!(index.version() > before);
    assert_eq!(index.sequence(), 10);
}

#[test]
fn bytes_that_are_no_entity_are_refused_with_their_reference() {
    let change = Change::Upsert {
        entity_id: Uuid::nil(),
        entity_ref: "component:default/x".into(),
        bytes: "{".into(),
    };
    let error = Batch::prepare([change]).unwrap_err();
    assert!(error.to_string().contains("component:default/x"), "{error}");
}
