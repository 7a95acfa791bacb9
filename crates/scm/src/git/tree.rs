//! Directories: files by their paths become tree objects, also on top of the tree of a commit.

use super::error::GitError;
use super::name::is_tree_name;
use super::object::{Kind, ObjectId};
use super::objects::Objects;
use super::pack::Pack;
use std::collections::BTreeMap;

/// Directories in each other.
const MAX_DEPTH: usize = 100;
const DIRECTORY: &str = "40000";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A file.
    File,
    /// A file that can be run.
    Executable,
    /// A symbolic link; its content is where it leads.
    Link,
}

impl Mode {
    /// As trees and hosts' APIs write it: `100644`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
        }
    }
}

/// A directory that is being put together.
#[derive(Debug, Default)]
pub struct Tree {
    entries: BTreeMap<Vec<u8>, Entry>,
}

#[derive(Debug)]
enum Entry {
    /// What is there already, with its mode as it stands in the tree.
    Known(String, ObjectId),
    /// A directory that was looked into.
    Tree(Tree),
}

impl Tree {
    /// An empty directory.
    pub fn new() -> Self {
        Self::default()
    }

    /// The directory of a tree object.
    pub fn read(objects: &Objects, id: &ObjectId) -> Result<Self, GitError> {
        let broken = || GitError::Name(format!("the tree {id} can't be read"));
        let mut rest = objects.get(Kind::Tree, id).ok_or_else(broken)?;
        let mut entries = BTreeMap::new();
        while !rest.is_empty() {
            let space = rest.iter().position(|byte| *byte == b' ').ok_or_else(broken)?;
            let end =
                rest.iter().position(|byte| *byte == 0).filter(|end| *end > space).ok_or_else(broken)?;
            let mode = std::str::from_utf8(&rest[..space]).map_err(|_| broken())?.to_owned();
            let id = rest.get(end + 1..end + 21).and_then(ObjectId::from_bytes).ok_or_else(broken)?;
            entries.insert(rest[space + 1..end].to_vec(), Entry::Known(mode, id));
            rest = &rest[end + 21..];
        }
        Ok(Self { entries })
    }

    /// Puts a file at a path, in place of whatever is there. Directories that are there already are found in `known`.
    pub fn insert(&mut self, path: &str, mode: Mode, id: ObjectId, known: &Objects) -> Result<(), GitError> {
        let parts: Vec<&str> = path.split('/').collect();
        if parts.len() > MAX_DEPTH || !parts.iter().all(|part| is_tree_name(part)) {
            return Err(GitError::Name(format!("\"{path}\" can't stand in a repository")));
        }
        let Some((name, directories)) = parts.split_last() else { return Ok(()) };
        let mut tree = self;
        for directory in directories {
            let entry =
                tree.entries.entry(directory.as_bytes().to_vec()).or_insert_with(|| Entry::Tree(Tree::new()));
            if let Entry::Known(mode, id) = entry {
                // A file makes room for the directory.
                let inside = if mode == DIRECTORY { Tree::read(known, id)? } else { Tree::new() };
                *entry = Entry::Tree(inside);
            }
            let Entry::Tree(inside) = entry else { return Ok(()) };
            tree = inside;
        }
        tree.entries.insert(name.as_bytes().to_vec(), Entry::Known(mode.as_str().to_owned(), id));
        Ok(())
    }

    /// Adds what is new to the pack; the id of the whole.
    pub fn write(&self, pack: &mut Pack) -> Result<ObjectId, GitError> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (name, entry) in &self.entries {
            match entry {
                Entry::Known(mode, id) => entries.push((name, mode.as_str(), *id)),
                Entry::Tree(tree) => entries.push((name, DIRECTORY, tree.write(pack)?)),
            }
        }
        // git sorts a directory as if its name ended with a slash.
        entries.sort_by_cached_key(|(name, mode, _)| {
            let mut key = (*name).clone();
            if *mode == DIRECTORY {
                key.push(b'/');
            }
            key
        });
        let mut body = Vec::new();
        for (name, mode, id) in entries {
            body.extend_from_slice(mode.as_bytes());
            body.push(b' ');
            body.extend_from_slice(name);
            body.push(0);
            body.extend_from_slice(id.as_bytes());
        }
        pack.add(Kind::Tree, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(pack: &mut Pack, text: &str) -> ObjectId {
        pack.add(Kind::Blob, text.as_bytes()).unwrap()
    }

    #[test]
    fn a_tree_has_the_id_that_git_gives_it() {
        let (mut pack, none) = (Pack::new(), Objects::default());
        let mut tree = Tree::new();
        let hello = blob(&mut pack, "hello\n");
        for (path, mode) in
            [("a/b", Mode::File), ("a.b", Mode::File), ("a0", Mode::Executable), ("z", Mode::Link)]
        {
            tree.insert(path, mode, hello, &none).unwrap();
        }
        // git update-index --add --cacheinfo … for these four, then git write-tree
        assert_eq!(tree.write(&mut pack).unwrap().to_string(), "9bd347fbe272df2e418f3622bd9a9c2d27477e53");
    }

    #[test]
    fn files_are_laid_over_a_tree_that_is_there() {
        let none = Objects::default();
        let mut pack = Pack::new();
        let (old, new) = (blob(&mut pack, "old"), blob(&mut pack, "new"));
        let mut tree = Tree::new();
        for path in ["keep/x", "docs/a", "docs/b", "file"] {
            tree.insert(path, Mode::File, old, &none).unwrap();
        }
        let id = tree.write(&mut pack).unwrap();
        let known = Objects::read(&pack.finish()).unwrap();

        let mut over = Tree::read(&known, &id).unwrap();
        over.insert("docs/b", Mode::File, new, &known).unwrap();
        over.insert("file/now/deep", Mode::File, new, &known).unwrap();
        let (mut expected, mut pack) = (Tree::new(), Pack::new());
        for (path, blob) in [("keep/x", old), ("docs/a", old), ("docs/b", new), ("file/now/deep", new)] {
            expected.insert(path, Mode::File, blob, &none).unwrap();
        }
        assert_eq!(over.write(&mut pack).unwrap(), expected.write(&mut Pack::new()).unwrap());
    }

    #[test]
    fn paths_that_climb_or_reach_into_dot_git_are_refused() {
        let (mut pack, none) = (Pack::new(), Objects::default());
        let id = blob(&mut pack, "x");
        for path in ["../x", "a/../../x", "/x", "a//b", ".git/config", "a/.GIT/hooks/x", "", "a/", "a\\b"] {
            assert!(Tree::new().insert(path, Mode::File, id, &none).is_err(), "{path}");
        }
    }
}
