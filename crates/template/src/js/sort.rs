//! A stable sort that accepts comparisons which contradict themselves, as JavaScript's does.

use std::cmp::Ordering;

/// Runs shorter than this are sorted by insertion, as V8 does; so lists up to it come out the same even where the
/// comparison contradicts itself.
const RUN: usize = 32;

/// Sorts. Rust's own sort may panic on a comparison that is no order; this one never does.
///
/// # Errors
///
/// The first error of a comparison.
pub(crate) fn stable_sort<T: Clone, E>(
    items: &mut Vec<T>,
    mut compare: impl FnMut(&T, &T) -> Result<Ordering, E>,
) -> Result<(), E> {
    if items.len() < 2 {
        return Ok(());
    }
    for run in items.chunks_mut(RUN) {
        insertion_sort(run, &mut compare)?;
    }
    let mut width = RUN;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &mut compare)?;
        }
        *items = merged;
        width *= 2;
    }
    Ok(())
}

/// Takes the run that is there already, turned round if it descends, and inserts the others by binary search.
fn insertion_sort<T, E>(
    items: &mut [T],
    compare: &mut impl FnMut(&T, &T) -> Result<Ordering, E>,
) -> Result<(), E> {
    let mut sorted = 1;
    if items.len() > 1 {
        let descending = compare(&items[1], &items[0])? == Ordering::Less;
        sorted = 2;
        while sorted < items.len()
            && (compare(&items[sorted], &items[sorted - 1])? == Ordering::Less) == descending
        {
            sorted += 1;
        }
        if descending {
            items[..sorted].reverse();
        }
    }
    for index in sorted..items.len() {
        let (mut low, mut high) = (0, index);
        while low < high {
            let middle = low + (high - low) / 2;
            if compare(&items[index], &items[middle])? == Ordering::Less {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        items[low..=index].rotate_right(1);
    }
    Ok(())
}

fn merge<T: Clone, E>(
    left: &[T],
    right: &[T],
    merged: &mut Vec<T>,
    compare: &mut impl FnMut(&T, &T) -> Result<Ordering, E>,
) -> Result<(), E> {
    let (mut from_left, mut from_right) = (0, 0);
    while from_left < left.len() && from_right < right.len() {
        if compare(&right[from_right], &left[from_left])? == Ordering::Less {
            merged.push(right[from_right].clone());
            from_right += 1;
        } else {
            merged.push(left[from_left].clone());
            from_left += 1;
        }
    }
    merged.extend_from_slice(&left[from_left..]);
    merged.extend_from_slice(&right[from_right..]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn long_lists_are_sorted_and_equal_items_keep_their_order() {
        let mut items: Vec<(u32, u32)> = (0..1000).map(|index| (index * 7919 % 50, index)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        stable_sort(&mut items, |left, right| Ok::<_, Infallible>(left.0.cmp(&right.0))).expect("no error");
        assert_eq!(items, expected);
    }

    #[test]
    fn a_comparison_that_contradicts_itself_ends() {
        let mut items: Vec<u32> = (0..500).collect();
        let mut turn = 0_u32;
        stable_sort(&mut items, |_, _| {
            turn = turn.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            Ok::<_, Infallible>(if turn & 0x1_0000 == 0 { Ordering::Less } else { Ordering::Greater })
        })
        .expect("no error");
        items.sort_unstable();
        assert_eq!(items, (0..500).collect::<Vec<_>>());
    }
}
