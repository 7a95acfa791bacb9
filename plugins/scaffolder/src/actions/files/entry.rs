//! What a directory holds, in memory: between where it was read and where it is written.

use std::path::{Component, Path};

use bytes::Bytes;

use crate::action::ActionError;

/// The most files and directories of one source.
pub(super) const MOST_ENTRIES: usize = 50_000;
/// The most bytes of one source.
pub(super) const MOST_BYTES: u64 = 512 << 20;

/// A file, directory or link, by its path below the source: `src/main.rs`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) kind: EntryKind,
}

/// What it is.
#[derive(Debug, Clone)]
pub(super) enum EntryKind {
    Directory,
    File {
        body: Bytes,
        executable: bool,
    },
    /// A symbolic link with its target.
    Link(String),
}

/// Where a link at a path leads, if it stays below the root whatever else is there: leading `..` count from where the
/// link is, and none may follow behind a name, because that name may be a link itself.
pub(super) fn link_stays_inside(path: &str, target: &str) -> bool {
    let mut depth = Path::new(path).components().count().saturating_sub(1);
    let mut named = false;
    if target.is_empty() || target.contains(['\0', '\\']) {
        return false;
    }
    for part in Path::new(target).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(_) => named = true,
            Component::ParentDir if !named && depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

/// Fails when there is more than one source may have.
pub(super) fn check_size(entries: usize, bytes: u64) -> Result<(), ActionError> {
    if entries > MOST_ENTRIES {
        return Err(ActionError::Input(format!("there are more than {MOST_ENTRIES} files and directories")));
    }
    if bytes > MOST_BYTES {
        return Err(ActionError::Input(format!("there are more than {} MiB of files", MOST_BYTES >> 20)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_may_lead_to_its_neighbours_and_never_out() {
        for (path, target) in [("a/b/link", "../../c"), ("link", "a/b"), ("a/link", "./x"), ("link", ".")] {
            assert!(link_stays_inside(path, target), "{path} -> {target}");
        }
        for (path, target) in [
            ("link", "../x"),
            ("link", "/etc/passwd"),
            ("a/link", "../../x"),
            // With `here -> .`, this would leave the root although its text does not.
            ("link", "here/../x"),
            ("link", ""),
            ("link", "..\\x"),
        ] {
            assert!(!link_stays_inside(path, target), "{path} -> {target}");
        }
    }
}
