//! Sizes at which the inner forms change: lists become bitmaps, blocks split, and back.

use callboard_index::{Batch, Change, Index, Loader, Mark, Options, Order, PageRequest, Selection};
use callboard_model::filter::Filter;
use serde_json::json;
use uuid::Uuid;

fn upsert(n: u32, kind: &str) -> Change {
    let entity_id = Uuid::from_u128(u128::from(n.reverse_bits()));
    let entity =
        json!({"kind": kind, "metadata": {"name": format!("n-{n:05}"), "uid": entity_id.to_string()}});
    Change::Upsert { entity_id, entity_ref: format!("x:default/n-{n:05}"), bytes: entity.to_string().into() }
}

fn names(index: &Index, kind: &str) -> Vec<String> {
    let order = Some(Order { key: "metadata.name".into(), descending: false });
    let selection = Selection { filter: Filter::equals("kind", kind), full_text: None, order };
    let request =
        PageRequest { selection: &selection, from: None, backwards: false, offset: 0, limit: usize::MAX };
    index.page(&request).into_iter().filter_map(|row| row.mark.value).collect()
}

fn expected(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers.map(|n| format!("n-{n:05}")).collect()
}

#[test]
fn thousands_of_values_stay_sorted_while_they_come_and_go() {
    let mut index = Index::new(Options { plain_budget: 100_000 });
    // Neither ascending nor descending: 1,709 and 5,000 have no common factor.
    let numbers = || (0..5_000u32).map(|n| n * 1_709 % 5_000);
    let all =
        Batch::prepare(numbers().map(|n| upsert(n, if n % 3 == 0 { "A" } else { "B" }))).expect("valid");
    index.apply(all, 1);
    assert_eq!(names(&index, "a"), expected((0..5_000).filter(|n| n % 3 == 0)));
    let changed = Batch::prepare(numbers().filter(|n| n % 2 == 0).map(|n| upsert(n, "C"))).expect("valid");
    index.apply(changed, 2);
    assert_eq!(names(&index, "b"), expected((0..5_000).filter(|n| n % 3 != 0 && n % 2 != 0)));
    let gone = numbers().filter(|n| n % 50 != 0);
    let gone = gone.map(|n| Change::Delete { entity_ref: format!("x:default/n-{n:05}") });
    index.apply(Batch::prepare(gone).expect("valid"), 3);
    assert_eq!(names(&index, "c"), expected((0..5_000).step_by(50)));
    assert_eq!(index.len(), 100);
}

#[test]
fn loading_in_one_go_gives_what_applying_one_by_one_gives() {
    let mut loader = Loader::new(Options::default());
    let mut index = Index::new(Options::default());
    let mut entities = Vec::new();
    for n in 0..3_000 {
        let change = upsert(n * 7 % 3_000, ["A", "a", "B"][n as usize % 3]);
        if let Change::Upsert { entity_id, entity_ref, bytes } = change.clone() {
            entities.push((entity_id, entity_ref, bytes));
        }
        index.apply(Batch::prepare([change]).expect("valid"), i64::from(n));
    }
    let no_entity = (Uuid::nil(), "x:default/broken".to_owned(), "{".into());
    entities.insert(1_234, no_entity);
    let malformed = loader.push_many(entities);
    assert_eq!(malformed.len(), 1, "what can't be indexed is left out and named");
    assert_eq!(malformed[0].entity_ref, "x:default/broken");
    let loaded = loader.finish(5);
    assert_eq!(loaded.sequence(), 5);
    assert_eq!(names(&loaded, "a"), names(&index, "a"));
    let facets = |index: &Index| index.facets(&["kind".to_owned()], &Filter::everything(), None, None);
    assert_eq!(facets(&loaded), facets(&index));
    let listed = |index: &Index| {
        let slots = index.listing(&Filter::everything(), None, &[], 100, 50);
        slots.into_iter().map(|slot| index.uid(slot)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&loaded), listed(&index));
}

#[test]
fn a_handful_among_many_is_sorted_and_paged_like_any_other_set() {
    let mut index = Index::new(Options::default());
    let kind = |n: u32| if n % 4_001 == 7 { "Rare" } else { "Common" };
    let all = (0..20_000).map(|n| upsert(n * 1_709 % 20_000, kind(n * 1_709 % 20_000)));
    index.apply(Batch::prepare(all).expect("valid"), 1);
    let expected = expected((0..20_000).filter(|n| n % 4_001 == 7));
    assert_eq!(expected.len(), 5);
    assert_eq!(names(&index, "rare"), expected);
    for descending in [false, true] {
        let order = Some(Order { key: "metadata.Name".into(), descending });
        let selection = Selection { filter: Filter::equals("kind", "rare"), full_text: None, order };
        let page = |from: Option<&Mark>, backwards, offset| {
            index.page(&PageRequest { selection: &selection, from, backwards, offset, limit: 2 })
        };
        let first = page(None, false, 1);
        let second = page(Some(&first[1].mark), false, 0);
        let seen: Vec<_> = first.iter().chain(&second).filter_map(|row| row.mark.value.clone()).collect();
        let mut sorted = expected.clone();
        if descending {
            sorted.reverse();
        }
        assert_eq!(seen, sorted[1..5]);
        let back = page(Some(&second[0].mark), true, 0);
        assert_eq!(back, [first[1].clone(), first[0].clone()]);
    }
}
