//! The place of a value in the configuration tree.

use std::fmt;

/// One step from a value to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// Steps from the root. Keys may hold dots (`backstage.io/x`), which is why this is not one string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyPath(Vec<Step>);

impl KeyPath {
    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }

    /// Appends a dotted lookup path; the empty path adds nothing.
    pub(crate) fn dotted(&self, path: &str) -> Self {
        let mut steps = self.0.clone();
        steps.extend(split(path).map(|part| Step::Key(part.to_owned())));
        Self(steps)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The parts of a dotted lookup path; none for the empty path.
pub(crate) fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').take(if path.is_empty() { 0 } else { usize::MAX })
}

/// Whether a lookup or an `APP_CONFIG_` name may use this part: letters and digits, starting with a letter, in groups
/// joined by single `-`, `_` or `:` (config 1.3.9, `CONFIG_KEY_PART_PATTERN`, case-insensitive).
pub(crate) fn is_valid_part(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_alphabetic())
        && part
            .split(['-', '_', ':'])
            .all(|group| !group.is_empty() && group.chars().all(|c| c.is_ascii_alphanumeric()))
}
