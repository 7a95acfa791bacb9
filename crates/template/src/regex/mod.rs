//! JavaScript's regular expressions, without the flags `s`, `u`, `v` and `d`, that cannot run away.
//!
//! Written by hand: the crates that know JavaScript's expressions have no bound on their backtracking, and those with a
//! bound read another language (their `\d` and `\b` know all of Unicode, their `\u`, `[^]` and `{` differ) and cannot
//! cut a surrogate pair in two, as JavaScript does without the flag `u`.

mod class;
mod compile;
mod execute;
mod parse;

use std::fmt;

use compile::Code;

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) struct Regex {
    source: Box<str>,
    flags: Box<str>,
    pub(crate) global: bool,
    pub(crate) sticky: bool,
    code: std::sync::Arc<Code>,
}

/// Where an expression matched, and where its groups did: indexes in UTF-16 units.
pub(crate) type Captures = Vec<Option<(usize, usize)>>;

/// The expression took more steps than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfSteps;

impl Regex {
    /// The longest pattern, in UTF-16 units.
    pub(crate) const MOST_UNITS: usize = 16 * 1024;

    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern or its flags.
    pub(crate) fn new(pattern: &str, flags: &str) -> Result<Self, String> {
        for (index, flag) in flags.char_indices() {
            if !"gimy".contains(flag) {
                return Err(format!("the flag {flag} is not known; g, i, m and y are"));
            }
            if flags[..index].contains(flag) {
                return Err(format!("the flag {flag} is there twice"));
            }
        }
        let units: Vec<u16> = crate::js::units(pattern).collect();
        let parsed = parse::parse(&units)?;
        let code = compile::compile(&parsed, flags.contains('i'), flags.contains('m'))?;
        Ok(Self {
            source: pattern.into(),
            flags: flags.into(),
            global: flags.contains('g'),
            sticky: flags.contains('y'),
            code: std::sync::Arc::new(code),
        })
    }

    /// Finds the first match at or behind an index; exactly at the index if `here` or the flag `y` says so.
    ///
    /// # Errors
    ///
    /// When the steps run out.
    pub(crate) fn find(
        &self,
        text: &[u16],
        from: usize,
        here: bool,
        steps: &mut u64,
    ) -> Result<Option<Captures>, OutOfSteps> {
        let last = if here || self.sticky { from } else { text.len() };
        let mut tried = execute::Tried::default();
        for start in from..=last {
            if start > text.len() {
                break;
            }
            if let Some(captures) = execute::run(&self.code, text, start, steps, &mut tried)? {
                return Ok(Some(captures));
            }
        }
        Ok(None)
    }

    /// The groups that have a name.
    pub(crate) fn names(&self) -> &[(String, usize)] {
        &self.code.names
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/{}/{}", self.source, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(pattern: &str, flags: &str, text: &str) -> Option<Vec<Option<String>>> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut steps = 1_000_000;
        let captures =
            Regex::new(pattern, flags).expect(pattern).find(&units, 0, false, &mut steps).expect("steps");
        captures.map(|captures| {
            captures
                .into_iter()
                .map(|group| group.map(|(start, end)| String::from_utf16_lossy(&units[start..end])))
                .collect()
        })
    }

    fn all(pattern: &str, text: &str) -> Option<String> {
        find(pattern, "", text).and_then(|captures| captures[0].clone())
    }

    #[test]
    fn expressions_match_as_in_javascript() {
        for (pattern, text, expected) in [
            ("a|ab", "ab", Some("a")),
            ("(?:a|ab)c", "abc", Some("abc")),
            ("a{2}", "aaa", Some("aa")),
            ("a{2,}?", "aaa", Some("aa")),
            ("x{,2}", "x{,2}", Some("x{,2}")),
            ("(?<=foo )bar", "foo bar", Some("bar")),
            ("(?<!foo )bar", "foo bar", None),
            ("(?<=(a+))b", "aab", Some("b")),
            ("(?=a)b", "ab", None),
            ("(?!a)b", "ab", Some("b")),
            (r"(\w)\1", "hello", Some("ll")),
            (r"(?<c>\w)\k<c>", "hello", Some("ll")),
            (r"\k", "k", Some("k")),
            (r"\u0041\x42\103", "ABC", Some("ABC")),
            (r"[^]", "\n", Some("\n")),
            (".", "\n", None),
            ("[]", "a", None),
            (r"[\w-]+", "a-b c", Some("a-b")),
            (r"[\b]", "\u{8}", Some("\u{8}")),
            (r"\bbar\b", "foo bar", Some("bar")),
            (r"\d", "٣", None),
            (r"\w", "é", None),
            (r"\s", "\u{feff}", Some("\u{feff}")),
            ("(z)((a+)?(b+)?(c))*", "zaacbbbcac", Some("zaacbbbcac")),
            ("(?:)*x", "x", Some("x")),
            ("(a*)*b", "aab", Some("aab")),
            ("^a$", "b\na", None),
            ("]", "]", Some("]")),
            (r"\8", "8", Some("8")),
            (r"\0", "\0", Some("\0")),
            ("(?=(a+))a*b\\1", "baaabac", Some("aba")),
        ] {
            assert_eq!(all(pattern, text).as_deref(), expected, "/{pattern}/ on {text:?}");
        }
        let groups = find("(z)((a+)?(b+)?(c))*", "", "zaacbbbcac").expect("a match");
        assert_eq!(groups[3].as_deref(), Some("a"));
        assert_eq!(groups[4], None, "groups of an earlier round are forgotten");
        assert_eq!(find("^A$", "im", "b\na").expect("a match")[0].as_deref(), Some("a"));
        assert_eq!(find("[A-Z]+", "i", "xyz").expect("a match")[0].as_deref(), Some("xyz"));
    }

    #[test]
    fn what_javascript_refuses_is_refused() {
        for pattern in [
            "(",
            ")",
            "[",
            "a**",
            "*",
            "?",
            "{1}",
            "a{2,1}",
            "(?<a>x)(?<a>y)",
            r"(?<a>x)\k",
            "(?",
            "(?<1>x)",
            "[b-a]",
            "(?<=a)*",
            r"\",
            "(?i:x)",
            "^*",
        ] {
            assert!(Regex::new(pattern, "").is_err(), "/{pattern}/");
        }
        for pattern in ["(?=a)*", "a{", "{", "}", "a{1", r"[\d-z]", r"\c", r"\u{1}", "[a-]", "a{1,2}{", "x{}"]
        {
            assert!(Regex::new(pattern, "").is_ok(), "/{pattern}/");
        }
        assert!(Regex::new("a", "gg").is_err());
        assert!(Regex::new("a", "s").is_err());
    }

    #[test]
    fn an_expression_that_would_run_for_years_is_cut_short() {
        let text: Vec<u16> = "a".repeat(64).encode_utf16().chain([33]).collect();
        let mut steps = 1_000_000;
        let regex = Regex::new("(a+)+$", "").expect("a pattern");
        assert_eq!(regex.find(&text, 0, false, &mut steps), Ok(None));
        let regex = Regex::new(r"(a?a?)*\1{9}(a|a|b)*$", "").expect("a pattern");
        assert_eq!(regex.find(&text, 0, false, &mut steps), Err(OutOfSteps));
    }
}
