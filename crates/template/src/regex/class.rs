//! Sets of UTF-16 units, and what they are without regard to case.

/// A set of units.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    ranges: Vec<(u16, u16)>,
    negated: bool,
    case_insensitive: bool,
}

pub(super) const DIGITS: &[(u16, u16)] = &[(0x30, 0x39)];
pub(super) const WORD: &[(u16, u16)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
pub(super) const SPACE: &[(u16, u16)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];

impl Class {
    pub(super) fn negated(negated: bool) -> Self {
        Self { negated, ..Self::default() }
    }

    pub(super) fn add(&mut self, first: u16, last: u16) {
        self.ranges.push((first, last));
    }

    /// Adds a well-known set, or all that is not in it.
    pub(super) fn add_set(&mut self, set: &[(u16, u16)], negated: bool) {
        if !negated {
            self.ranges.extend_from_slice(set);
            return;
        }
        let mut next = 0_u32;
        for (first, last) in set {
            if next < u32::from(*first) {
                self.ranges.push((u16::try_from(next).unwrap_or(u16::MAX), first - 1));
            }
            next = u32::from(*last) + 1;
        }
        if let Ok(next) = u16::try_from(next) {
            self.ranges.push((next, u16::MAX));
        }
    }

    pub(super) fn ignoring_case(mut self) -> Self {
        self.case_insensitive = true;
        self
    }

    pub(super) fn contains(&self, unit: u16) -> bool {
        let found = self.has(unit)
            || self.case_insensitive && {
                let upper = canonical(unit);
                self.has(upper) || self.has(lower(unit)) || self.has(lower(upper))
            };
        found != self.negated
    }

    fn has(&self, unit: u16) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&unit))
    }
}

/// What a unit counts as when case does not matter: its upper case, where that is one unit too.
pub(super) fn canonical(unit: u16) -> u16 {
    if unit < 0x80 {
        return if (0x61..=0x7a).contains(&unit) { unit - 0x20 } else { unit };
    }
    let Some(character) = char::from_u32(u32::from(unit)) else { return unit };
    let mut upper = character.to_uppercase();
    match (upper.next().and_then(|upper| u16::try_from(u32::from(upper)).ok()), upper.next()) {
        (Some(upper), None) if upper >= 0x80 => upper,
        _ => unit,
    }
}

fn lower(unit: u16) -> u16 {
    let Some(character) = char::from_u32(u32::from(unit)) else { return unit };
    let mut lower = character.to_lowercase();
    match (lower.next().and_then(|lower| u16::try_from(u32::from(lower)).ok()), lower.next()) {
        (Some(lower), None) => lower,
        _ => unit,
    }
}

pub(super) fn is_word(unit: u16) -> bool {
    WORD.iter().any(|(first, last)| (*first..=*last).contains(&unit))
}

pub(super) fn is_line_end(unit: u16) -> bool {
    matches!(unit, 0x0a | 0x0d | 0x2028 | 0x2029)
}
