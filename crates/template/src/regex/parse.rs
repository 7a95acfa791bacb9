//! From a pattern to a tree: ECMAScript's grammar with its Annex B, without Unicode mode.

use super::class::{Class, DIGITS, SPACE, WORD};

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Part {
    Empty,
    Unit(u16),
    Any,
    Class(Class),
    Sequence(Vec<Part>),
    Choice(Vec<Part>),
    Group { index: usize, part: Box<Part> },
    BackReference(usize),
    NamedReference(String),
    Start,
    End,
    WordBoundary { negated: bool },
    Look { behind: bool, negated: bool, part: Box<Part> },
    Repeat { part: Box<Part>, min: u32, max: Option<u32>, greedy: bool, groups: (usize, usize) },
}

/// A parsed pattern.
pub(super) struct Pattern {
    pub(super) part: Part,
    pub(super) groups: usize,
    pub(super) names: Vec<(String, usize)>,
}

const DEEPEST: usize = 200;

struct Parser<'p> {
    units: &'p [u16],
    at: usize,
    groups: usize,
    all_groups: usize,
    named: bool,
    names: Vec<(String, usize)>,
    depth: usize,
}

pub(super) fn parse(units: &[u16]) -> Result<Pattern, String> {
    let (all_groups, named) = count_groups(units);
    let mut parser = Parser { units, at: 0, groups: 0, all_groups, named, names: Vec::new(), depth: 0 };
    let part = parser.choice()?;
    if parser.at < units.len() {
        return Err("a `)` closes nothing".to_owned());
    }
    Ok(Pattern { part, groups: parser.groups, names: parser.names })
}

/// How many groups a pattern has, and whether one of them has a name.
fn count_groups(units: &[u16]) -> (usize, bool) {
    let (mut groups, mut named, mut class, mut at) = (0, false, false, 0);
    while let Some(unit) = units.get(at) {
        match char::from_u32(u32::from(*unit)) {
            Some('\\') => at += 1,
            Some('[') => class = true,
            Some(']') => class = false,
            Some('(') if !class => {
                let is = |offset: usize, character: char| units.get(at + offset) == Some(&(character as u16));
                if !is(1, '?') {
                    groups += 1;
                } else if is(2, '<') && !is(3, '=') && !is(3, '!') {
                    groups += 1;
                    named = true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (groups, named)
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        // Halves of surrogate pairs are never punctuation.
        self.units.get(self.at).map(|unit| char::from_u32(u32::from(*unit)).unwrap_or('\u{fffd}'))
    }

    fn eat(&mut self, text: &str) -> bool {
        let matches = text.encode_utf16().eq(self.units[self.at..].iter().take(text.len()).copied());
        if matches {
            self.at += text.len();
        }
        matches
    }

    fn choice(&mut self) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let mut choices = vec![self.sequence()?];
        while self.eat("|") {
            choices.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(if choices.len() == 1 { choices.remove(0) } else { Part::Choice(choices) })
    }

    fn sequence(&mut self) -> Result<Part, String> {
        let mut parts = Vec::new();
        while let Some(character) = self.peek() {
            if character == '|' || character == ')' {
                break;
            }
            parts.push(self.term(character)?);
        }
        Ok(match parts.len() {
            0 => Part::Empty,
            1 => parts.remove(0),
            _ => Part::Sequence(parts),
        })
    }

    fn term(&mut self, character: char) -> Result<Part, String> {
        let first_group = self.groups;
        let mut quantifiable = true;
        let part = match character {
            '^' | '$' => {
                self.at += 1;
                quantifiable = false;
                if character == '^' { Part::Start } else { Part::End }
            }
            '(' => {
                let part = self.group()?;
                quantifiable = !matches!(part, Part::Look { behind: true, .. });
                part
            }
            '.' => {
                self.at += 1;
                Part::Any
            }
            '[' => Part::Class(self.class()?),
            '\\' => {
                let part = self.escape()?;
                quantifiable = !matches!(part, Part::WordBoundary { .. });
                part
            }
            '*' | '+' | '?' => return Err("there is nothing to repeat".to_owned()),
            '{' if self.braces()?.is_some() => return Err("there is nothing to repeat".to_owned()),
            _ => {
                let unit = self.units[self.at];
                self.at += 1;
                Part::Unit(unit)
            }
        };
        let Some((min, max)) = self.quantifier()? else { return Ok(part) };
        if !quantifiable {
            return Err("there is nothing to repeat".to_owned());
        }
        let greedy = !self.eat("?");
        Ok(Part::Repeat { part: Box::new(part), min, max, greedy, groups: (first_group, self.groups) })
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        Ok(if self.eat("*") {
            Some((0, None))
        } else if self.eat("+") {
            Some((1, None))
        } else if self.eat("?") {
            Some((0, Some(1)))
        } else {
            self.braces()?
        })
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; anything else that begins with a brace is text.
    fn braces(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let start = self.at;
        if self.eat("{")
            && let Some(min) = self.number()
        {
            let max = if self.eat(",") { self.number() } else { Some(min) };
            if self.eat("}") {
                if max.is_some_and(|max| max < min) {
                    return Err("the numbers in braces are out of order".to_owned());
                }
                return Ok(Some((min, max)));
            }
        }
        self.at = start;
        Ok(None)
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        let mut value = 0_u32;
        while let Some(digit) = self.peek().and_then(|character| character.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        (self.at > start).then_some(value)
    }

    fn group(&mut self) -> Result<Part, String> {
        let look = |behind, negated| Some((behind, negated));
        let kind = if self.eat("(?:") {
            None
        } else if self.eat("(?=") {
            look(false, false)
        } else if self.eat("(?!") {
            look(false, true)
        } else if self.eat("(?<=") {
            look(true, false)
        } else if self.eat("(?<!") {
            look(true, true)
        } else {
            return self.capture();
        };
        let part = self.choice()?;
        self.close()?;
        Ok(match kind {
            None => Part::Sequence(vec![part]),
            Some((behind, negated)) => Part::Look { behind, negated, part: Box::new(part) },
        })
    }

    fn capture(&mut self) -> Result<Part, String> {
        let named = self.eat("(?<");
        if !named {
            self.at += 1;
            if self.peek() == Some('?') {
                return Err("the group is of no kind that exists".to_owned());
            }
        }
        self.groups += 1;
        let index = self.groups;
        if named {
            let name = self.group_name()?;
            if self.names.iter().any(|(known, _)| *known == name) {
                return Err(format!("two groups have the name {name}"));
            }
            self.names.push((name, index));
        }
        let part = self.choice()?;
        self.close()?;
        Ok(Part::Group { index, part: Box::new(part) })
    }

    fn close(&mut self) -> Result<(), String> {
        if self.eat(")") { Ok(()) } else { Err("a group is not closed".to_owned()) }
    }

    fn group_name(&mut self) -> Result<String, String> {
        let mut name = String::new();
        loop {
            let Some(character) = self.peek() else {
                return Err("the name of a group is not closed".to_owned());
            };
            self.at += 1;
            match character {
                '>' if !name.is_empty() => return Ok(name),
                '$' | '_' => name.push(character),
                _ if character.is_alphabetic() || !name.is_empty() && character.is_alphanumeric() => {
                    name.push(character);
                }
                _ => return Err("the name of a group is not valid".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<Part, String> {
        self.at += 1;
        let Some(character) = self.peek() else { return Err("a backslash stands at the end".to_owned()) };
        if character == 'b' || character == 'B' {
            self.at += 1;
            return Ok(Part::WordBoundary { negated: character == 'B' });
        }
        if character == 'k' && self.named {
            self.at += 1;
            if !self.eat("<") {
                return Err("\\k needs the name of a group".to_owned());
            }
            return Ok(Part::NamedReference(self.group_name()?));
        }
        if let Some(set) = self.set_escape() {
            return Ok(Part::Class(set));
        }
        if matches!(character, '1'..='9') {
            let start = self.at;
            let index = self.number().map_or(usize::MAX, |index| index as usize);
            if index <= self.all_groups {
                return Ok(Part::BackReference(index));
            }
            self.at = start;
        }
        Ok(Part::Unit(self.unit_escape(false)))
    }

    /// Reads `\d` and its kin; the parser stands behind the backslash.
    fn set_escape(&mut self) -> Option<Class> {
        let character = self.peek()?;
        let set = match character {
            'd' | 'D' => DIGITS,
            'w' | 'W' => WORD,
            's' | 'S' => SPACE,
            _ => return None,
        };
        self.at += 1;
        let mut class = Class::default();
        class.add_set(set, character.is_ascii_uppercase());
        Some(class)
    }

    /// Reads an escape that stands for one unit; the parser stands behind the backslash.
    fn unit_escape(&mut self, in_class: bool) -> u16 {
        let unit = self.units[self.at];
        let character = self.peek().unwrap_or_default();
        self.at += 1;
        match character {
            't' => 0x09,
            'n' => 0x0a,
            'v' => 0x0b,
            'f' => 0x0c,
            'r' => 0x0d,
            'b' if in_class => 0x08,
            'x' => self.hex(2).unwrap_or(unit),
            'u' => self.hex(4).unwrap_or(unit),
            '0'..='7' => self.octal(character),
            'c' => match self.peek() {
                Some(letter)
                    if letter.is_ascii_alphabetic()
                        || in_class && (letter.is_ascii_digit() || letter == '_') =>
                {
                    self.at += 1;
                    (letter as u16) % 32
                }
                _ => {
                    // Then the backslash stands for itself.
                    self.at -= 1;
                    0x5c
                }
            },
            _ => unit,
        }
    }

    fn hex(&mut self, digits: usize) -> Option<u16> {
        let text = String::from_utf16(self.units.get(self.at..self.at + digits)?).ok()?;
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        u16::from_str_radix(&text, 16).ok()
    }

    fn octal(&mut self, first: char) -> u16 {
        let mut value = first.to_digit(8).unwrap_or(0);
        let most = if value < 4 { 2 } else { 1 };
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|character| character.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.at += 1;
        }
        u16::try_from(value).unwrap_or(0)
    }

    fn class(&mut self) -> Result<Class, String> {
        self.at += 1;
        let mut class = Class::negated(self.eat("^"));
        loop {
            let Some(character) = self.peek() else { return Err("a class is not closed".to_owned()) };
            if character == ']' {
                self.at += 1;
                return Ok(class);
            }
            let first = self.class_atom(&mut class)?;
            let range = self.peek() == Some('-') && !matches!(self.units.get(self.at + 1), None | Some(0x5d));
            if !range {
                class.extend(first);
                continue;
            }
            self.at += 1;
            let last = self.class_atom(&mut class)?;
            match (first, last) {
                (Some(first), Some(last)) if first > last => {
                    return Err("the ends of a range are out of order".to_owned());
                }
                (Some(first), Some(last)) => class.add(first, last),
                // A set is no end of a range: then the dash stands for itself.
                (first, last) => {
                    class.extend(first);
                    class.extend(last);
                    class.add(0x2d, 0x2d);
                }
            }
        }
    }

    /// Reads one unit of a class; a set is added at once, and is no unit.
    fn class_atom(&mut self, class: &mut Class) -> Result<Option<u16>, String> {
        let unit = self.units[self.at];
        self.at += 1;
        if unit != 0x5c {
            return Ok(Some(unit));
        }
        let Some(character) = self.peek() else { return Err("a backslash stands at the end".to_owned()) };
        let set = match character {
            'd' | 'D' => DIGITS,
            'w' | 'W' => WORD,
            's' | 'S' => SPACE,
            _ => return Ok(Some(self.unit_escape(true))),
        };
        self.at += 1;
        class.add_set(set, character.is_ascii_uppercase());
        Ok(None)
    }
}

impl Class {
    fn extend(&mut self, unit: Option<u16>) {
        if let Some(unit) = unit {
            self.add(unit, unit);
        }
    }
}
