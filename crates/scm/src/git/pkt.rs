//! The lines of the protocol: four hexadecimal digits of length, then the line. And the three channels inside them.

/// The end of a list of lines.
pub(super) const FLUSH: &[u8] = b"0000";
/// The longest line, with its length in front.
const LONGEST: usize = 65_520;

/// A line ready to be sent. What is longer than a line may be is cut by nobody: callers send short ones.
pub(super) fn line(text: &str) -> Vec<u8> {
    debug_assert!(text.len() + 4 <= LONGEST, "no caller makes lines of that length");
    let mut line = format!("{:04x}", text.len() + 4).into_bytes();
    line.extend_from_slice(text.as_bytes());
    line
}

/// A line that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// The end of a list.
    Flush,
    /// Text, or bytes of a channel.
    Data(&'a [u8]),
}

/// Lines of an answer, one after the other. After a line that makes no sense comes `Err`, then nothing.
pub(super) struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

/// An answer that isn't made of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let length = self.rest.get(..4).and_then(|digits| std::str::from_utf8(digits).ok());
        let length = length.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let (line, rest) = match length {
            Some(length @ 4..) => match self.rest.split_at_checked(length) {
                Some((line, rest)) => (Ok(Line::Data(&line[4..])), rest),
                None => (Err(Broken), &[][..]),
            },
            // Delimiters of newer versions end a list as well.
            Some(_) => (Ok(Line::Flush), &self.rest[4..]),
            None => (Err(Broken), &[][..]),
        };
        self.rest = rest;
        Some(line)
    }
}

/// What came on the channels of an answer.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// The answer itself.
    pub(super) data: Vec<u8>,
    /// What the host says to a person.
    pub(super) messages: String,
    /// Why the host gave up.
    pub(super) fatal: Option<String>,
}

/// Bytes of messages that are kept.
const KEPT: usize = 4_000;

impl Channels {
    /// Takes one line apart; what has no channel of ours is left out.
    pub(super) fn take(&mut self, line: &[u8]) {
        match line.split_first() {
            Some((1, data)) => self.data.extend_from_slice(data),
            Some((2, text)) if self.messages.len() < KEPT => {
                self.messages.push_str(&String::from_utf8_lossy(text));
            }
            Some((3, text)) => self.fatal = Some(one_line(&String::from_utf8_lossy(text))),
            _ => {}
        }
    }
}

/// A host's words as one line of bounded length.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        let mut sent = line("want x\n");
        sent.extend_from_slice(FLUSH);
        sent.extend_from_slice(&line("done\n"));
        let lines: Vec<_> = Lines::of(&sent).collect();
        assert_eq!(lines, [Ok(Line::Data(b"want x\n")), Ok(Line::Flush), Ok(Line::Data(b"done\n"))]);
        assert_eq!(Lines::of(b"00ffshort").collect::<Vec<_>>(), [Err(Broken)]);
        assert_eq!(Lines::of(b"<html>").collect::<Vec<_>>(), [Err(Broken)]);
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_the_lines_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Lines::of(&bytes).count() <= bytes.len());
        }
    }
}
