//! Secrets of a declaration, taken out of what its program or endpoint says.

use secrecy::{ExposeSecret, SecretString};

/// Shorter ones would hide half of every sentence.
const SHORTEST: usize = 6;

/// What is hidden.
pub(super) struct Mask(Vec<String>);

impl Mask {
    /// Hides these values; of one with a word in front, such as `Bearer …`, also what stands behind it.
    pub(super) fn of<'a>(secrets: impl Iterator<Item = &'a SecretString>) -> Self {
        let mut hidden: Vec<String> = secrets
            .map(ExposeSecret::expose_secret)
            .flat_map(|value| [Some(value), value.split_once(' ').map(|(_, rest)| rest)])
            .flatten()
            .filter(|value| value.len() >= SHORTEST)
            .map(str::to_owned)
            .collect();
        // One may hold another.
        hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(hidden)
    }

    /// The text without them.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, value| text.replace(value, "***"))
    }
}
