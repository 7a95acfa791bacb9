//! Builds a JSON value from the parser's events. It keeps its own stack: no input can exhaust the call stack.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};
use serde_json::{Map, Value};

use super::input::TextInput;
use super::{Limits, Position, YamlError, scalar};

/// The one document in `text`, whose first line is line `first_line` of the file.
pub(super) fn value(text: &str, first_line: usize, limits: &Limits) -> Result<Value, YamlError> {
    if let Some(line) = tab_indented_start(text) {
        let message = "this line is indented with a tab; indent with spaces".to_owned();
        return Err(YamlError::new(first_line + line, 1, message));
    }
    let mut builder = Builder {
        text,
        limits,
        first_line,
        stack: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        root: None,
    };
    let mut parser = Parser::new(TextInput::new(text));
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| YamlError::from_scan(&error, text, first_line))?;
        builder.event(event, span.start)?;
    }
    Ok(builder.root.unwrap_or(Value::Null))
}

/// The line, counted from 0, of the first content where a tab indents it; everywhere else the parser itself looks.
fn tab_indented_start(text: &str) -> Option<usize> {
    let is_content = |line: &str| !line.trim_start().is_empty() && !line.trim_start().starts_with('#');
    let (at, line) = text.lines().enumerate().find(|(_, line)| is_content(line))?;
    let indent = &line[..line.len() - line.trim_start().len()];
    indent.contains('\t').then_some(at)
}

/// A list or mapping that is still open.
struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Mapping { fields: Map<String, Value>, key: Option<String> },
}

/// A value that aliases may repeat.
struct Anchored {
    value: Value,
    size: usize,
    height: usize,
}

struct Builder<'a> {
    text: &'a str,
    limits: &'a Limits,
    first_line: usize,
    stack: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    /// What anchors and aliases have copied so far.
    copied: usize,
    root: Option<Value>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, mark: Marker) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(Open { content: Content::Mapping { fields, key: key @ None }, .. }) =
                    self.stack.last_mut()
                    && anchor == 0
                {
                    let text = scalar::key(scalar::resolve(text, style, tag.as_deref()));
                    if fields.contains_key(&text) {
                        return Err(self.duplicate(&text, mark));
                    }
                    *key = Some(text);
                    return Ok(());
                }
                self.complete(scalar::resolve(text, style, tag.as_deref()), anchor, mark)
            }
            Event::SequenceStart(anchor, _) => self.open(anchor, Content::List(Vec::new()), mark),
            Event::MappingStart(anchor, _) => {
                self.open(anchor, Content::Mapping { fields: Map::new(), key: None }, mark)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open { anchor, content: Content::List(items) }) => {
                    self.complete(Value::Array(items), anchor, mark)
                }
                Some(Open { anchor, content: Content::Mapping { fields, .. } }) => {
                    self.complete(Value::Object(fields), anchor, mark)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => self.alias(anchor, mark),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, anchor: usize, content: Content, mark: Marker) -> Result<(), YamlError> {
        self.check_depth(self.stack.len() + 1, mark)?;
        self.stack.push(Open { anchor, content });
        Ok(())
    }

    fn complete(&mut self, value: Value, anchor: usize, mark: Marker) -> Result<(), YamlError> {
        if anchor != 0 {
            let (size, height) = measure(&value);
            self.charge(size, mark)?;
            self.anchors.insert(anchor, Anchored { value: value.clone(), size, height });
        }
        self.place(value, mark)
    }

    /// Puts a finished value where it belongs: into the list, as the key, as the field of the key, or as the root.
    fn place(&mut self, value: Value, mark: Marker) -> Result<(), YamlError> {
        match self.stack.last_mut().map(|open| &mut open.content) {
            None => {
                if self.root.is_some() {
                    return Err(self.error(mark, "a second document starts here without a line of ---"));
                }
                self.root = Some(value);
            }
            Some(Content::List(items)) => items.push(value),
            Some(Content::Mapping { fields, key }) => match key.take() {
                Some(key) => {
                    fields.insert(key, value);
                }
                None => {
                    let text = scalar::key(value);
                    if fields.contains_key(&text) {
                        return Err(self.duplicate(&text, mark));
                    }
                    *key = Some(text);
                }
            },
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, mark: Marker) -> Result<(), YamlError> {
        let Some(Anchored { value, size, height }) = self.anchors.get(&anchor) else {
            return Err(self.error(mark, "this alias stands inside the value that it names"));
        };
        let (value, size, height) = (value.clone(), *size, *height);
        self.check_depth(self.stack.len() + height, mark)?;
        self.charge(size, mark)?;
        self.place(value, mark)
    }

    fn charge(&mut self, size: usize, mark: Marker) -> Result<(), YamlError> {
        self.copied = self.copied.saturating_add(size);
        if self.copied > self.limits.max_alias_bytes {
            let limit = self.limits.max_alias_bytes;
            let message = format!("anchors and aliases make more than {limit} bytes of this document");
            return Err(self.error(mark, &message));
        }
        Ok(())
    }

    fn check_depth(&self, depth: usize, mark: Marker) -> Result<(), YamlError> {
        if depth > self.limits.max_depth {
            let message = format!("nested more than {} levels deep", self.limits.max_depth);
            return Err(self.error(mark, &message));
        }
        Ok(())
    }

    fn duplicate(&self, key: &str, mark: Marker) -> YamlError {
        self.error(mark, &format!("the key \"{key}\" stands twice in this mapping; keep one of them"))
    }

    fn error(&self, mark: Marker, message: &str) -> YamlError {
        YamlError { position: Position::of(mark, self.text, self.first_line), message: message.to_owned() }
    }
}

/// Size in bytes as [`Limits::max_alias_bytes`] counts, and levels of nesting. The depth limit bounds the recursion.
fn measure(value: &Value) -> (usize, usize) {
    const EACH: usize = 32;
    match value {
        Value::String(text) => (EACH + text.len(), 0),
        Value::Array(items) => {
            items.iter().map(measure).fold((EACH, 1), |(size, height), (s, h)| (size + s, height.max(h + 1)))
        }
        Value::Object(fields) => fields.iter().fold((EACH, 1), |(size, height), (key, field)| {
            let (s, h) = measure(field);
            (size + s + key.len(), height.max(h + 1))
        }),
        _ => (EACH, 0),
    }
}
