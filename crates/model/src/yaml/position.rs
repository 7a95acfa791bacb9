//! Finds where in a document's text a field stands, by reading its events again.

use saphyr_parser::{Event, Marker, Parser};

use super::error::Position;
use super::input::TextInput;
use super::scalar;

/// The position of the field that `pointer` names, or of the nearest one around it.
pub(super) fn find(text: &str, first_line: usize, pointer: &str) -> Option<Position> {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let mut search = Search { steps, stack: Vec::new(), best: None, done: false };
    let mut parser = Parser::new(TextInput::new(text));
    while let Some(Ok((event, span))) = parser.next_event() {
        search.event(event, span.start);
        if search.done {
            break;
        }
    }
    search.best.map(|mark| Position::of(mark, text, first_line))
}

struct Search {
    steps: Vec<String>,
    stack: Vec<Level>,
    best: Option<Marker>,
    done: bool,
}

/// An open list or mapping.
struct Level {
    /// How many steps of the pointer lead here; `None` off its way.
    matched: Option<usize>,
    place: Place,
}

enum Place {
    Item(usize),
    Key,
    Field { key: String, mark: Marker },
}

impl Search {
    fn event(&mut self, event: Event<'_>, mark: Marker) {
        match event {
            Event::Scalar(text, style, _, tag) => {
                let key =
                    self.awaits_key().then(|| scalar::key(scalar::resolve(text, style, tag.as_deref())));
                self.node(mark, key.as_deref().unwrap_or_default());
            }
            Event::Alias(_) => {
                self.node(mark, "");
            }
            Event::SequenceStart(..) => {
                let matched = self.node(mark, "");
                self.stack.push(Level { matched, place: Place::Item(0) });
            }
            Event::MappingStart(..) => {
                let matched = self.node(mark, "");
                self.stack.push(Level { matched, place: Place::Key });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.stack.pop();
            }
            _ => {}
        }
    }

    fn awaits_key(&self) -> bool {
        self.stack.last().is_some_and(|level| matches!(level.place, Place::Key))
    }

    /// A value or key starts here. Answers how many steps lead to it, when it is on the way.
    fn node(&mut self, mark: Marker, key: &str) -> Option<usize> {
        let (step, mark, matched) = match self.stack.last_mut() {
            None => return self.reached(mark, 0),
            Some(level) => match std::mem::replace(&mut level.place, Place::Key) {
                Place::Item(at) => {
                    level.place = Place::Item(at + 1);
                    (at.to_string(), mark, level.matched?)
                }
                Place::Key => {
                    level.place = Place::Field { key: key.to_owned(), mark };
                    return None;
                }
                Place::Field { key, mark } => (key, mark, level.matched?),
            },
        };
        if self.steps.get(matched) == Some(&step) { self.reached(mark, matched + 1) } else { None }
    }

    fn reached(&mut self, mark: Marker, matched: usize) -> Option<usize> {
        self.best = Some(mark);
        self.done = matched == self.steps.len();
        Some(matched)
    }
}
