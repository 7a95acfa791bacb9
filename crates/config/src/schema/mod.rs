//! What Callboard knows about keys: their types, and who may see them.
//!
//! The rows stand in `keys/`, one file for each section. A new key is one new row.

mod keys;
mod table;

use std::sync::LazyLock;

pub(crate) use keys::SECTIONS;
pub(crate) use table::{Kind, Known, Place, Visibility};

use crate::path::{KeyPath, Step};

static TABLE: LazyLock<Place> = LazyLock::new(|| {
    let mut root = Place::default();
    for section in SECTIONS {
        for groups in section.groups {
            root.add(groups);
        }
    }
    root
});

/// The root of the table.
pub(crate) fn root() -> Known<'static> {
    Known::root(&TABLE)
}

/// What the table says about the value at a path.
pub(crate) fn at(path: &KeyPath) -> Known<'static> {
    path.steps().iter().fold(root(), |known, step| match step {
        Step::Key(key) => known.key(key),
        Step::Index(_) => known.item(),
    })
}
