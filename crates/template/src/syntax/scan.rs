//! Text, and where interpolations, tags and comments begin and end in it.

use super::binding::Bindings;
use super::is_reserved;
use super::lexer::Word;
use super::program::{Expr, ExprId, Node, Program, Text};
use crate::error::{Fallible, Fault, Limit};
use crate::js;
use crate::options::{Mode, Options};

/// What comes next in a template.
pub(super) enum Piece {
    Text(Text, usize),
    /// An interpolation: the parser stands at its first word.
    Variable,
    /// A tag: the parser stands at its name.
    Block,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Variable,
    Block,
    Comment,
}

/// Text that was read and not yet handed on.
enum Pending {
    Empty,
    Source(usize, usize),
    Own(String, usize),
}

/// Reads a template from its beginning to its end.
pub(super) struct Parser<'s> {
    pub(super) source: &'s str,
    pub(super) bytes: &'s [u8],
    pub(super) options: &'s Options,
    pub(super) program: Program,
    pub(super) bindings: Bindings,
    /// Where the next word or text begins.
    pub(super) at: usize,
    pub(super) word: Word,
    pub(super) word_start: usize,
    pub(super) tag_start: usize,
    pub(super) content_start: usize,
    pub(super) closing: [u8; 2],
    pub(super) body_depth: u32,
    pub(super) depth: u32,
    pub(super) blocks: Vec<Text>,
    pub(super) macros: usize,
    waiting: Option<(Opening, usize)>,
}

impl<'s> Parser<'s> {
    pub(super) fn new(source: &'s str, options: &'s Options) -> Self {
        Self {
            source,
            bytes: source.as_bytes(),
            options,
            program: Program::default(),
            bindings: Bindings::new(),
            at: 0,
            word: Word::End { trim: false, next: 0 },
            word_start: 0,
            tag_start: 0,
            content_start: 0,
            closing: *b"}}",
            body_depth: 0,
            depth: 0,
            blocks: Vec::new(),
            macros: 0,
            waiting: None,
        }
    }

    pub(super) fn finish(mut self) -> Program {
        self.program.root_slots = self.bindings.root_slots();
        self.program
    }

    pub(super) fn index(index: usize) -> u32 {
        // Every list is bounded by the number of nodes.
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    pub(super) fn own(&mut self, text: String) -> Text {
        self.program.strings.push(text.into_boxed_str());
        Text::Own(Self::index(self.program.strings.len() - 1))
    }

    pub(super) fn text(&self, text: Text) -> &str {
        match text {
            Text::Source { start, end } => &self.source[start as usize..end as usize],
            Text::Own(index) => &self.program.strings[index as usize],
        }
    }

    /// Adds an expression.
    pub(super) fn node(&mut self, expr: Expr, offset: usize) -> Fallible<ExprId> {
        if self.program.nodes.len() + self.program.statements.len() >= self.options.limits.ast_nodes {
            return Err(Fault::limit(Limit::AstNodes).at(Self::index(offset)));
        }
        self.program.nodes.push(Node { expr, offset: Self::index(offset) });
        Ok(Self::index(self.program.nodes.len() - 1))
    }

    pub(super) fn check_name(&self, name: &str, offset: usize) -> Fallible<()> {
        if is_reserved(name) {
            return Err(Fault::syntax(format!("the name {name} is not allowed in templates"), offset));
        }
        Ok(())
    }

    /// The next piece of the template.
    pub(super) fn next_piece(&mut self) -> Fallible<Piece> {
        let mut pending = Pending::Empty;
        loop {
            let (opening, start) = match self.waiting.take() {
                Some(waiting) => waiting,
                None => {
                    let Some((opening, start)) = self.find_opening()? else {
                        let rest = self.at;
                        self.at = self.bytes.len();
                        self.append(&mut pending, rest, self.at);
                        return Ok(self.hand_on(pending).unwrap_or(Piece::End));
                    };
                    let rest = self.at;
                    self.append(&mut pending, rest, start);
                    self.trim_before(&mut pending, opening, start);
                    self.at = start;
                    if let Some(text) = self.hand_on(std::mem::replace(&mut pending, Pending::Empty)) {
                        self.waiting = Some((opening, start));
                        return Ok(text);
                    }
                    (opening, start)
                }
            };
            self.tag_start = start;
            self.at = start + self.opening_length(opening);
            if self.bytes.get(self.at) == Some(&b'-') {
                self.at += 1;
            }
            self.content_start = self.at;
            match opening {
                Opening::Comment => self.skip_comment()?,
                Opening::Variable => {
                    self.closing = *b"}}";
                    return Ok(Piece::Variable);
                }
                Opening::Block => {
                    self.closing = *b"%}";
                    if !self.read_raw(&mut pending)? {
                        return Ok(Piece::Block);
                    }
                }
            }
        }
    }

    fn opening_length(&self, opening: Opening) -> usize {
        if opening == Opening::Variable && self.options.mode != Mode::Cookiecutter { 3 } else { 2 }
    }

    /// Where the next interpolation, tag or comment begins.
    fn find_opening(&self) -> Fallible<Option<(Opening, usize)>> {
        let cookiecutter = self.options.mode == Mode::Cookiecutter;
        for step in memchr::memchr2_iter(b'{', b'#', &self.bytes[self.at..]) {
            let index = self.at + step;
            let next = self.bytes.get(index + 1);
            if self.bytes[index] == b'#' {
                if next == Some(&b'}') {
                    return Err(Fault::syntax("#} ends a comment, but none has begun", index));
                }
                continue;
            }
            match next {
                Some(b'%') => return Ok(Some((Opening::Block, index))),
                Some(b'#') => return Ok(Some((Opening::Comment, index))),
                Some(b'{') if cookiecutter => return Ok(Some((Opening::Variable, index))),
                Some(b'{') if index > self.at && self.bytes[index - 1] == b'$' => {
                    return Ok(Some((Opening::Variable, index - 1)));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn append(&self, pending: &mut Pending, start: usize, end: usize) {
        if start == end {
            return;
        }
        *pending = match std::mem::replace(pending, Pending::Empty) {
            Pending::Empty => Pending::Source(start, end),
            Pending::Source(first, last) if last == start => Pending::Source(first, end),
            Pending::Source(first, last) => {
                Pending::Own(format!("{}{}", &self.source[first..last], &self.source[start..end]), first)
            }
            Pending::Own(mut text, first) => {
                text.push_str(&self.source[start..end]);
                Pending::Own(text, first)
            }
        };
    }

    /// Takes away what `lstrip_blocks` and a dash take away before a tag.
    fn trim_before(&self, pending: &mut Pending, opening: Opening, start: usize) {
        if opening == Opening::Block && self.options.lstrip_blocks {
            let line = memchr::memrchr(b'\n', &self.bytes[..start]).map_or(0, |newline| newline + 1);
            if self.source[line..start].chars().all(js::is_space) {
                self.shorten(pending, |text| {
                    let line = text.rfind('\n').map_or(0, |newline| newline + 1);
                    if text[line..].chars().all(js::is_space) { line } else { text.len() }
                });
            }
        }
        if self.bytes.get(start + self.opening_length(opening)) == Some(&b'-') {
            self.shorten(pending, |text| js::trim_end(text).len());
        }
    }

    fn shorten(&self, pending: &mut Pending, keep: impl Fn(&str) -> usize) {
        match pending {
            Pending::Empty => {}
            Pending::Source(start, end) => *end = *start + keep(&self.source[*start..*end]),
            Pending::Own(text, _) => text.truncate(keep(text)),
        }
    }

    fn hand_on(&mut self, pending: Pending) -> Option<Piece> {
        match pending {
            Pending::Source(start, end) if start < end => {
                Some(Piece::Text(Self::source_text(start, end), start))
            }
            Pending::Own(text, start) if !text.is_empty() => Some(Piece::Text(self.own(text), start)),
            _ => None,
        }
    }

    fn skip_comment(&mut self) -> Fallible<()> {
        let Some(length) = memchr::memmem::find(&self.bytes[self.at..], b"#}") else {
            return Err(Fault::syntax("the comment is not closed", self.tag_start));
        };
        let end = self.at + length;
        let trim = self.bytes[end - 1] == b'-';
        self.at = end + 2;
        if trim {
            self.skip_space();
        }
        Ok(())
    }

    fn skip_space(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - js::trim_start(rest).len();
    }

    fn skip_newline(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += if rest.starts_with(b"\n") {
            1
        } else if rest.starts_with(b"\r\n") {
            2
        } else {
            0
        };
    }

    /// Goes on behind an interpolation or tag that was read to its end.
    pub(super) fn close(&mut self) -> Fallible<()> {
        let Word::End { trim, next } = self.word else {
            return Err(Fault::syntax(
                format!("{} is not expected here", self.describe_word()),
                self.word_start,
            ));
        };
        self.at = next;
        if trim {
            self.skip_space();
        } else if self.closing == *b"%}" && self.options.trim_blocks {
            self.skip_newline();
        }
        Ok(())
    }

    pub(super) fn describe_word(&self) -> String {
        match self.word {
            Word::End { .. } => "the end of the tag".to_owned(),
            _ => format!("`{}`", self.source.get(self.word_start..self.at).unwrap_or_default()),
        }
    }

    /// Reads a raw or verbatim tag with all that is in it; false if this is another tag.
    fn read_raw(&mut self, pending: &mut Pending) -> Fallible<bool> {
        self.skip_code_space();
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let name = &self.source[self.at..self.at + length];
        if name != "raw" && name != "verbatim" {
            return Ok(false);
        }
        let name = name.to_owned();
        self.at += length;
        self.advance()?;
        let Word::End { trim, next } = self.word else {
            return Err(Fault::syntax(
                format!("nothing may stand behind {name} in its tag"),
                self.word_start,
            ));
        };
        self.at = next;
        if self.options.trim_blocks {
            self.skip_newline();
        }
        let (start, end) = self.find_raw_end(&name)?;
        let from = self.at;
        self.append(pending, from, start);
        self.at = end;
        if trim {
            self.skip_space();
        }
        Ok(true)
    }

    /// Where the tag that ends a raw tag begins and ends; raw tags may be nested.
    fn find_raw_end(&self, name: &str) -> Fallible<(usize, usize)> {
        let missing = || Fault::syntax(format!("the tag {name} is not closed by end{name}"), self.tag_start);
        let mut depth = 1;
        let mut from = self.at;
        loop {
            let start = from + memchr::memmem::find(&self.bytes[from..], b"{%").ok_or_else(missing)?;
            from = start + 2;
            let rest = js::trim_start(&self.source[from..]);
            let (closes, rest) = match rest.strip_prefix("end").and_then(|rest| rest.strip_prefix(name)) {
                Some(rest) => (true, rest),
                None => match rest.strip_prefix(name) {
                    Some(rest) => (false, rest),
                    None => continue,
                },
            };
            let Some(rest) = js::trim_start(rest).strip_prefix("%}") else { continue };
            let end = self.source.len() - rest.len();
            from = end;
            depth = if closes { depth - 1 } else { depth + 1 };
            if depth == 0 {
                if self.source[start..end].contains('\n') {
                    return Err(Fault::syntax(format!("end{name} must stand on one line"), start));
                }
                return Ok((start, end));
            }
        }
    }
}
