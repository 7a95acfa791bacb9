//! "Did you mean": the known name that is nearest to one that is not known.

/// The end of a message: `; did you mean upper?`, or nothing when no name is near.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    const LONGEST: usize = 64;
    if name.len() > LONGEST {
        return String::new();
    }
    let nearest = known
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (distance(name, candidate), candidate))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, candidate)) if distance <= 2 && distance < name.len() => {
            format!("; did you mean {candidate}?")
        }
        _ => String::new(),
    }
}

/// How many letters must be changed, added, taken away or exchanged with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (row, cells) in rows.iter_mut().enumerate() {
        cells[0] = row;
    }
    for (column, cell) in rows[0].iter_mut().enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        for column in 1..=right.len() {
            let same = left[row - 1].eq_ignore_ascii_case(&right[column - 1]);
            let mut best = (rows[row - 1][column] + 1)
                .min(rows[row][column - 1] + 1)
                .min(rows[row - 1][column - 1] + usize::from(!same));
            if row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1]
            {
                best = best.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = best;
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_gets_its_suggestion() {
        let known = ["upper", "replace", "default"];
        assert_eq!(suggestion("uper", known.into_iter()), "; did you mean upper?");
        assert_eq!(suggestion("replcae", known.into_iter()), "; did you mean replace?");
        assert_eq!(suggestion("shuffle", known.into_iter()), "");
    }
}
