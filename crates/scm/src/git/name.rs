//! Names of branches and of files, checked before they reach a host.

use super::error::GitError;
use std::fmt;

/// A full name below `refs/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

impl RefName {
    /// The branch of this name.
    pub fn branch(name: &str) -> Result<Self, GitError> {
        Self::below("refs/heads/", name)
    }

    /// What Gerrit takes as a review for a branch.
    pub fn review_of(branch: &str) -> Result<Self, GitError> {
        Self::below("refs/for/", branch)
    }

    fn below(prefix: &str, name: &str) -> Result<Self, GitError> {
        match refused(name) {
            None => Ok(Self(format!("{prefix}{name}"))),
            Some(why) => Err(GitError::Name(format!("\"{name}\" is no name of a branch: {why}"))),
        }
    }

    /// `refs/heads/main`
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rules of `git check-ref-format --branch`.
fn refused(name: &str) -> Option<&'static str> {
    let forbidden = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > 200 {
        Some("it is longer than 200 bytes")
    } else if name.contains(forbidden) {
        Some("spaces, control characters and ~ ^ : ? * [ \\ can't stand in it")
    } else if name.contains("..") || name.contains("@{") || name == "@" {
        Some("\"..\" and \"@{\" can't stand in it")
    } else if name.starts_with('-') {
        Some("it starts with a dash")
    } else if name.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock"))
    {
        Some("no part of it may be empty, start with a dot or end with .lock")
    } else if name.ends_with('.') {
        Some("it ends with a dot")
    } else {
        None
    }
}

/// Whether a file or directory of a tree may have this name. What some file system takes for `.git` is refused, as
/// hosts do.
pub(super) fn is_tree_name(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !is_ignored_by_hfs(*c)).collect();
    let plain = plain.to_lowercase();
    // NTFS drops what stands behind a colon, and dots and spaces at the end.
    let short = plain.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    !(name.is_empty()
        || matches!(name, "." | "..")
        || name.contains(['/', '\\', '\0'])
        || matches!(short, ".git" | "git~1"))
}

/// Characters that HFS+ leaves out when it compares names.
fn is_ignored_by_hfs(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_git_refuses_are_refused_and_usual_ones_are_not() {
        for name in ["main", "feature/add-service", "release-1.0", "v1.2.3", "über"] {
            assert_eq!(RefName::branch(name).unwrap().as_str(), format!("refs/heads/{name}"));
        }
        for name in [
            "",
            "-f",
            "--upload-pack=x",
            "a..b",
            "a b",
            "a:b",
            "x.lock",
            "x.lock/y",
            ".x",
            "x/.y",
            "a//b",
            "/a",
            "a/",
            "a.",
            "@",
            "a@{1}",
            "a\nb",
            "a\\b",
            "a?b",
            "refs/*",
        ] {
            assert!(RefName::branch(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn nothing_that_some_file_system_takes_for_dot_git_is_a_name_in_a_tree() {
        for name in
            [".git", ".GIT", ".Git ", ".git.", ".git::$INDEX_ALLOCATION", "git~1", ".g\u{200c}it", "..", "."]
        {
            assert!(!is_tree_name(name), "{name:?}");
        }
        for name in [".gitignore", ".github", "git", ".gitattributes", "a.git"] {
            assert!(is_tree_name(name), "{name:?}");
        }
    }
}
