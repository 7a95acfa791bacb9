//! Applying a delta: an object that a pack describes as a change of another.

/// The object that a delta makes of its base; `None` if it is broken or longer than `limit`.
pub(super) fn apply(base: &[u8], delta: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut input = delta.iter().copied();
    if length(&mut input)? != base.len() {
        return None;
    }
    let wanted = length(&mut input)?;
    if wanted > limit {
        return None;
    }
    let mut made = Vec::with_capacity(wanted);
    while let Some(instruction) = input.next() {
        if instruction & 0x80 != 0 {
            let (mut from, mut count) = (0usize, 0usize);
            for bit in 0..4 {
                if instruction & (1 << bit) != 0 {
                    from |= usize::from(input.next()?) << (8 * bit);
                }
            }
            for bit in 0..3 {
                if instruction & (0x10 << bit) != 0 {
                    count |= usize::from(input.next()?) << (8 * bit);
                }
            }
            let count = if count == 0 { 0x10000 } else { count };
            made.extend_from_slice(base.get(from..from.checked_add(count)?)?);
        } else if instruction == 0 {
            return None;
        } else {
            for _ in 0..instruction {
                made.push(input.next()?);
            }
        }
        if made.len() > wanted {
            return None;
        }
    }
    (made.len() == wanted).then_some(made)
}

/// Seven bits in each byte, the lowest first.
fn length(input: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let mut value = 0usize;
    for shift in (0..=56).step_by(7) {
        let byte = input.next()?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn copies_and_insertions_make_the_object() {
        // 5 → 8: copy 3 from 1, insert "xy", copy 3 from 0.
        let delta = [5, 8, 0x91, 1, 3, 2, b'x', b'y', 0x90, 3];
        assert_eq!(apply(b"abcde", &delta, 100).unwrap(), b"bcdxyabc");
        assert_eq!(apply(b"abcd", &delta, 100), None, "another base");
        assert_eq!(apply(b"abcde", &delta, 7), None, "too long");
        assert_eq!(apply(b"abcde", &[5, 8, 0x91, 1, 9], 100), None, "beyond the base");
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_nothing_panics_and_the_limit_holds(
            base in prop::collection::vec(any::<u8>(), 0..64),
            delta in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            if let Some(made) = apply(&base, &delta, 1000) {
                prop_assert!(made.len() <= 1000);
            }
        }
    }
}
