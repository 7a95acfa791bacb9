//! The words of expressions and tags, up to the delimiter that ends them.

use super::program::Text;
use super::scan::Parser;
use crate::error::{Fallible, Fault};
use crate::regex::Regex;

/// A word.
#[derive(Debug, Clone, Copy)]
pub(super) enum Word {
    /// The closing delimiter: is there a `-` before it, and where the text behind it begins.
    End {
        trim: bool,
        next: usize,
    },
    Name(Text),
    Number(f64),
    Text(Text),
    Regex(u32),
    Op(Op),
}

/// Punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Open,
    Close,
    OpenList,
    CloseList,
    OpenDict,
    CloseDict,
    Dot,
    Comma,
    Colon,
    Pipe,
    Tilde,
    Plus,
    Minus,
    Star,
    StarStar,
    Slash,
    SlashSlash,
    Percent,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Assign,
    Equal,
    StrictEqual,
    NotEqual,
    StrictNotEqual,
}

/// Is the byte white space inside of tags? (A no-break space is, too; it has two bytes.)
pub(super) fn is_code_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Parser<'_> {
    /// Skips white space inside of a tag.
    pub(super) fn skip_code_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if is_code_space(*byte) {
                self.at += 1;
            } else if self.bytes[self.at..].starts_with("\u{a0}".as_bytes()) {
                self.at += 2;
            } else {
                break;
            }
        }
    }

    pub(super) fn source_text(start: usize, end: usize) -> Text {
        // The length of the source was checked against 32 bits.
        Text::Source { start: u32::try_from(start).unwrap_or(0), end: u32::try_from(end).unwrap_or(0) }
    }

    /// Reads the next word into `self.word`.
    pub(super) fn advance(&mut self) -> Fallible<()> {
        self.skip_code_space();
        self.word_start = self.at;
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err(Fault::syntax("the tag is not closed", self.tag_start));
        };
        if self.bytes[self.at..].starts_with(&self.closing) {
            self.word = Word::End { trim: false, next: self.at + 2 };
            // `{{-}}`: the same dash trims on both sides.
            if self.at > 0 && self.bytes[self.at - 1] == b'-' && self.at == self.content_start {
                self.word = Word::End { trim: true, next: self.at + 2 };
            }
            return Ok(());
        }
        if byte == b'-' && self.bytes[self.at + 1..].starts_with(&self.closing) {
            self.word = Word::End { trim: true, next: self.at + 3 };
            return Ok(());
        }
        if is_name_start(byte) {
            return self.read_name();
        }
        if byte.is_ascii_digit() {
            return self.read_number();
        }
        if byte == b'"' || byte == b'\'' {
            return self.read_string(byte);
        }
        self.read_operator()
    }

    /// Reads the name behind a dot, which may begin with digits.
    pub(super) fn advance_member(&mut self) -> Fallible<Text> {
        self.skip_code_space();
        let start = self.at;
        let length = self.bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
        if !self.bytes[start..start + length].iter().any(|byte| is_name_start(*byte)) {
            return Err(Fault::syntax("a name is missing behind the dot", start));
        }
        self.at = start + length;
        let name = Self::source_text(start, self.at);
        self.check_name(&self.source[start..self.at], start)?;
        self.advance()?;
        Ok(name)
    }

    fn read_name(&mut self) -> Fallible<()> {
        let start = self.at;
        let length = self.bytes[start..].iter().take_while(|byte| is_name(**byte)).count();
        self.at = start + length;
        if length == 1 && self.bytes[start] == b'r' && self.bytes.get(self.at) == Some(&b'/') {
            return self.read_regex(start);
        }
        self.word = Word::Name(Self::source_text(start, self.at));
        Ok(())
    }

    fn read_number(&mut self) -> Fallible<()> {
        let start = self.at;
        let digits = |from: usize| self.bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = start + digits(start);
        if self.bytes.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if self.bytes.get(end).copied().is_some_and(is_name_start) {
            return Err(Fault::syntax(
                "a number is digits, with a point at most: there are no exponents, prefixes or underscores",
                start,
            ));
        }
        self.at = end;
        self.word = Word::Number(self.source[start..end].parse().unwrap_or(f64::NAN));
        Ok(())
    }

    fn read_string(&mut self, quote: u8) -> Fallible<()> {
        let start = self.at;
        let missing = || Fault::syntax("the string is not closed", start);
        let mut end = start + 1;
        loop {
            let step = memchr::memchr2(quote, b'\\', self.bytes.get(end..).unwrap_or_default())
                .ok_or_else(missing)?;
            end += step;
            if self.bytes[end] == quote {
                break;
            }
            end += 1 + self.source[end + 1..].chars().next().ok_or_else(missing)?.len_utf8();
        }
        self.at = end + 1;
        let inside = &self.source[start + 1..end];
        self.word = Word::Text(if inside.contains('\\') {
            self.own(unescape(inside))
        } else {
            Self::source_text(start + 1, end)
        });
        Ok(())
    }

    fn read_regex(&mut self, start: usize) -> Fallible<()> {
        let pattern_start = self.at + 1;
        let mut backslashes = 0;
        let mut units = 0;
        let mut end = None;
        for (index, character) in self.source[pattern_start..].char_indices() {
            if character == '/' && backslashes % 2 == 0 {
                if backslashes > 0 {
                    return Err(Fault::syntax(
                        "it is ambiguous whether this / ends the regular expression",
                        start,
                    ));
                }
                end = Some(pattern_start + index);
                break;
            }
            backslashes = if character == '\\' { backslashes + 1 } else { 0 };
            units += character.len_utf16();
            if units > Regex::MOST_UNITS {
                return Err(Fault::syntax("the regular expression is longer than 16,384 characters", start));
            }
        }
        let Some(end) = end else {
            return Err(Fault::syntax("the regular expression is not closed", start));
        };
        let length = self.bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.at = end + 1 + length;
        let regex = Regex::new(&self.source[pattern_start..end], &self.source[end + 1..self.at]).map_err(
            |message| Fault::syntax(format!("the regular expression is not valid: {message}"), start),
        )?;
        self.program.regexes.push(regex);
        self.word = Word::Regex(Self::index(self.program.regexes.len() - 1));
        Ok(())
    }

    fn read_operator(&mut self) -> Fallible<()> {
        let rest = &self.bytes[self.at..];
        let (op, length) = match rest {
            [b'=', b'=', b'=', ..] => (Op::StrictEqual, 3),
            [b'!', b'=', b'=', ..] => (Op::StrictNotEqual, 3),
            [b'*', b'*', ..] => (Op::StarStar, 2),
            [b'/', b'/', ..] => (Op::SlashSlash, 2),
            [b'=', b'=', ..] => (Op::Equal, 2),
            [b'!', b'=', ..] => (Op::NotEqual, 2),
            [b'<', b'=', ..] => (Op::LessEqual, 2),
            [b'>', b'=', ..] => (Op::GreaterEqual, 2),
            [b'(', ..] => (Op::Open, 1),
            [b')', ..] => (Op::Close, 1),
            [b'[', ..] => (Op::OpenList, 1),
            [b']', ..] => (Op::CloseList, 1),
            [b'{', ..] => (Op::OpenDict, 1),
            [b'}', ..] => (Op::CloseDict, 1),
            [b'.', ..] => (Op::Dot, 1),
            [b',', ..] => (Op::Comma, 1),
            [b':', ..] => (Op::Colon, 1),
            [b'|', ..] => (Op::Pipe, 1),
            [b'~', ..] => (Op::Tilde, 1),
            [b'+', ..] => (Op::Plus, 1),
            [b'-', ..] => (Op::Minus, 1),
            [b'*', ..] => (Op::Star, 1),
            [b'/', ..] => (Op::Slash, 1),
            [b'%', ..] => (Op::Percent, 1),
            [b'<', ..] => (Op::Less, 1),
            [b'>', ..] => (Op::Greater, 1),
            [b'=', ..] => (Op::Assign, 1),
            _ => {
                let character = self.source[self.at..].chars().next().unwrap_or_default();
                let hint = match character {
                    '&' => "; write `and`",
                    '!' => "; write `not`",
                    '?' => "; write `a if condition else b`",
                    _ => "",
                };
                return Err(Fault::syntax(format!("{character:?} has no meaning here{hint}"), self.at));
            }
        };
        self.at += length;
        self.word = Word::Op(op);
        Ok(())
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    plain
}
