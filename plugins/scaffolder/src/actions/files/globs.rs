//! Patterns of paths, as the scaffolder's inputs have them.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::action::ActionError;

/// Patterns; those with a `!` take away from the others.
#[derive(Debug, Default)]
pub(super) struct Globs {
    wanted: GlobSet,
    unwanted: GlobSet,
}

/// More patterns are a mistake.
const MOST: usize = 1_000;

impl Globs {
    pub(super) fn new(patterns: &[&str]) -> Result<Self, ActionError> {
        if patterns.len() > MOST {
            return Err(ActionError::Input(format!("there are more than {MOST} patterns")));
        }
        let mut wanted = GlobSetBuilder::new();
        let mut unwanted = GlobSetBuilder::new();
        for pattern in patterns {
            let (set, pattern) = match pattern.strip_prefix('!') {
                Some(pattern) => (&mut unwanted, pattern),
                None => (&mut wanted, *pattern),
            };
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            let bad =
                |error: globset::Error| ActionError::Input(format!("the pattern \"{pattern}\": {error}"));
            // A pattern that is a directory means what is in it, too.
            for whole in [pattern.to_owned(), format!("{pattern}/**")] {
                set.add(GlobBuilder::new(&whole).literal_separator(true).build().map_err(bad)?);
            }
        }
        let bad = |error: globset::Error| ActionError::Input(format!("the patterns can't be used: {error}"));
        Ok(Self { wanted: wanted.build().map_err(bad)?, unwanted: unwanted.build().map_err(bad)? })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        self.wanted.is_match(path) && !self.unwanted.is_match(path)
    }
}

/// Is this a pattern, and not the path of one file?
pub(super) fn is_pattern(text: &str) -> bool {
    text.starts_with('!') || text.contains(['*', '?', '[', ']', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_files_and_what_is_in_directories() {
        let globs = Globs::new(&["**/*.png", "static", "./docs/*", "!docs/keep.md"]).unwrap();
        for path in ["a.png", "x/y/a.png", "static", "static/a/b.txt", "docs/a.md"] {
            assert!(globs.matches(path), "{path}");
        }
        for path in ["a.txt", "docs/keep.md", "other/static"] {
            assert!(!globs.matches(path), "{path}");
        }
        assert!(Globs::new(&["a{b"]).is_err());
    }
}
