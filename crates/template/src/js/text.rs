//! Strings as JavaScript has them: sequences of UTF-16 units, which may cut a pair in two.
//!
//! Rust's strings cannot hold half of a surrogate pair. A half is kept as a character of the last 2,048 private code
//! points; two halves that meet become one character again, and what is left of them at the end is U+FFFD, as when
//! JavaScript writes such a string.

/// The first of the code points that stand for half of a pair.
const LONE: u32 = 0x10_F800;
const FIRST_SURROGATE: u32 = 0xD800;
const FIRST_LOW: u32 = 0xDC00;
const LAST_SURROGATE: u32 = 0xDFFF;

/// The surrogate that a character stands for, if it stands for one.
pub(crate) fn lone(character: char) -> Option<u16> {
    let code = u32::from(character);
    if code < LONE { None } else { u16::try_from(code - LONE + FIRST_SURROGATE).ok() }
}

fn from_surrogate(unit: u16) -> char {
    char::from_u32(u32::from(unit) - FIRST_SURROGATE + LONE).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Iterates over the UTF-16 units of a string.
#[derive(Clone)]
pub(crate) struct Units<'a> {
    characters: std::str::Chars<'a>,
    pending: Option<u16>,
}

impl Iterator for Units<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if let Some(low) = self.pending.take() {
            return Some(low);
        }
        let character = self.characters.next()?;
        if let Some(unit) = lone(character) {
            return Some(unit);
        }
        let mut buffer = [0; 2];
        let encoded = character.encode_utf16(&mut buffer);
        if encoded.len() == 2 {
            self.pending = Some(encoded[1]);
        }
        Some(encoded[0])
    }
}

/// The UTF-16 units of a string.
pub(crate) fn units(text: &str) -> Units<'_> {
    Units { characters: text.chars(), pending: None }
}

/// `text.length`.
pub(crate) fn units_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { units(text).count() }
}

/// A string of UTF-16 units.
pub(crate) fn from_units(units: impl IntoIterator<Item = u16>) -> String {
    let mut text = String::new();
    let mut high: Option<u16> = None;
    for unit in units {
        let code = u32::from(unit);
        if let Some(first) = high.take() {
            if (FIRST_LOW..=LAST_SURROGATE).contains(&code) {
                let pair = 0x1_0000 + ((u32::from(first) - FIRST_SURROGATE) << 10) + (code - FIRST_LOW);
                text.push(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
                continue;
            }
            text.push(from_surrogate(first));
        }
        if (FIRST_SURROGATE..FIRST_LOW).contains(&code) {
            high = Some(unit);
        } else if (FIRST_LOW..=LAST_SURROGATE).contains(&code) {
            text.push(from_surrogate(unit));
        } else {
            text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
    text.extend(high.map(from_surrogate));
    text
}

/// The unit at an index.
pub(crate) fn unit_at(text: &str, index: usize) -> Option<String> {
    if text.is_ascii() {
        return text.get(index..index + 1).map(str::to_owned);
    }
    units(text).nth(index).map(|unit| from_units([unit]))
}

/// The units from one index up to another.
pub(crate) fn slice_units(text: &str, start: usize, end: usize) -> String {
    if start >= end {
        return String::new();
    }
    if text.is_ascii() {
        return text.get(start.min(text.len())..end.min(text.len())).unwrap_or_default().to_owned();
    }
    from_units(units(text).skip(start).take(end - start))
}

/// The index in units of the first place where one string stands in another, searching from an index in units.
pub(crate) fn find_unit(text: &str, needle: &str, from: usize) -> Option<usize> {
    if text.is_ascii() {
        return text.get(from..)?.find(needle).map(|index| index + from);
    }
    let (text, needle): (Vec<u16>, Vec<u16>) = (units(text).collect(), units(needle).collect());
    if needle.is_empty() {
        return (from <= text.len()).then_some(from);
    }
    (from..text.len()).find(|index| text[*index..].starts_with(&needle))
}

/// Does the string end in the first half of a pair?
fn ends_high(text: &str) -> bool {
    text.chars().next_back().and_then(lone).is_some_and(|unit| u32::from(unit) < FIRST_LOW)
}

/// Joins two strings; halves of a pair that meet become one character.
pub(crate) fn concat(out: &mut String, text: &str) {
    if ends_high(out) && text.chars().next().and_then(lone).is_some_and(|unit| u32::from(unit) >= FIRST_LOW) {
        let mut characters = text.chars();
        let halves = [out.pop(), characters.next()];
        out.push_str(&from_units(halves.into_iter().flatten().filter_map(lone)));
        out.push_str(characters.as_str());
    } else {
        out.push_str(text);
    }
}

/// Puts U+FFFD where half of a pair is left, as JavaScript does when it writes text.
pub(crate) fn repair(text: String) -> String {
    // The byte that begins each of the private code points; it is as good as never there.
    if memchr::memchr(0xF4, text.as_bytes()).is_none() {
        return text;
    }
    text.chars().map(|character| lone(character).map_or(character, |_| char::REPLACEMENT_CHARACTER)).collect()
}

/// Is the character white space to JavaScript?
pub(crate) fn is_space(character: char) -> bool {
    match character {
        '\u{85}' => false,
        '\u{feff}' => true,
        _ => character.is_whitespace(),
    }
}

/// Is the character one that `\w` matches?
pub(crate) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// `text.trim()`.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text.trimStart()`.
pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

/// `text.trimEnd()`.
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_cut_in_two_is_one_character_again_when_its_halves_meet() {
        let first = unit_at("👍a", 0).expect("the first half");
        let second = unit_at("👍a", 1).expect("the second half");
        assert_eq!((units_len(&first), units_len(&second)), (1, 1));
        let mut whole = first.clone();
        concat(&mut whole, &second);
        assert_eq!(whole, "👍");
        assert_eq!(repair(first), "\u{fffd}");
        assert_eq!(from_units(units("é👍x")), "é👍x");
    }

    #[test]
    fn indexes_count_units() {
        assert_eq!(slice_units("a👍b", 3, 4), "b");
        assert_eq!(find_unit("a👍b", "b", 0), Some(3));
        assert_eq!(find_unit("abc", "", 9), None);
        assert_eq!(units_len("👍🏽"), 4);
    }
}
