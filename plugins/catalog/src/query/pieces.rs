//! Costly filters, evaluated in pieces: between two of them the index is free for writers, and the thread for other
//! requests. What changes meanwhile is looked at again at the end, so the answer is that of one moment.

use callboard_index::{EntitySet, Index};
use callboard_model::filter::Filter;
use parking_lot::RwLock;

/// What one piece may cost; usual filters cost less than ten. A unit is one lookup or one operation on sets.
const PIECE: usize = 64;
/// A prefix may have to walk all values of its key.
const PREFIX: usize = 32;
/// Changed entities that are looked at again in one piece, for a filter that costs one piece.
const RENEWED: usize = 512;

/// Hands the index to `then`, and the entities that match `filter` if finding them is costly. `then` runs under the
/// lock, with a set that is up to date.
pub(crate) async fn with_matching<R>(
    lock: &RwLock<Index>,
    filter: &Filter,
    then: impl FnOnce(&Index, Option<&EntitySet>) -> R,
) -> R {
    if cost(filter) <= PIECE {
        return then(&lock.read(), None);
    }
    let (mut set, at) = evaluate(lock, filter).await;
    let index = lock.read();
    if index.renew(&mut set, filter, at, usize::MAX).is_none() {
        set = index.entity_set(filter);
    }
    then(&index, Some(&set))
}

/// The entities that match, and the version of the index at which they did.
async fn evaluate(lock: &RwLock<Index>, filter: &Filter) -> (EntitySet, u64) {
    let mut steps = Vec::new();
    push_steps(filter, &mut steps);
    loop {
        let began = lock.read().version();
        let mut sets: Vec<EntitySet> = Vec::new();
        for step in &steps {
            run(step, lock, &mut sets);
            tokio::task::yield_now().await;
        }
        let mut set = sets.pop().unwrap_or_default();
        let mut at = Some(began);
        while let Some(since) = at {
            let (renewed, newest) = {
                let index = lock.read();
                let most = (RENEWED * PIECE / cost(filter)).max(1);
                (index.renew(&mut set, filter, since, most), index.version())
            };
            if renewed == Some(newest) {
                return (set, newest);
            }
            at = renewed;
            tokio::task::yield_now().await;
        }
        // More has changed than the index remembers; what was found says nothing any more.
    }
}

/// What is done to a stack of sets.
enum Step {
    /// Push those that match.
    Push(Filter),
    /// Unite the two on top.
    Unite,
    /// Intersect the two on top.
    Intersect,
    /// All but those on top.
    Complement,
}

fn run(step: &Step, lock: &RwLock<Index>, sets: &mut Vec<EntitySet>) {
    match step {
        Step::Push(filter) => sets.push(lock.read().entity_set(filter)),
        Step::Complement => {
            let mut all = lock.read().entity_set(&Filter::everything());
            all.subtract(&sets.pop().unwrap_or_default());
            sets.push(all);
        }
        Step::Unite | Step::Intersect => {
            let top = sets.pop().unwrap_or_default();
            if let Some(below) = sets.last_mut() {
                if matches!(step, Step::Unite) { below.unite(&top) } else { below.intersect(&top) }
            }
        }
    }
}

fn push_steps(filter: &Filter, steps: &mut Vec<Step>) {
    if cost(filter) <= PIECE {
        return steps.push(Step::Push(filter.clone()));
    }
    match filter {
        Filter::Any(parts) => push_parts(parts, Filter::Any, || Step::Unite, steps),
        Filter::All(parts) => push_parts(parts, Filter::All, || Step::Intersect, steps),
        Filter::In { key, values } => {
            for (at, values) in values.chunks(PIECE).enumerate() {
                steps.push(Step::Push(Filter::In { key: key.clone(), values: values.to_vec() }));
                steps.extend((at > 0).then_some(Step::Unite));
            }
        }
        Filter::Not(inner) => {
            push_steps(inner, steps);
            steps.push(Step::Complement);
        }
        Filter::Exists(_) | Filter::Prefix { .. } | Filter::Shared(_) => {
            steps.push(Step::Push(filter.clone()))
        }
    }
}

/// Cheap parts go together into one piece, each costly one is taken apart.
fn push_parts(
    parts: &[Filter],
    together: fn(Vec<Filter>) -> Filter,
    join: fn() -> Step,
    steps: &mut Vec<Step>,
) {
    let mut pieces: Vec<Vec<Filter>> = Vec::new();
    let mut room = 0;
    for part in parts {
        let cost = cost(part);
        match pieces.last_mut() {
            Some(piece) if cost <= room => piece.push(part.clone()),
            _ => {
                pieces.push(vec![part.clone()]);
                room = PIECE - 1;
            }
        }
        room = room.saturating_sub(cost);
    }
    for (at, mut piece) in pieces.into_iter().enumerate() {
        let piece = if piece.len() == 1 { piece.remove(0) } else { together(piece) };
        push_steps(&piece, steps);
        steps.extend((at > 0).then(join));
    }
}

fn cost(filter: &Filter) -> usize {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => 1 + parts.iter().map(cost).sum::<usize>(),
        Filter::Not(inner) => 1 + cost(inner),
        // A shared one has been evaluated before, more often than not.
        Filter::Exists(_) | Filter::Shared(_) => 1,
        Filter::In { values, .. } => values.len().max(1),
        Filter::Prefix { .. } => PREFIX,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use callboard_index::{Batch, Change};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn put(index: &mut Index, number: u128, color: u128) {
        let name = format!("n{number}");
        let metadata = json!({"name": name, "uid": Uuid::from_u128(number + 1).to_string()});
        let entity = json!({"kind": "X", "metadata": metadata, "spec": {"color": format!("c{color}")}});
        let change = Change::Upsert {
            entity_id: Uuid::from_u128(number + 1),
            entity_ref: format!("x:default/{name}"),
            bytes: Bytes::from(entity.to_string()),
        };
        index.apply(Batch::prepare([change]).unwrap(), 1);
    }

    fn remove(index: &mut Index, number: u128) {
        let change = Change::Delete { entity_ref: format!("x:default/n{number}") };
        index.apply(Batch::prepare([change]).unwrap(), 1);
    }

    /// Of every form, each too costly for one piece.
    fn costly() -> Vec<Filter> {
        let color = |n: u128| Filter::equals("spec.color", &format!("c{n}"));
        let colors: Vec<Filter> = (0..300).map(|n| color(n * 3)).collect();
        let values = (0..200).map(|n| format!("c{}", n * 2)).collect();
        let any = Filter::Any(colors.clone());
        let one_of = Filter::In { key: "spec.color".into(), values };
        let not = |filter: &Filter| Filter::Not(Box::new(filter.clone()));
        let nested = Filter::Any(vec![Filter::All(vec![any.clone(), not(&one_of)]), color(2), color(4)]);
        let all = Filter::All(colors.iter().map(not).collect());
        let prefixes = Filter::Any(
            (0..5).map(|n| Filter::Prefix { key: "spec.color".into(), prefix: format!("c{n}") }).collect(),
        );
        vec![any, one_of.clone(), not(&one_of), nested, all, prefixes]
    }

    #[tokio::test]
    async fn a_costly_filter_finds_in_pieces_what_it_finds_at_once() {
        let mut index = Index::default();
        (0..1_000).for_each(|n| put(&mut index, n, n * 7 % 1_000));
        let lock = RwLock::new(index);
        for filter in costly() {
            assert!(cost(&filter) > PIECE);
            with_matching(&lock, &filter, |index, set| {
                assert_eq!(set, Some(&index.entity_set(&filter)), "{filter:?}");
            })
            .await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_changes_between_two_pieces_is_as_it_is_at_the_end() {
        let mut index = Index::default();
        (0..1_000).for_each(|n| put(&mut index, n, n));
        let lock = Arc::new(RwLock::new(index));
        let writes = tokio::spawn({
            let lock = lock.clone();
            async move {
                for turn in 0..3_000_u128 {
                    let number = turn * 37 % 1_100;
                    if turn % 5 == 0 {
                        remove(&mut lock.write(), number);
                    } else {
                        put(&mut lock.write(), number, turn * 11 % 1_000);
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        let mut rounds = 0;
        while rounds < 3 || !writes.is_finished() {
            for filter in costly() {
                with_matching(&lock, &filter, |index, set| {
                    assert_eq!(set, Some(&index.entity_set(&filter)), "{filter:?}");
                })
                .await;
            }
            rounds += 1;
        }
        writes.await.unwrap();
    }

    #[test]
    fn a_set_that_is_too_old_can_not_be_renewed() {
        let mut index = Index::default();
        let filter = Filter::equals("spec.color", "c1");
        let began = index.version();
        let mut set = index.entity_set(&filter);
        for turn in 0..65_537 {
            put(&mut index, 1, turn % 2);
            if turn == 65_535 {
                assert_eq!(index.renew(&mut set.clone(), &filter, began, usize::MAX), Some(index.version()));
            }
        }
        assert_eq!(index.renew(&mut set, &filter, began, usize::MAX), None);
    }
}
