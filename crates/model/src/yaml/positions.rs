//! Finds in one pass where every value of a document's text stands, for readers that ask for all of them.

use saphyr_parser::{Event, Marker, Parser};

use super::error::Position;
use super::input::TextInput;

/// Where a value stands, and its children in the order of the text: the items of a list, the fields of a mapping.
/// What an alias brings in has no children of its own here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    /// The key of a field, the first character of anything else.
    pub at: Position,
    /// One for each item or field.
    pub children: Vec<Positions>,
}

/// The positions in `text`, which must be a document that could be parsed; `None` for an empty one.
pub(super) fn all(text: &str, first_line: usize) -> Option<Positions> {
    let position =
        |mark: Marker| Position { line: first_line + mark.line().max(1) - 1, column: mark.col() + 1 };
    let mut open: Vec<Level> = Vec::new();
    let mut parser = Parser::new(TextInput::new(text));
    while let Some(Ok((event, span))) = parser.next_event() {
        let done = match event {
            Event::Scalar(..) | Event::Alias(_) => {
                Positions { at: start(&open, position(span.start)), children: Vec::new() }
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let awaits =
                    if matches!(event, Event::SequenceStart(..)) { Awaits::Item } else { Awaits::Key };
                let at = start(&open, position(span.start));
                open.push(Level { positions: Positions { at, children: Vec::new() }, awaits });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(level) => level.positions,
                None => continue,
            },
            _ => continue,
        };
        let Some(level) = open.last_mut() else { return Some(done) };
        match level.awaits {
            Awaits::Item => level.positions.children.push(done),
            Awaits::Key => level.awaits = Awaits::Field(done.at),
            Awaits::Field(_) => {
                level.positions.children.push(done);
                level.awaits = Awaits::Key;
            }
        }
    }
    None
}

/// Where the value that begins now stands: at its key if it is a field.
fn start(open: &[Level], here: Position) -> Position {
    match open.last() {
        Some(Level { awaits: Awaits::Field(key), .. }) => *key,
        _ => here,
    }
}

/// An open list or mapping.
struct Level {
    positions: Positions,
    awaits: Awaits,
}

enum Awaits {
    Item,
    Key,
    /// The value of the key that stands here.
    Field(Position),
}
